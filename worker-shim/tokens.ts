// Signatures of JSON Web Tokens, verified by jose: of this deployment's own (HS256 under a key derived from
// its secret) and of one trusted issuer's. Which algorithm a token may have, and what it says, the core judges
// (core/api/claims.hpp).
import { compactVerify, createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey } from "jose";

import type { Arriving, Jwt } from "../wasm/callgate";
import { deriveKey } from "../wasm/node_crypto.mjs";
import { NotConfigured } from "./host";

function publicKeysOf({ JWKS, JWKS_URL }: Env): JWTVerifyGetKey | undefined {
  try {
    if (JWKS !== "") {
      return createLocalJWKSet(JSON.parse(JWKS));
    }
    if (JWKS_URL !== "" && !/^https:\/\/|^http:\/\/(127\.0\.0\.1|localhost|\[::1\])/.test(JWKS_URL)) {
      throw new TypeError("it must begin with https://");
    }
    return JWKS_URL === "" ? undefined : createRemoteJWKSet(new URL(JWKS_URL));
  } catch (error) {
    throw new NotConfigured(`${JWKS === "" ? "JWKS_URL" : "JWKS"} cannot be used: ${error}`);
  }
}

export class Tokens {
  #ownKey: Uint8Array;
  #trust;
  #publicKeys: JWTVerifyGetKey | undefined;

  constructor(env: Env, secret: Uint8Array) {
    this.#ownKey = deriveKey(secret, "jwt");
    this.#trust = { issuer: env.JWT_ISSUER, audience: env.JWT_AUDIENCE, workspace: env.JWT_WORKSPACE };
    this.#publicKeys = publicKeysOf(env);
    if (this.#publicKeys && (this.#trust.issuer === "" || this.#trust.audience === "")) {
      throw new NotConfigured("With keys for tokens of others, JWT_ISSUER and JWT_AUDIENCE are needed.");
    }
  }

  /** Whether the one key that the token may be signed with has signed it, and whose key that is. */
  async check({ token, algorithm }: Jwt): Promise<NonNullable<Arriving["signature"]>> {
    if (algorithm === "HS256") {
      return { verified: await this.#isSigned(token, algorithm, async () => this.#ownKey) };
    }
    const keys = this.#publicKeys;
    return { verified: keys !== undefined && await this.#isSigned(token, algorithm, keys), trust: this.#trust };
  }

  async #isSigned(token: string, algorithm: string, keys: JWTVerifyGetKey): Promise<boolean> {
    try {
      await compactVerify(token, keys, { algorithms: [algorithm] });
      return true;
    } catch (error) {
      if (error instanceof errors.JWKSMultipleMatchingKeys) { // it names none of several: any may have signed it
        for await (const key of error) {
          if (await this.#isSigned(token, algorithm, async () => key)) {
            return true;
          }
        }
      } else if (error instanceof errors.JWKSTimeout || (error as { code?: string }).code === "ERR_JOSE_GENERIC") {
        console.warn({ event: "key_set_not_fetched", error: String(error) });
      }
      return false;
    }
  }
}

// JSON Web Tokens, verified by jose, judged as native-server/jwt.cpp judges them: this deployment's own
// (HS256 under a key derived from its secret) and those of one trusted issuer (RS256, ES256, EdDSA). An
// algorithm is bound to its kind of key; nothing is trusted that a token's own header brings.
import {
  compactVerify, createLocalJWKSet, createRemoteJWKSet, decodeProtectedHeader, errors, type JWTVerifyGetKey,
} from "jose";

import type { Principal } from "../wasm/callgate";
import { deriveKey, NotConfigured } from "./host";

const TOKEN_BYTES_MAX = 8 * 1024;
const LEEWAY_S = 60;
const PUBLIC_ALGORITHMS = ["RS256", "ES256", "EdDSA"];
const OWN = { issuer: "callgate", audience: "callgate", workspace: "" };

type Trust = typeof OWN;
type Claims = Record<string, unknown>;

/** The reason names the cause, never the token. */
export class TokenRefused extends Error {}

const text = (value: unknown) => (typeof value === "string" ? value : "");
const wordsOf = (value: unknown) =>
  Array.isArray(value) ? value.filter((word) => typeof word === "string") : text(value).split(" ").filter(Boolean);

function seconds(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 && value < 1e12 ? Math.floor(value) : undefined;
}

function principalOf(claims: Claims, trust: Trust): Principal {
  const now = Math.floor(Date.now() / 1000);
  const expires = seconds(claims["exp"]);
  if (expires === undefined) {
    throw new TokenRefused("the token has no exp");
  }
  if (now >= expires + LEEWAY_S) {
    throw new TokenRefused("the token has expired");
  }
  for (const name of ["nbf", "iat"]) {
    if (name in claims && (seconds(claims[name]) ?? Infinity) > now + LEEWAY_S) {
      throw new TokenRefused("the token is not valid yet");
    }
  }
  if (text(claims["iss"]) !== trust.issuer) {
    throw new TokenRefused("the token is of another issuer");
  }
  if (claims["aud"] !== trust.audience && !wordsOf(claims["aud"]).includes(trust.audience)) {
    throw new TokenRefused("the token is for another audience");
  }
  const subject = text(claims["sub"]);
  const workspace = text(claims["workspace"]) || text(claims["tid"]) || text(claims["org"]) || trust.workspace;
  if (subject === "" || workspace === "") {
    throw new TokenRefused(subject === "" ? "the token has no sub" : "the token names no workspace");
  }
  return {
    workspace, subject,
    roles: [...wordsOf(claims["role"]), ...wordsOf(claims["roles"])],
    scopes: [...wordsOf(claims["scope"]), ...wordsOf(claims["scopes"])],
  };
}

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
  #trust: Trust;
  #publicKeys: JWTVerifyGetKey | undefined;

  constructor(env: Env, secret: Uint8Array) {
    this.#ownKey = deriveKey(secret, "jwt");
    this.#trust = { issuer: env.JWT_ISSUER, audience: env.JWT_AUDIENCE, workspace: env.JWT_WORKSPACE };
    this.#publicKeys = publicKeysOf(env);
    if (this.#publicKeys && (this.#trust.issuer === "" || this.#trust.audience === "")) {
      throw new NotConfigured("With keys for tokens of others, JWT_ISSUER and JWT_AUDIENCE are needed.");
    }
  }

  async verify(token: string): Promise<Principal> {
    if (token.length > TOKEN_BYTES_MAX) {
      throw new TokenRefused("the token is too long");
    }
    let header;
    try {
      header = decodeProtectedHeader(token);
    } catch {
      throw new TokenRefused("the token cannot be read");
    }
    if ("crit" in header) {
      throw new TokenRefused("the token has a critical header");
    }
    if (!["", "jwt", "at+jwt"].includes(text(header.typ).toLowerCase())) {
      throw new TokenRefused("the token is of another type");
    }
    const own = header.alg === "HS256";
    try {
      const { payload } = own
        ? await compactVerify(token, this.#ownKey, { algorithms: ["HS256"] })
        : await this.#verifyForeign(token);
      const claims = JSON.parse(new TextDecoder().decode(payload)) as Claims;
      return principalOf(claims, own ? OWN : this.#trust);
    } catch (error) {
      if (error instanceof TokenRefused) {
        throw error;
      }
      if (error instanceof errors.JWKSTimeout || (error as { code?: string }).code === "ERR_JOSE_GENERIC") {
        console.warn({ event: "key_set_not_fetched", error: String(error) });
      }
      throw new TokenRefused("the token's signature does not fit");
    }
  }

  async #verifyForeign(token: string) {
    const options = { algorithms: PUBLIC_ALGORITHMS };
    if (this.#publicKeys === undefined) {
      throw new TokenRefused("the token's signature does not fit");
    }
    try {
      return await compactVerify(token, this.#publicKeys, options);
    } catch (error) {
      if (error instanceof errors.JWKSMultipleMatchingKeys) { // it names none of several: any may have signed it
        for await (const key of error) {
          const verified = await compactVerify(token, key, options).catch(() => undefined);
          if (verified !== undefined) {
            return verified;
          }
        }
      }
      throw error;
    }
  }
}

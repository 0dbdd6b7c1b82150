// JSON Web Tokens, verified by jose, judged as native-server/jwt.cpp judges them: this deployment's own
// (HS256 under a key derived from its secret) and those of one trusted issuer (RS256, ES256, EdDSA). An
// algorithm is bound to its kind of key; nothing is trusted that a token's own header brings.
import {
  compactVerify, createLocalJWKSet, createRemoteJWKSet, decodeProtectedHeader, errors, type JWTVerifyGetKey,
} from "jose";

import type { Principal } from "../wasm/callgate";
import { deriveKey } from "./host";

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

export class Tokens {
  #ownKey: Uint8Array;
  #trust: Trust;
  #publicKeys: JWTVerifyGetKey | undefined;

  constructor(env: Env, secret: Uint8Array) {
    this.#ownKey = deriveKey(secret, "jwt");
    this.#trust = { issuer: env.JWT_ISSUER, audience: env.JWT_AUDIENCE, workspace: env.JWT_WORKSPACE };
    if ((env.JWKS !== "" || env.JWKS_URL !== "") && this.#trust.issuer !== "" && this.#trust.audience !== "") {
      this.#publicKeys =
        env.JWKS !== "" ? createLocalJWKSet(JSON.parse(env.JWKS)) : createRemoteJWKSet(new URL(env.JWKS_URL));
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
        : await compactVerify(token, this.#keys(), { algorithms: PUBLIC_ALGORITHMS });
      const claims = JSON.parse(new TextDecoder().decode(payload)) as Claims;
      return principalOf(claims, own ? OWN : this.#trust);
    } catch (error) {
      if (error instanceof TokenRefused) {
        throw error;
      }
      if (error instanceof errors.JOSEError && error.code === "ERR_JWKS_TIMEOUT") {
        console.warn({ event: "key_set_not_fetched", error: error.message });
      }
      throw new TokenRefused("the token's signature does not fit");
    }
  }

  #keys(): JWTVerifyGetKey {
    if (this.#publicKeys === undefined) {
      throw new TokenRefused("the token's signature does not fit");
    }
    return this.#publicKeys;
  }
}

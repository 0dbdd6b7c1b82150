// The ports of the core at the edge: SQL in the object's storage, cryptography by the platform, every key
// derived from CALLGATE_SECRET as the native server derives it from its file, so that both homes make the
// same bytes from the same secret.
import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync } from "node:crypto";

import type { Host, Rows, Value } from "../wasm/callgate";

const TAG_BYTES = 16;
const SECRET_BYTES_MIN = 32;

/** The deployment has no usable secret; the message says what to do. */
export class NotConfigured extends Error {}

export function secretOf(env: Env): Uint8Array {
  const text = (env.CALLGATE_SECRET ?? "").trim();
  const hex = /^([0-9a-f]{2})+$/i.test(text);
  if (!hex && !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) {
    throw new NotConfigured(
      "CALLGATE_SECRET is not set, or is neither base64 nor hex: " +
        "`openssl rand -base64 32 | npx wrangler secret put CALLGATE_SECRET`.");
  }
  const bytes = new Uint8Array(Buffer.from(text, hex ? "hex" : "base64"));
  if (bytes.length < SECRET_BYTES_MIN) {
    throw new NotConfigured(`CALLGATE_SECRET has ${bytes.length} bytes; it needs ${SECRET_BYTES_MIN} random ones.`);
  }
  return bytes;
}

export function deriveKey(secret: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret, new Uint8Array(0), purpose, 32));
}

export function hostOf(workspace: string, secret: Uint8Array, sql: SqlStorage | null): Host {
  const keys: Record<string, Uint8Array> = {};
  const key = (purpose: string) => (keys[purpose] ??= deriveKey(secret, purpose));
  const hmac: Host["hmac"] = (hash, secretKey, data) => createHmac(hash, secretKey).update(data).digest();
  return {
    workspace,
    exec(statement: string, params: Value[]): Rows | { error: string } {
      if (sql === null) {
        return { error: "there is no storage here" };
      }
      try {
        const cursor = sql.exec(statement, ...(params as SqlStorageValue[]));
        return { columns: cursor.columnNames.length, rows: cursor.raw() as Iterable<ArrayLike<Value>> };
      } catch (error) {
        return { error: String(error instanceof Error ? error.message : error) };
      }
    },
    sha256: (data) => createHash("sha256").update(data).digest(),
    hmac,
    deploymentMac: (purpose, data) => hmac("sha256", key(purpose), data),
    seal(purpose, nonce, plaintext, about) {
      const cipher = createCipheriv("aes-256-gcm", key(purpose), nonce);
      cipher.setAAD(about);
      return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    },
    open(purpose, nonce, sealed, about) {
      if (sealed.length < TAG_BYTES) {
        return null;
      }
      const end = sealed.length - TAG_BYTES;
      const decipher = createDecipheriv("aes-256-gcm", key(purpose), nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(about);
      decipher.setAuthTag(sealed.subarray(end));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]);
      } catch {
        return null;
      }
    },
  };
}

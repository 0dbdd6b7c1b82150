// The ports of the core at the edge: SQL in the object's storage, cryptography by the platform under keys
// derived from CALLGATE_SECRET.
import type { Host, Value } from "../wasm/callgate";
import { cryptoOf, secretIn } from "../wasm/node_crypto.mjs";

/** The deployment lacks a setting, or has one that cannot be used; the message says what to do. */
export class NotConfigured extends Error {}

export function secretOf(env: Env): Uint8Array {
  const secret = secretIn(env.CALLGATE_SECRET ?? "");
  if (secret === undefined) {
    throw new NotConfigured(
      "CALLGATE_SECRET must be 32 random bytes or more, in base64 or hex: " +
        "`openssl rand -base64 32 | npx wrangler secret put CALLGATE_SECRET`.");
  }
  return secret;
}

export function hostOf(workspace: string, secret: Uint8Array, sql: SqlStorage | null): Host {
  return {
    workspace,
    exec(statement: string, params: Value[]) {
      try {
        const cursor = sql!.exec(statement, ...(params as SqlStorageValue[]));
        return { columns: cursor.columnNames.length, rows: cursor.raw() as Iterable<ArrayLike<Value>> };
      } catch (error) {
        return { error: String(error instanceof Error ? error.message : error) };
      }
    },
    ...cryptoOf(secret),
  };
}

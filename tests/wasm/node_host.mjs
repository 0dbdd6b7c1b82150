// A host of the wasm core for tests, in node 24 (node:sqlite): SQLite and node:crypto behind the
// ports, one transaction per Input, and the trace hash of what came out. Deployment keys are derived
// as the native server does, so that both homes make the same bytes from the same secret.
import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";

import { call, records } from "../../wasm/wire.mjs";

const TAG_BYTES = 16;

export class NodeHost {
  constructor(workspace, secret, file = ":memory:") {
    this.workspace = workspace;
    this.secret = secret;
    this.database = new DatabaseSync(file);
    this.statements = new Map();
    this.keys = new Map();
  }

  exec(text, params) {
    let statement = this.statements.get(text);
    if (statement === undefined) {
      statement = this.database.prepare(text);
      statement.setReturnArrays(true);
      this.statements.set(text, statement);
    }
    return { columns: statement.columns().length, rows: statement.all(...params) };
  }

  sha256(data) {
    return createHash("sha256").update(data).digest();
  }

  hmac(hash, key, data) {
    return createHmac(hash, key).update(data).digest();
  }

  deploymentMac(purpose, data) {
    return this.hmac("sha256", this.key(purpose), data);
  }

  seal(purpose, nonce, plaintext, associated) {
    const cipher = createCipheriv("aes-256-gcm", this.key(purpose), nonce);
    cipher.setAAD(associated);
    return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  }

  open(purpose, nonce, sealed, associated) {
    if (sealed.length < TAG_BYTES) {
      return null;
    }
    const end = sealed.length - TAG_BYTES;
    const options = { authTagLength: TAG_BYTES };
    const decipher = createDecipheriv("aes-256-gcm", this.key(purpose), nonce, options);
    decipher.setAAD(associated);
    decipher.setAuthTag(sealed.subarray(end));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]);
    } catch {
      return null;
    }
  }

  key(purpose) {
    let key = this.keys.get(purpose);
    if (key === undefined) {
      key = new Uint8Array(hkdfSync("sha256", this.secret, new Uint8Array(0), purpose, 32));
      this.keys.set(purpose, key);
    }
    return key;
  }
}

/** Loads build/<preset>/wasm/callgate.mjs and its .wasm. */
export async function load(modulePath, hosts) {
  const path = resolve(modulePath);
  const { default: createCallgate } = await import(pathToFileURL(path).href);
  return createCallgate({ hosts, wasmBinary: await readFile(path.replace(/\.mjs$/, ".wasm")) });
}

/** Handles one encoded Input as the host contract says; answers its status and bytes. */
export function handle(module, core, host, input) {
  host.database.exec("BEGIN IMMEDIATE");
  const result = call(module, core, "handle", input);
  host.database.exec(result.status === 0 ? "COMMIT" : "ROLLBACK");
  return result;
}

/** Replays an Input log in a fresh workspace; the trace hash in hexadecimal. */
export async function replay(modulePath, log, secret, workspace = "default") {
  const host = new NodeHost(workspace, secret);
  const module = await load(modulePath, new Map([[1, host]]));
  const core = new module.Core(1);
  let trace = Buffer.alloc(32);
  let inputs = 0;
  for (const input of records(log)) {
    const result = handle(module, core, host, input);
    if (result.status !== 0) {
      const why = Buffer.from(result.bytes).toString();
      throw new Error(`Input ${inputs} ended with status ${result.status}: ${why}`);
    }
    trace = createHash("sha256").update(trace).update(result.bytes).digest();
    inputs += 1;
  }
  core.delete();
  return { trace: trace.toString("hex"), inputs };
}

// A host of the wasm core for tests, in node 24 (node:sqlite): SQLite and node:crypto behind the
// ports, one transaction per Input, and the trace hash of what came out.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";

import { cryptoOf } from "../../wasm/node_crypto.mjs";
import { call, records } from "../../wasm/wire.mjs";

export class NodeHost {
  constructor(workspace, secret, file = ":memory:") {
    Object.assign(this, cryptoOf(secret));
    this.workspace = workspace;
    this.database = new DatabaseSync(file);
    this.statements = new Map();
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

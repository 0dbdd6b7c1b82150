// The ports' suites (tests/sql, tests/crypto) in this runtime, over the ports of worker-shim/host.ts, and the
// product's core over the same ports with a recorded day. Only tests/edge builds this.
import { createHash } from "node:crypto";

import { DurableObject } from "cloudflare:workers";

import createCallgate from "../../build/wasm/wasm/callgate.mjs";
import callgate from "../../build/wasm/wasm/callgate.wasm";
import createSuites from "../../build/wasm/tests/wasm/port_tests.mjs";
import suites from "../../build/wasm/tests/wasm/port_tests.wasm";
import type { CallgateModule, Host } from "../../wasm/callgate";
import { call, records } from "../../wasm/wire.mjs";
import { hostOf } from "../../worker-shim/host";

export { Directory } from "../../worker-shim/worker";

const instantiate = (module: WebAssembly.Module) =>
  (imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void) => {
    const instance = new WebAssembly.Instance(module, imports);
    receive(instance);
    return instance.exports;
  };

export class Workspace extends DurableObject<Env> {
  /** What Catch2 says, and its exit code. */
  async suite(args: string[]): Promise<{ code: number; text: string }> {
    const { sql } = this.ctx.storage;
    const lines: string[] = [];
    const hosts = new Map([[1, hostOf("default", new Uint8Array(32), sql)]]);
    const options = {
      hosts,
      hostWith: (secret: Uint8Array) => hosts.set(hosts.size + 1, hostOf("default", secret, sql)).size,
      print: (line: string) => lines.push(line),
      printErr: (line: string) => lines.push(line),
      instantiateWasm: instantiate(suites),
    };
    const { callMain } = await createSuites(options);
    const code = this.ctx.storage.transactionSync(() => callMain(args));
    return { code, text: lines.join("\n") };
  }

  /** The trace hash of an Input log, replayed in this object's storage. */
  async replay(log: Uint8Array, secret: Uint8Array): Promise<{ trace: string; inputs: number }> {
    const hosts = new Map<number, Host>([[1, hostOf("default", secret, this.ctx.storage.sql)]]);
    const module: CallgateModule = await createCallgate({ hosts, instantiateWasm: instantiate(callgate) });
    const core = new module.Core(1);
    let trace = new Uint8Array(32);
    let inputs = 0;
    for (const input of records(log)) {
      const { bytes } = this.ctx.storage.transactionSync(() => {
        const result = call(module, core, "handle", input);
        if (result.status !== 0) {
          throw new Error(`Input ${inputs}: ${new TextDecoder().decode(result.bytes)}`);
        }
        return result;
      });
      trace = createHash("sha256").update(trace).update(bytes).digest();
      inputs += 1;
    }
    return { trace: trace.toHex(), inputs };
  }
}

export default {
  async fetch(request, env): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const object = env.WORKSPACE.getByName(searchParams.get("object") ?? "") as unknown as Workspace;
    if (pathname === "/replay") {
      const secret = new TextEncoder().encode(searchParams.get("secret") ?? "");
      return Response.json(await object.replay(await request.bytes(), secret));
    }
    return Response.json(await object.suite(await request.json()));
  },
} satisfies ExportedHandler<Env>;

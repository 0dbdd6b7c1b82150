// One cold start of the core, in a process of its own so that nothing is compiled yet: a module, an instance,
// the first answer. Prints the milliseconds of each as JSON.
//   core_child.mjs callgate.mjs DATABASE|new
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

import { handle, NodeHost } from "../../tests/wasm/node_host.mjs";
import { inputs } from "./inputs.mjs";

const [modulePath, database] = process.argv.slice(2);
const { default: createCallgate } = await import(pathToFileURL(modulePath).href);
const bytes = readFileSync(modulePath.replace(/\.mjs$/, ".wasm"));
const host = new NodeHost("default", "a secret for the bench alone", database === "new" ? ":memory:" : database);
const { input, request } = inputs(Date.now());

// By the clock, and of this thread's CPU, which a busy machine does not lengthen.
const cpuNow = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};
const times = {};
let last = [performance.now(), cpuNow()];
const lap = (name) => {
  times[name] = performance.now() - last[0];
  times[`${name}Cpu`] = cpuNow() - last[1];
  last = [performance.now(), cpuNow()];
};

const wasm = new WebAssembly.Module(bytes);
lap("compile");
const module = await createCallgate({
  hosts: new Map([[1, host]]),
  instantiateWasm(imports, receive) {
    const instance = new WebAssembly.Instance(wasm, imports);
    receive(instance);
    return instance.exports;
  },
});
const core = new module.Core(1);
lap("instantiate");
const woken = handle(module, core, host, input({ wake: {} }));
lap("wake");
const answered = handle(module, core, host, request("GET", "/api/jobs"));
lap("answer");
if (woken.status !== 0 || answered.status !== 0) {
  throw new Error(new TextDecoder().decode(answered.bytes));
}
handle(module, core, host, request("GET", "/api/jobs"));
lap("again");
process.stdout.write(JSON.stringify(times));

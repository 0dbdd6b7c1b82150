// Replays an Input log on the wasm core and prints "<trace hash> <Inputs>":
//   node tests/wasm/replay.mjs build/wasm/wasm/callgate.mjs LOG
import { readFile } from "node:fs/promises";

import { replay } from "./node_host.mjs";

// tests/sim/world.cpp has the same.
const SIMULATION_SECRET = "a deployment secret for the simulation only";

const [modulePath, logPath] = process.argv.slice(2);
if (logPath === undefined) {
  console.error("usage: node replay.mjs build/wasm/wasm/callgate.mjs LOG");
  process.exit(2);
}
const { trace, inputs } = await replay(modulePath, await readFile(logPath), SIMULATION_SECRET);
console.log(`${trace} ${inputs}`);

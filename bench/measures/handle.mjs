// The core alone, without HTTP and the commit: what one Input costs. The peer has no such part.
import { execFile } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { freshFolder, ROOT } from "../processes.mjs";

const run = promisify(execFile);
const program = join(ROOT, "build/release/bench/handle");

async function callgate({ count }) {
  const folder = freshFolder("handle");
  try {
    return JSON.parse((await run(program, [folder, `${count}`])).stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const micros = (p50, p99) => `p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)} µs`;

const measure = {
  name: "handle",
  title:
    "Core::handle alone: add a recipient, also beside 5,000 jobs that wait; take the provider's " +
    "answer to a dial, also beside 1,000 jobs at their limit; take a signed report; a row of a " +
    "list; show a job",
  sizes: { full: { count: 100_000 }, quick: { count: 20_000 } },
  by: "addP50Us",
  callgate,
  peers: [],
  show: (one) =>
    `add ${micros(one.addP50Us, one.addP99Us)}; ` +
    `add beside parked ${micros(one.parkedP50Us, one.parkedP99Us)}; ` +
    `answer ${micros(one.placedP50Us, one.placedP99Us)}; ` +
    `answer beside busy ${micros(one.busyP50Us, one.busyP99Us)}; ` +
    `report ${micros(one.reportP50Us, one.reportP99Us)}; ` +
    `row ${micros(one.importP50Us, one.importP99Us)}; ` +
    `show ${micros(one.showP50Us, one.showP99Us)}`,
};

// Where the system's linker could not make it, its row is left out.
export default existsSync(program) ? [measure] : [];

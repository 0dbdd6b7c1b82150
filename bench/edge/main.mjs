// ./dev bench edge: what the edge home weighs, how quickly it is there, and what a call costs. Prints tables
// of Markdown, and keeps everything in build/bench/edge-latest.json. Nothing is asserted.
//   main.mjs [--quick]
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { root } from "../../tests/edge/edge.mjs";
import { watchOthers } from "../machine.mjs";
import { measureBundle } from "./bundle.mjs";
import { campaigns } from "./campaign.mjs";
import { cold, warm } from "./core_time.mjs";
import { CountedHome, temporaryFolder } from "./home.mjs";
import { importList } from "./large_list.mjs";
import { measureRuntime } from "./runtime.mjs";
import { report } from "./tables.mjs";

const PLACE = join(root, "build/bench");
const MODULE = join(root, "build/wasm/wasm/callgate.mjs");
const BINARY = process.env.CALLGATE_BINARY ?? join(root, "build/release/native-server/callgate");
const AMOUNTS = {
  full: { warm: 3000, cold: 40, starts: 8, count: 500, list: 100_000 },
  quick: { warm: 300, cold: 10, starts: 2, count: 100, list: 10_000 },
};

const began = performance.now();
const say = (text) => {
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  process.stderr.write(`${seconds.padStart(4)} s  ${text}\n`);
};

function machine() {
  const { stdout } = spawnSync("git", ["rev-parse", "--short=10", "HEAD"], { cwd: root, encoding: "utf8" });
  const version = (name) => JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")).version;
  return {
    date: new Date().toISOString().slice(0, 10),
    cores: availableParallelism(), cpu: cpus()[0]?.model ?? "",
    commit: stdout?.trim() || "unknown",
    wrangler: version("wrangler"), workerd: version("workerd"), node: process.version.slice(1),
  };
}

async function list(people) {
  say(`a list of ${people} people, as one stream`);
  const home = await CountedHome.start();
  const { job, ...result } = await importList(home, people);
  await home.stop();
  if (job.totalCalls !== people) {
    throw new Error(`${job.totalCalls} of ${people} people were taken`);
  }
  return result;
}

async function measure(size, folder) {
  const amount = AMOUNTS[size];
  say("the bundle");
  const bundle = await measureBundle(join(folder, "bundle"));
  return {
    bundle,
    cold: await cold(MODULE, folder, amount.cold, say),
    warm: await warm(MODULE, amount.warm, say),
    runtime: await measureRuntime(folder, join(folder, "bundle"), amount, say),
    list: await list(amount.list),
    campaigns: await campaigns(() => CountedHome.start(), BINARY, size, say),
  };
}

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const folder = await temporaryFolder("bench-edge");
const others = watchOthers();
const results = await measure(values.quick ? "quick" : "full", folder);
const taken = others();
const about = { ...machine(), quick: values.quick, taken_by_others: taken };
mkdirSync(PLACE, { recursive: true });
const file = join(PLACE, "edge-latest.json");
writeFileSync(file, `${JSON.stringify({ ...about, ...results }, null, 2)}\n`);
process.stdout.write(`${report(about, results)}\n`);
say(`every figure is in ${file}`);
process.exit(0);

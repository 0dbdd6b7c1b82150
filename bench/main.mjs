// Runs the measures and prints the table. Every figure of a row was measured in the same run,
// callgate and its peer in turns; with several runs the median one is shown. Nothing is asserted
// about time; a measure that fails is left out of the table and makes the exit code 1.
import {
  closeSync,
  fdatasyncSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { latencies, markdown, medianRun, ms } from "./figures.mjs";
import dispatch from "./measures/dispatch.mjs";
import enqueue from "./measures/enqueue.mjs";
import handle from "./measures/handle.mjs";
import importing from "./measures/import.mjs";
import lateness from "./measures/lateness.mjs";
import { freshFolder, PLACE, startRedis, stopAll, versions } from "./processes.mjs";

const MEASURES = [...importing, ...enqueue, ...dispatch, ...lateness, ...handle];
const KINDS = { durable: true, asItComes: false };

const say = (text) => process.stderr.write(`${text}\n`);

function readArguments() {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string" },
      runs: { type: "string" },
      "no-peer": { type: "boolean", default: false },
      list: { type: "boolean", default: false },
    },
  });
  const wanted = values.only?.split(",") ?? MEASURES.map(({ name }) => name);
  for (const name of wanted) {
    if (!MEASURES.some((measure) => measure.name === name)) {
      throw new Error(`there is no measure ${name}; --list names them`);
    }
  }
  return {
    ...values,
    wanted,
    runs: Number(values.runs ?? (values.quick ? 1 : 3)),
    size: values.quick ? "quick" : "full",
  };
}

// What an append of 4 KB costs until it is on the disk: the floor under every durable figure.
function measureDisk() {
  const folder = freshFolder("disk");
  const file = openSync(join(folder, "file"), "w");
  const bytes = Buffer.alloc(4096, 1);
  const took = [];
  for (let i = 0; i < 300; i += 1) {
    const began = performance.now();
    writeSync(file, bytes);
    fdatasyncSync(file);
    took.push(performance.now() - began);
  }
  closeSync(file);
  rmSync(folder, { recursive: true });
  return latencies(took);
}

function diskType() {
  try {
    const lines = readFileSync("/proc/self/mounts", "utf8").trim().split("\n");
    const mounts = lines.map((line) => line.split(" "));
    const fits = mounts.filter(([, at]) => PLACE.startsWith(at === "/" ? "/" : `${at}/`));
    const [device, , type] = fits.sort((left, right) => right[1].length - left[1].length)[0];
    return `${device} ${type}`;
  } catch {
    return "unknown disk";
  }
}

function describe() {
  const disk = measureDisk();
  const words = versions();
  return {
    date: new Date().toISOString().slice(0, 10),
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? "",
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: `${process.platform} ${release()}`,
    disk: diskType(),
    fdatasync: disk,
    loadAtStart: loadavg()[0],
    versions: words,
  };
}

async function withRedis(durable, work) {
  const redis = await startRedis(durable);
  try {
    return await work(redis);
  } finally {
    await redis.stop();
  }
}

// In turns, so that whatever else the machine does falls on all alike.
async function runOnce(measure, size, withPeer) {
  const turn = { callgate: await measure.callgate(size) };
  say(`  callgate: ${measure.show(turn.callgate, "callgate")}`);
  turn.peers = [];
  for (const peer of withPeer ? measure.peers : []) {
    const results = {};
    for (const [kind, durable] of Object.entries(KINDS)) {
      results[kind] = await withRedis(durable, (redis) => peer.run(size, redis));
      say(`  BullMQ, ${peer.title}, ${kind}: ${measure.show(results[kind], "bullmq")}`);
    }
    turn.peers.push(results);
  }
  return turn;
}

async function run(measure, { runs, size, ...options }) {
  const amount = measure.sizes[size];
  measure.prepare?.(amount);
  const turns = [];
  try {
    for (let i = 0; i < (measure.once ? 1 : runs); i += 1) {
      turns.push(await runOnce(measure, amount, !options["no-peer"]));
    }
  } finally {
    measure.finish?.();
  }
  const median = (pick) => medianRun(turns.map(pick), measure.by);
  const peers = turns[0].peers.map((_, at) => ({
    title: measure.peers[at].title,
    durable: median((turn) => turn.peers[at].durable),
    asItComes: median((turn) => turn.peers[at].asItComes),
  }));
  return { name: measure.name, amount, turns, callgate: median((turn) => turn.callgate), peers };
}

function ratio(measure, ours, theirs) {
  const times = ours[measure.by] / theirs[measure.by];
  const better = measure.smallerIsBetter ? 1 / times : times;
  return Number.isFinite(better) ? `${better.toFixed(better < 10 ? 1 : 0)}×` : "";
}

function rowsOf(measure, result) {
  const ours = measure.show(result.callgate, "callgate");
  if (result.peers.length === 0) return [[measure.title, ours, "", "", "", "", ""]];
  return result.peers.map((peer, at) => [
    at === 0 ? measure.title : "″",
    at === 0 ? ours : "″",
    peer.title,
    measure.show(peer.durable, "bullmq"),
    ratio(measure, result.callgate, peer.durable),
    measure.show(peer.asItComes, "bullmq"),
    ratio(measure, result.callgate, peer.asItComes),
  ]);
}

function print(machine, results) {
  const { versions: v } = machine;
  const columns = [
    "measure",
    "callgate",
    "what BullMQ does for it",
    "BullMQ, every write on the disk",
    "callgate ×",
    "BullMQ, Redis as it comes",
    "callgate ×",
  ];
  const rows = results.flatMap((result) =>
    rowsOf(MEASURES.find(({ name }) => name === result.name), result),
  );
  process.stdout.write(
    `${machine.date}, ${machine.cores} cores (${machine.cpu}), ${machine.memoryGb} GB, ` +
      `${machine.kernel}, ${machine.disk}: 4 KB to the disk p50 ${ms(machine.fdatasync.p50Ms)}, ` +
      `p99 ${ms(machine.fdatasync.p99Ms)}; load before ${machine.loadAtStart.toFixed(1)}.\n` +
      `callgate ${v.callgate}, BullMQ ${v.bullmq}, ioredis ${v.ioredis}, Redis ${v.redis}, ` +
      `Node ${v.node}.\n\n${markdown(columns, rows)}\n`,
  );
}

async function main() {
  const options = readArguments();
  if (options.list) {
    for (const { name, title } of MEASURES) process.stdout.write(`${name.padEnd(14)}${title}\n`);
    return;
  }
  const machine = describe();
  const results = [];
  for (const measure of MEASURES.filter(({ name }) => options.wanted.includes(name))) {
    say(`${measure.name}: ${measure.title}`);
    try {
      results.push(await run(measure, options));
    } catch (error) {
      say(`  failed, left out: ${error.stack}`);
      process.exitCode = 1;
      await stopAll();
    }
  }
  const file = join(PLACE, "latest.json");
  writeFileSync(file, `${JSON.stringify({ machine, options, results }, null, 2)}\n`);
  print(machine, results);
  say(`every run is in ${file}`);
}

await main();

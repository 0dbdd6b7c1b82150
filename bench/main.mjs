// Runs the measures and prints the table. Every figure of a row was measured in the same run,
// callgate and its peer in turns; with several runs the median one is shown. Nothing is asserted
// about time; a measure that fails is left out of the table and makes the exit code 1.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { markdown, medianRun, ms } from "./figures.mjs";
import { describe, untilIdle, watchOthers } from "./machine.mjs";
import dispatch from "./measures/dispatch.mjs";
import enqueue from "./measures/enqueue.mjs";
import handle from "./measures/handle.mjs";
import importing from "./measures/import.mjs";
import lateness from "./measures/lateness.mjs";
import queue from "./measures/queue.mjs";
import { PLACE, startPostgres, startRedis, stopAll } from "./processes.mjs";

const MEASURES = [...importing, ...enqueue, ...queue, ...dispatch, ...lateness, ...handle];
const KINDS = { durable: true, asItComes: false };

// PostgreSQL has every commit on the disk as it comes.
const kindsOf = ({ server }) =>
  Object.entries(KINDS).filter(([, durable]) => durable || server !== "postgres");

const CALM = 0.05; // of the machine, by others
const DISTURBED = 0.15;

const percent = (share) => (share === null ? "?" : `${(share * 100).toFixed(0)} %`);
const say = (text) => process.stderr.write(`${text}\n`);

function readArguments() {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string" },
      runs: { type: "string" },
      patient: { type: "string", default: "0" },
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
    patient: Number(values.patient),
  };
}

async function withServer(peer, durable, work) {
  const server =
    peer.server === "postgres" ? await startPostgres() : await startRedis(durable, peer.redisFlags);
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}

// One figure, with the share of the machine that other programs took from it. A patient caller has
// it wait for an idle machine, and has it measured again when it was not one.
async function figure(work, patient) {
  for (;;) {
    const idle = patient === 0 || (await untilIdle(patient, CALM));
    const others = watchOthers();
    const result = await work();
    result.othersShare = others();
    if (patient === 0 || !idle || result.othersShare < DISTURBED) return result;
    say(`  again: others took ${percent(result.othersShare)} of the machine`);
  }
}

// In turns, so that whatever else the machine does falls on all alike.
async function runOnce(measure, size, { patient, "no-peer": alone }) {
  const tell = (who, result) => {
    say(`  ${who}: ${measure.show(result, who)}; others ${percent(result.othersShare)}`);
    return result;
  };
  const callgate = tell("callgate", await figure(() => measure.callgate(size), patient));
  const peers = [];
  for (const peer of alone ? [] : measure.peers) {
    const results = {};
    for (const [kind, durable] of kindsOf(peer)) {
      const work = () => withServer(peer, durable, (server) => peer.run(size, server));
      results[kind] = tell(`${peer.title}, ${kind}`, await figure(work, patient));
    }
    peers.push(results);
  }
  return { callgate, peers };
}

async function run(measure, options) {
  const amount = measure.sizes[options.size];
  measure.prepare?.(amount);
  const turns = [];
  try {
    for (let i = 0; i < (measure.once ? 1 : options.runs); i += 1) {
      turns.push(await runOnce(measure, amount, options));
    }
  } finally {
    measure.finish?.();
  }
  const median = (pick) => medianRun(turns.map(pick), measure.by);
  const peers = turns[0].peers.map((_, at) => ({
    title: measure.peers[at].title,
    durable: median((turn) => turn.peers[at].durable),
    asItComes: measure.peers[at].server
      ? null
      : median((turn) => turn.peers[at].asItComes),
  }));
  return { name: measure.name, amount, turns, callgate: median((turn) => turn.callgate), peers };
}

// The most that others took during the figures of a row.
function disturbance(figures) {
  const shares = figures.map(({ othersShare }) => othersShare);
  return shares.includes(null) ? "" : percent(Math.max(...shares));
}

function ratio(measure, ours, theirs) {
  const times = ours[measure.by] / theirs[measure.by];
  const better = measure.smallerIsBetter ? 1 / times : times;
  return Number.isFinite(better) ? `${better.toFixed(better < 10 ? 1 : 0)}×` : "";
}

function rowsOf(measure, result) {
  const ours = measure.show(result.callgate, "callgate");
  if (result.peers.length === 0) {
    return [[measure.title, ours, "", "", "", "", "", disturbance([result.callgate])]];
  }
  return result.peers.map((peer, at) => [
    at === 0 ? measure.title : "″",
    at === 0 ? ours : "″",
    peer.title,
    measure.show(peer.durable, "bullmq"),
    ratio(measure, result.callgate, peer.durable),
    ...(peer.asItComes
      ? [measure.show(peer.asItComes, "bullmq"), ratio(measure, result.callgate, peer.asItComes)]
      : ["", ""]),
    disturbance([result.callgate, peer.durable, peer.asItComes].filter(Boolean)),
  ]);
}

function print(machine, results) {
  const { versions: v } = machine;
  const columns = [
    "measure",
    "callgate",
    "what the peer does for it: BullMQ unless named",
    "the peer, every write on the disk",
    "callgate ×",
    "BullMQ, Redis as it comes",
    "callgate ×",
    "taken by others",
  ];
  const rows = results.flatMap((result) =>
    rowsOf(MEASURES.find(({ name }) => name === result.name), result),
  );
  process.stdout.write(
    `${machine.date}, ${machine.cores} cores (${machine.cpu}), ${machine.memoryGb} GB, ` +
      `${machine.kernel}, ${machine.disk}: 4 KB to the disk p50 ${ms(machine.fdatasync.p50Ms)}, ` +
      `p99 ${ms(machine.fdatasync.p99Ms)}, max ${ms(machine.fdatasync.maxMs)}.\n` +
      `callgate ${v.callgate}, BullMQ ${v.bullmq}, ioredis ${v.ioredis}, Redis ${v.redis}, ` +
      `graphile-worker ${v.graphile}, PostgreSQL ${v.postgres}, Node ${v.node}.\n\n${markdown(columns, rows)}\n`,
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

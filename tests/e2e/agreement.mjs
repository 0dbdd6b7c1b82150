// The simulator's world and the simulated carrier agree: the same jobs, played by both with a carrier that
// loses, refuses, repeats and delays, once in virtual time and once over real HTTP, are held to the same
// invariants of ledger and books, by one judge.
//
//   node tests/e2e/agreement.mjs --binary FILE --simulate FILE [--seed 1] [--keep]
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";

import { Client } from "./client.mjs";
import { CallgateServer, Carrier, freePort } from "./processes.mjs";
import { compare, describe } from "./truth.mjs";
import { judge } from "./verdicts.mjs";

const { values: options } = parseArgs({
  options: {
    binary: { type: "string" },
    simulate: { type: "string" },
    seed: { type: "string", default: "1" },
    keep: { type: "boolean", default: false },
  },
});
const SECONDS_MAX = 50;

// Two jobs call some of the same people.
function scenarioOf() {
  const numbers = (first, count) =>
    Array.from({ length: count }, (_, i) => `+1415555${1000 + first + i}`);
  const job = (name, phoneNumbers, more) => ({
    name, phoneNumbers, assistantId: name, phoneNumberId: "p1", schedule: "now", retryDelaySeconds: 1, ...more,
  });
  return {
    callsAtOnce: 12,
    jobs: [
      job("many", numbers(0, 80), { maxAttempts: 3, concurrency: 8 }),
      job("some-again", numbers(60, 40), { maxAttempts: 2, priority: 1 }),
      job("one-by-one", numbers(200, 12), { concurrency: 1 }),
    ],
  };
}

async function simulated(verdicts, folder, scenario) {
  const file = join(folder, "scenario.json");
  await writeFile(file, JSON.stringify(scenario));
  const { stdout } = await promisify(execFile)(
    options.simulate, ["--seed", options.seed, "--scenario", file], { maxBuffer: 1 << 28 });
  const truth = JSON.parse(stdout);
  console.log(`  in virtual time: ${truth.stats.dials} dials`);
  describe(truth.ledger, truth.calls);
  compare(verdicts, { ...truth, limit: scenario.callsAtOnce, unpriced: () => true });
  return truth;
}

async function real(verdicts, folder, scenario) {
  const { binary } = options;
  const server = new CallgateServer({ binary, folder, port: await freePort(), flags: ["--log-level", "warn"] });
  const carrier = new Carrier({
    binary, folder,
    flags: ["--faults", "all", "--seed", options.seed, "--ring", "5ms..50ms", "--talk", "5ms..100ms", "--concurrency", "0"],
  });
  await carrier.start();
  await server.start();
  const client = new Client(server.url, await server.token());
  await client.useCarrier(carrier);
  await client.must("PUT", "/api/scheduler/config", {
    json: { rateLimits: { global: scenario.callsAtOnce, perJob: 1000 } },
  });
  const made = [];
  for (const job of scenario.jobs) {
    made.push((await client.must("POST", "/api/jobs", { json: job })).id);
  }
  const began = performance.now();
  const all = () => Promise.all(made.map((id) => client.must("GET", `/api/jobs/${id}`)));
  let jobs = await all();
  while (jobs.some((job) => job.status !== "completed")) {
    if (performance.now() - began > SECONDS_MAX * 1000) {
      throw new Error(`after ${SECONDS_MAX} s there are ${jobs.map((job) => job.openCalls)} calls open`);
    }
    await sleep(100);
    jobs = await all();
  }
  await carrier.saidAll();
  jobs = await all();
  const calls = (await Promise.all(made.map((id) => client.callsOf(id)))).flat();
  const [ledger, stats] = [await carrier.ledger(), await carrier.stats()];
  console.log(`  over HTTP: ${stats.dials} dials in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  describe(ledger, calls);
  compare(verdicts, {
    jobs, calls, ledger, stats, limit: scenario.callsAtOnce,
    unpriced: (dial) => dial.faults.includes("webhook-lose"),
  });
  await server.stop();
  await carrier.stop();
  return { jobs, calls };
}

async function agreement(verdicts, folder) {
  const scenario = scenarioOf();
  const [left, right] = [await simulated(verdicts, folder, scenario), await real(verdicts, folder, scenario)];
  const people = ({ jobs, calls }) => jobs.map((job) =>
    calls.filter((call) => call.jobId === job.id).map((call) => call.phoneNumber));
  verdicts.equal("both have called the same people for the same jobs", people(left), people(right));
}

await judge("agreement", options.keep, agreement);

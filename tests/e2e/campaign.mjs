// One campaign from the list to its last call, against a carrier on a bad day: a list of 10,000 rows is
// imported, dialled within hours and limits, and every dial compared with the carrier's ledger.
//
//   node tests/e2e/campaign.mjs [--binary build/release/native-server/callgate] [--concurrency 200]
//                               [--seed 1] [--minutes 8] [--keep]
//
// With --base-url and --token-command it is run against a host that is there already.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";

import { Client } from "./client.mjs";
import { CallgateServer, Carrier, freePort } from "./processes.mjs";
import { compare, describe } from "./truth.mjs";
import { judge } from "./verdicts.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { values: options } = parseArgs({
  options: {
    binary: { type: "string", default: `${root}build/release/native-server/callgate` },
    concurrency: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    minutes: { type: "string", default: "8" },
    keep: { type: "boolean", default: false },
    "base-url": { type: "string" },
    "token-command": { type: "string" },
  },
});
const concurrency = Number(options.concurrency);

async function tokenOf(command) {
  const [program, ...words] = command.split(" ");
  return (await promisify(execFile)(program, words)).stdout.trim();
}

const timeOfDay = (instant) => new Date(instant).toISOString().slice(11, 16);

// Hours are set to the minute: they open at the next one that leaves time for the import.
function hoursThatOpenSoon() {
  const minute = 60_000;
  const opens = Math.ceil((Date.now() + 6_000) / minute) * minute;
  const closes = opens + 10 * 60 * minute;
  const json = {
    daysOfWeek: [0, 1, 2, 3, 4, 5, 6],
    startTime: timeOfDay(opens),
    endTime: timeOfDay(closes),
    timezone: "UTC",
  };
  return { opens, closes, json };
}

async function importList(verdicts, client) {
  const list = await readFile(`${root}tests/data/contacts-10k.csv`);
  const expected = JSON.parse(await readFile(`${root}tests/data/contacts-10k.expected.json`, "utf8"));
  const query = new URLSearchParams({
    name: "Ten thousand",
    schedule: "now",
    assistantId: "assistant-e2e",
    phoneNumberId: "number-e2e",
    retryDelaySeconds: 1,
    concurrency,
  });
  const began = performance.now();
  const job = await client.must("POST", `/api/jobs?${query}`, {
    body: list,
    headers: { "content-type": "text/csv" },
  });
  console.log(`  imported ${job.import.rows} rows in ${Math.round(performance.now() - began)} ms`);
  const rejects = [];
  for await (const reject of client.pages(`/api/imports/${job.import.id}/rejects`, "rejects", 1000)) {
    rejects.push(reject.code);
  }
  const count = (code) => rejects.filter((one) => one === code).length;
  verdicts.equal(
    "the import counts what the list is known to hold",
    {
      rows: job.import.rows,
      accepted: job.import.accepted,
      duplicates: job.import.duplicates,
      phone_invalid: count("phone_invalid"),
      timezone_unknown: count("timezone_unknown"),
      phone_missing: count("phone_missing"),
      listed: rejects.length,
    },
    {
      rows: expected.rows,
      accepted: expected.accepted,
      duplicates: expected.duplicates,
      ...expected.rejected,
      listed: expected.rows - expected.accepted,
    },
  );
  return job;
}

async function awaitEnd(client, carrier, jobId) {
  const began = performance.now();
  let said = 0;
  while (true) {
    const job = await client.must("GET", `/api/jobs/${jobId}`);
    const seconds = (performance.now() - began) / 1000;
    const over = job.status === "completed";
    if (over || seconds - said >= 10) {
      said = seconds;
      const { dials } = await carrier.stats();
      console.log(`  ${seconds.toFixed(0)} s: ${job.totalCalls - job.openCalls} of ${job.totalCalls} ` +
        `ended, ${job.liveCalls} live, ${dials} dials`);
    }
    if (over) {
      return seconds;
    }
    if (job.status !== "running") {
      throw new Error(`the job is ${job.status}: ${job.errorMessage}`);
    }
    if (seconds > Number(options.minutes) * 60) {
      throw new Error(`the job has not ended after ${options.minutes} minutes`);
    }
    await sleep(500);
  }
}

async function campaign(verdicts, folder) {
  const { binary } = options;
  const server = options["base-url"] ? null : new CallgateServer({
    binary, folder, port: await freePort(), flags: ["--log-level", "warn", "--effects-at-once", "300"],
  });
  const carrier = new Carrier({
    binary,
    folder,
    flags: ["--faults", "all", "--seed", options.seed, "--ring", "5ms..50ms", "--talk", "5ms..100ms",
      "--concurrency", "0", "--webhook-connections", server ? "64" : "200"],
  });
  await carrier.start();
  await server?.start();
  const client = server
    ? new Client(server.url, await server.token())
    : new Client(options["base-url"], await tokenOf(options["token-command"]));
  await client.useCarrier(carrier);
  const hours = hoursThatOpenSoon();
  await client.must("PUT", "/api/scheduler/config", {
    json: {
      businessHours: hours.json,
      rateLimits: { global: concurrency, perJob: concurrency },
    },
  });
  const job = await importList(verdicts, client);
  await sleep(Math.max(0, hours.opens - 200 - Date.now()));
  verdicts.equal("nothing is dialled before the hours open", (await carrier.stats()).requests, 0);

  const seconds = await awaitEnd(client, carrier, job.id);
  await carrier.saidAll(server ? 20 : 180);
  const [ledger, stats] = [await carrier.ledger(), await carrier.stats()];
  const calls = await client.callsOf(job.id);
  const end = await client.must("GET", `/api/jobs/${job.id}`);
  console.log(`  ${calls.length} people in ${seconds.toFixed(1)} s from the import on: ` +
    `${stats.dials} dials, at most ${stats.max_live} at once` +
    (server ? `; server at ${(await server.memoryMb("VmHWM")).toFixed(0)} MB` : ""));
  describe(ledger, calls);
  verdicts.equal("nobody is left out", calls.length, job.totalCalls);
  compare(verdicts, {
    jobs: [end], calls, ledger, stats, limit: concurrency, hours,
    unpriced: (dial) => dial.faults.includes("webhook-lose"),
  });
  const stopped = await server?.stop();
  if (stopped) {
    verdicts.equal("SIGTERM ends the server with 0", [stopped.code, stopped.signal], [0, null]);
  }
  await carrier.stop();
}

await judge("campaign", options.keep, campaign);

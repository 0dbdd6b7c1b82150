// A list of a million people, streamed: it is taken piece by piece in little memory, tells how far it is,
// and keeps nobody else waiting; then it is canceled, as a task that is watched to its end.
//
//   node tests/e2e/million.mjs [--binary build/release/native-server/callgate] [--people 1000000] [--keep]
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { Client, eventsOf } from "./client.mjs";
import { CallgateServer, Carrier, freePort } from "./processes.mjs";
import { judge } from "./verdicts.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { values: options } = parseArgs({
  options: {
    binary: { type: "string", default: `${root}build/release/native-server/callgate` },
    people: { type: "string", default: "1000000" },
    keep: { type: "boolean", default: false },
  },
});
const people = Number(options.people);
const memoryMbMax = 600;
const smallWithinMs = 10_000;

// Every thousandth row once more, and every thousandth a number that cannot be called.
const repeated = Math.floor(people / 1000);
const impossible = Math.floor(people / 1000);

async function* listOf(sent) {
  const rowsAtOnce = 2_000;
  yield "Phone Number,First Name,Company\n";
  for (let first = 0; first < people; first += rowsAtOnce) {
    let text = "";
    for (let at = first; at < Math.min(first + rowsAtOnce, people); ++at) {
      const number = 2_000_000 + at;
      text += `+1212${number},Person ${at},Company ${at % 977}\n`;
      if (at % 1000 === 999) {
        text += `(212) ${String(number).slice(0, 3)}-${String(number).slice(3)},Again,\n+1555,Nobody,\n`;
      }
    }
    sent.bytes += text.length;
    yield text;
  }
}

async function importMillion(client, sent) {
  const query = new URLSearchParams({ name: "A million", assistantId: "a", phoneNumberId: "p" });
  const began = performance.now();
  const job = await client.must("POST", `/api/jobs?${query}`, {
    body: listOf(sent), duplex: "half", headers: { "content-type": "text/csv" },
  });
  sent.over = true;
  return { job, seconds: (performance.now() - began) / 1000 };
}

let smallJobs = 0;

// A job of twenty that somebody makes while the server is busy. Answers the time until its last call.
async function makeSmallJob(client) {
  smallJobs += 1;
  const began = performance.now();
  const json = {
    name: `Small ${smallJobs}`, assistantId: "a", phoneNumberId: "p", schedule: "now", retryDelaySeconds: 0,
    phoneNumbers: Array.from({ length: 20 }, (_, at) => `+1415${5_550_000 + smallJobs * 100 + at}`),
  };
  const { id } = await client.must("POST", "/api/jobs", { json });
  while ((await client.must("GET", `/api/jobs/${id}`)).status !== "completed") {
    if (performance.now() - began > 60_000) {
      throw new Error("a small job has not ended after a minute");
    }
    await sleep(20);
  }
  return Math.round(performance.now() - began);
}

async function makeSmallJobsUntil(client, isOver) {
  const times = [];
  while (!isOver()) {
    const ms = await makeSmallJob(client);
    if (!isOver()) {
      times.push(ms);
    }
    await sleep(250);
  }
  return times;
}

function smallJobsWereQuick(verdicts, during, times) {
  const slowest = Math.max(...times);
  verdicts.claim(
    `jobs made during ${during} are dialled meanwhile (${times.length}, the slowest took ${slowest} ms)`,
    times.length > 0 && slowest <= smallWithinMs ? [] : [`took ${times.join(", ")} ms`],
  );
}

async function importsWell(verdicts, client, server) {
  const sent = { bytes: 0, over: false };
  const abort = new AbortController();
  const progress = [];
  const listening = (async () => {
    for await (const { data } of eventsOf(server.url, client.token, { signal: abort.signal })) {
      if (data.name === "A million") {
        progress.push(data);
      }
    }
  })().catch(() => {});
  const [{ job, seconds }, times] = await Promise.all([
    importMillion(client, sent),
    makeSmallJobsUntil(client, () => sent.over),
  ]);
  await sleep(500);
  abort.abort();
  await listening;

  const rate = Math.round(job.import.rows / seconds);
  console.log(`  ${job.import.rows} rows, ${(sent.bytes / 1e6).toFixed(0)} MB in ${seconds.toFixed(1)} s: ` +
    `${rate} rows a second`);
  const { rows, accepted, duplicates, rejected } = job.import;
  verdicts.equal(
    "every row is counted",
    { rows, accepted, duplicates, rejected },
    { rows: people + repeated + impossible, accepted: people, duplicates: repeated, rejected: impossible },
  );
  verdicts.equal("and every person waits", [job.totalCalls, job.openCalls], [people, people]);
  const importing = progress.filter((one) => one.phase === "importing").map((one) => one.totalCalls);
  const forward = importing.every((count, at) => at === 0 || count >= importing[at - 1]);
  verdicts.claim(
    `subscribers see it grow (${importing.length} events)`,
    forward && new Set(importing).size >= 3 ? [] : [`saw ${importing.join(", ")}`],
  );
  verdicts.equal("and at last in full", progress.at(-1)?.totalCalls, people);
  smallJobsWereQuick(verdicts, "the import", times);
  return job;
}

async function awaitTask(client, path, seen) {
  while (true) {
    const task = await client.must("GET", path);
    seen.push(task.done);
    if (task.status === "done") {
      return task;
    }
    await sleep(100);
  }
}

async function cancelsWell(verdicts, client, job) {
  const began = performance.now();
  const answer = await client.send("POST", `/api/jobs/${job.id}/cancel`);
  verdicts.equal("canceling it is a task", answer.status, 202);
  const seen = [];
  let over = false;
  const [task, times] = await Promise.all([
    awaitTask(client, answer.headers.get("location"), seen).finally(() => (over = true)),
    makeSmallJobsUntil(client, () => over),
  ]);
  console.log(`  canceled in ${((performance.now() - began) / 1000).toFixed(1)} s, ${seen.length} looks`);
  verdicts.equal("which says how far it is, up to the end", [task.done, task.total], [people, people]);
  verdicts.claim(
    "and never goes backwards",
    seen.every((count, at) => at === 0 || count >= seen[at - 1]) ? [] : [seen.join(", ")],
  );
  smallJobsWereQuick(verdicts, "the cancel", times);
  const end = await client.must("GET", `/api/jobs/${job.id}`);
  verdicts.equal(
    "everybody is taken back",
    [end.status, end.canceledCalls, end.openCalls],
    ["canceled", people, 0],
  );
}

async function million(verdicts, folder) {
  const { binary } = options;
  const carrier = new Carrier({
    binary, folder, flags: ["--answer", "1", "--time-scale", "0", "--concurrency", "0"],
  });
  const server = new CallgateServer({
    binary, folder, port: await freePort(), flags: ["--log-level", "warn"],
  });
  await carrier.start();
  await server.start();
  const client = new Client(server.url, await server.token());
  await client.useCarrier(carrier);
  await client.must("PUT", "/api/scheduler/config", { json: { rateLimits: { global: 50, perJob: 50 } } });
  const job = await importsWell(verdicts, client, server);
  await cancelsWell(verdicts, client, job);
  const { dials } = await carrier.stats();
  verdicts.equal("nobody of the big list was rung", dials, smallJobs * 20);
  const memory = await server.memoryMb("VmHWM");
  verdicts.claim(
    `the server never took more than ${memoryMbMax} MB (it was ${memory.toFixed(0)} MB)`,
    memory > memoryMbMax ? ["it took more"] : [],
  );
  const stopped = await server.stop();
  verdicts.equal("SIGTERM ends it with 0", [stopped.code, stopped.signal], [0, null]);
}

await judge("million", options.keep, million);

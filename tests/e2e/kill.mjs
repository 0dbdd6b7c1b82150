// The server is killed at random moments while it dials, and goes on where it was: nothing that it
// acknowledged is lost, nothing is dialled twice, everybody is called to an end. People, jobs and
// cancellations arrive all the while; who gets no answer asks again with the same Idempotency-Key.
//
//   node tests/e2e/kill.mjs [--binary build/release/native-server/callgate] [--times 5] [--people 1500]
//                           [--seed N] [--slots N] [--minutes 8] [--edge] [--keep]
//
// --slots gives the carrier fewer slots than callgate counts on, so that it refuses calls for being full.
// With --edge it is `wrangler dev` that is killed, with the runtime and everything in it.
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { EdgeServer } from "../edge/edge.mjs";
import { Client } from "./client.mjs";
import { CallgateServer, Carrier, freePort } from "./processes.mjs";
import { compare, describe } from "./truth.mjs";
import { judge } from "./verdicts.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { values: options } = parseArgs({
  options: {
    binary: { type: "string", default: `${root}build/release/native-server/callgate` },
    times: { type: "string", default: "5" },
    people: { type: "string", default: "1500" },
    slots: { type: "string", default: "0" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    minutes: { type: "string", default: "8" },
    edge: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});
const limit = 60;
const stopsWithinMs = 10_000;

// Mulberry32: small, seeded, good enough to choose moments.
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

let lastNumber = 2_000_000;
const nextNumbers = (count) => Array.from({ length: count }, () => `+1212${(lastNumber += 1)}`);

const settings = { assistantId: "assistant-kill", phoneNumberId: "number-kill", retryDelaySeconds: 1 };

/** What the server acknowledged, and so must never lose. */
class Acknowledged {
  constructor() {
    this.jobs = new Map(); // id -> numbers
    this.canceled = new Set();
    this.repeats = 0; // requests that had to be sent again
  }
}

// Asks until there is an answer, as a client with an Idempotency-Key may.
async function insist(acknowledged, ask) {
  while (true) {
    try {
      const answer = await ask();
      if (answer.status !== 503) {
        return answer;
      }
    } catch {
      // Nobody listens now, or the connection broke before the answer.
    }
    acknowledged.repeats += 1;
    await sleep(40);
  }
}

async function makeJob(client, acknowledged, index) {
  const numbers = nextNumbers(3);
  const waits = index % 5 === 0;
  const json = {
    ...settings, name: `Small ${index}`, phoneNumbers: numbers, ...(!waits && { schedule: "now" }),
  };
  const headers = { "idempotency-key": `small-${index}` };
  const made = await insist(acknowledged, () => client.send("POST", "/api/jobs", { json, headers }));
  if (made.status !== 201) {
    throw new Error(`a job was answered with ${made.status}: ${JSON.stringify(made.body)}`);
  }
  acknowledged.jobs.set(made.body.id, numbers);
  if (waits) {
    const path = `/api/jobs/${made.body.id}/cancel`;
    const canceled = await insist(acknowledged, () => client.send("POST", path));
    if (canceled.status !== 200) {
      throw new Error(`a cancel was answered with ${canceled.status}`);
    }
    acknowledged.canceled.add(made.body.id);
  }
}

async function keepAsking(client, acknowledged, until) {
  for (let index = 1; !until.over; ++index) {
    await makeJob(client, acknowledged, index);
    await sleep(25);
  }
}

// When nobody listened: answers and reports that the carrier sent then are gone for good, as it tries only
// once.
class Absences {
  constructor() {
    this.spans = [];
  }
  begin() {
    this.spans.push([Date.now() - 500, Infinity]);
  }
  end() {
    this.spans.at(-1)[1] = Date.now();
  }
  /** An answer is given at once. */
  mayHaveSwallowedAnswer(row) {
    return this.#covers(Date.parse(row.created_at), 0);
  }
  /** A report is sent when the call ends, or up to 3 s later. */
  mayHaveSwallowedReport(dial) {
    return this.#covers(Date.parse(dial.ended_at), 3_500);
  }
  #covers(at, later) {
    return this.spans.some(([from, to]) => from <= at + later && at <= to);
  }
}

async function killAtRandom(server, random, times, absences) {
  for (let time = 1; time <= times; ++time) {
    await sleep(200 + random() * 2_300);
    absences.begin();
    const end = await server.stop("SIGKILL");
    if (end.signal !== "SIGKILL") {
      throw new Error(`the server ended by itself: ${JSON.stringify(end)}`);
    }
    await sleep(random() * 300);
    const began = performance.now();
    await server.start();
    absences.end();
    console.log(`  kill ${time}: up again after ${Math.round(performance.now() - began)} ms`);
  }
}

async function awaitEnd(client, ids) {
  const limitMs = Number(options.minutes) * 60_000;
  const began = performance.now();
  let said = 0;
  while (true) {
    const jobs = (await client.jobs()).filter((job) => ids.has(job.id));
    const open = jobs.filter((job) => !["completed", "canceled"].includes(job.status));
    const openCalls = open.reduce((sum, job) => sum + job.openCalls, 0);
    const ms = performance.now() - began;
    if (ms - said > 10_000) {
      said = ms;
      console.log(`  ${(ms / 1000).toFixed(0)} s: ${open.length} jobs open, ${openCalls} calls`);
    }
    if (open.length === 0) {
      return;
    }
    const paused = open.find((job) => job.status === "paused");
    if (paused) {
      throw new Error(`a job paused by itself: ${paused.errorMessage}`);
    }
    if (ms > limitMs) {
      throw new Error(`${openCalls} calls have not ended after ${options.minutes} minutes`);
    }
    await sleep(500);
  }
}

async function importMany(client, acknowledged) {
  const numbers = nextNumbers(Number(options.people));
  const query = new URLSearchParams({ ...settings, name: "Many", schedule: "now", concurrency: limit });
  const body = ["phone", ...numbers, ""].join("\n");
  const job = await client.must("POST", `/api/jobs?${query}`, {
    body, headers: { "content-type": "text/csv" },
  });
  acknowledged.jobs.set(job.id, numbers);
}

// A list that is still arriving when the server is killed: its sender gets no answer.
async function sendSlowly(client) {
  async function* rows() {
    yield "phone\n";
    while (true) {
      yield Array.from({ length: 1_000 }, () => `${nextNumbers(1)}\n`).join("");
      await sleep(10);
    }
  }
  const query = new URLSearchParams({ ...settings, name: "Cut", schedule: "now" });
  const options = { body: rows(), duplex: "half", headers: { "content-type": "text/csv" } };
  return client.send("POST", `/api/jobs?${query}`, options).then(({ status }) => status, () => "no answer");
}

// The core takes back an import that has been silent for two minutes.
async function awaitTakenBack(client) {
  const limitMs = performance.now() + 150_000;
  while ((await client.jobs()).some(({ name }) => name === "Cut")) {
    if (performance.now() > limitMs) {
      return ["it is still there"];
    }
    await sleep(1_000);
  }
  return [];
}

function nothingIsLost(verdicts, acknowledged, jobs, calls) {
  const known = new Map(jobs.map((job) => [job.id, job]));
  verdicts.claim(
    `every acknowledged job is there (${acknowledged.jobs.size})`,
    [...acknowledged.jobs.keys()].filter((id) => !known.has(id)),
  );
  verdicts.claim(
    "no job is there that nobody was told of",
    jobs.filter((job) => !acknowledged.jobs.has(job.id)).map((job) => `${job.id}, ${job.name}`),
  );
  const numbersOf = new Map();
  for (const call of calls) {
    numbersOf.set(call.jobId, [...(numbersOf.get(call.jobId) ?? []), call.phoneNumber]);
  }
  verdicts.claim(
    "with exactly its people",
    [...acknowledged.jobs]
      .filter(([id, numbers]) => (numbersOf.get(id) ?? []).join() !== numbers.join())
      .map(([id]) => id),
  );
  verdicts.claim(
    `what was canceled stays canceled (${acknowledged.canceled.size} jobs)`,
    [...acknowledged.canceled].filter((id) => known.get(id)?.status !== "canceled"),
  );
}

async function killed(verdicts, folder) {
  const { binary } = options;
  const random = randomOf(Number(options.seed));
  console.log(`  seed ${options.seed}`);
  const carrier = new Carrier({
    binary,
    folder,
    flags: ["--faults", "all", "--seed", options.seed, "--ring", "5ms..200ms", "--talk", "5ms..500ms",
      "--concurrency", options.slots],
  });
  const server = options.edge
    ? await EdgeServer.in(folder)
    : new CallgateServer({ binary, folder, port: await freePort(), flags: ["--log-level", "warn"] });
  await carrier.start();
  await server.start();
  const client = new Client(server.url, await server.token());
  await client.useCarrier(carrier);
  await client.must("PUT", "/api/scheduler/config", {
    json: { rateLimits: { global: limit, perJob: limit } },
  });

  const acknowledged = new Acknowledged();
  await importMany(client, acknowledged);
  const until = { over: false };
  const asking = keepAsking(client, acknowledged, until);
  const absences = new Absences();
  const cut = sendSlowly(client);
  await killAtRandom(server, random, Number(options.times), absences);
  const asked = (await carrier.stats()).dials;
  absences.begin();
  const stopped = await server.stop("SIGTERM");
  await server.start();
  absences.end();
  until.over = true;
  await asking;
  verdicts.equal("a list that was arriving at the first kill is not acknowledged", await cut, "no answer");
  if (!options.edge) {
    verdicts.equal("SIGTERM while it dials ends it with 0", [stopped.code, stopped.signal], [0, null]);
  }
  verdicts.claim(
    `within ${stopsWithinMs / 1000} s (${stopped.ms} ms)`,
    stopped.ms > stopsWithinMs ? ["it took longer"] : [],
  );
  console.log(`  ${asked} dials until then, ${acknowledged.jobs.size} jobs, ` +
    `${acknowledged.repeats} requests sent again`);

  await awaitEnd(client, new Set(acknowledged.jobs.keys()));
  verdicts.claim("the cut list is taken back", await awaitTakenBack(client));
  await carrier.saidAll();
  const jobs = await client.jobs();
  const calls = (await Promise.all(jobs.map((job) => client.callsOf(job.id)))).flat();
  const [ledger, stats] = [await carrier.ledger(), await carrier.stats()];
  describe(ledger, calls);
  nothingIsLost(verdicts, acknowledged, jobs, calls);
  const dialled = new Set(ledger.filter((row) => row.dialled).map((row) => row.number));
  verdicts.claim(
    "nobody of a canceled job was rung",
    [...acknowledged.canceled].filter((id) =>
      acknowledged.jobs.get(id).some((number) => dialled.has(number))),
  );
  compare(verdicts, {
    jobs, calls, ledger, stats, limit: Number(options.slots) || limit,
    unpriced: (dial) => dial.faults.includes("webhook-lose") || absences.mayHaveSwallowedReport(dial),
    unanswered: (row) => absences.mayHaveSwallowedAnswer(row),
  });
}

await judge("kill", options.keep, killed);

// What people look at all day, with --calls calls kept (a million): lists of 20 by filter and order, search, statistics.
// Over HTTP, one request at a time over a kept connection; the way there and back is part of each figure.
import { parseArgs } from "node:util";

import { carrierStats, getJob, makeJob, setLimits, startJob } from "./api.mjs";
import { latencies, markdown, ms } from "./figures.mjs";
import { describe } from "./machine.mjs";
import { numberAt } from "./numbers.mjs";
import { flagsFor, startCallgate, startCarrier, stopAll } from "./processes.mjs";

const { values } = parseArgs({ options: { calls: { type: "string", default: "1000000" }, quick: { type: "boolean", default: false } } });
const CALLS = values.quick ? 20_000 : Number(values.calls);
const ASKED = values.quick ? 50 : 500; // of each question, behind as many that are not measured
const JOBS = 20;
const ENDED = Math.min(2_000, CALLS / 10); // of the first job, that were called

// Names as they spread among people: 64 first names of more than 10,000 people each, 4,608 last names of some
// hundreds, and one of a little less than 10,000.
const FIRST_HEADS = ["Ada", "Grace", "Edsger", "Barb", "Don", "Franc", "Ton", "Rad"];
const FIRST_TAILS = ["a", "ine", "o", "ette", "el", "ia", "us", "y"];
const HEADS = ["Ko", "Mar", "Lin", "Ber", "Sal", "Tor", "Wen", "Fab", "Hul", "Jan", "Ry", "Que", "Dro", "Gal", "Pio", "Zim", "Cas", "Vel"];
const MIDDLES = ["va", "ti", "ste", "mo", "ri", "du", "ge", "po", "bla", "cho", "fri", "hu", "ja", "kle", "ny", "xo"];
const TAILS = ["nen", "ler", "mann", "ski", "sson", "ini", "vic", "ton", "berg", "dal", "field", "hof", "quist", "ez", "ov", "wood"];
const COMMON = "Smithers";
const firstName = (i) => FIRST_HEADS[i % 8] + FIRST_TAILS[(i >> 3) % 8];
const lastName = (i) => HEADS[i % 18] + MIDDLES[Math.floor(i / 18) % 16] + TAILS[Math.floor(i / 288) % 16];
const nameOf = (i) => `${firstName(i)},${i % 101 === 0 ? COMMON : lastName(i >> 6)}`;

const carrier = await startCarrier();
const server = await startCallgate(flagsFor(carrier));

async function ask(path, { method = "GET", ...options } = {}) {
  const answer = await fetch(server.url + path, {
    method, ...options, headers: { authorization: `Bearer ${server.token}`, ...options.headers },
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(body)}`);
  return body;
}

// Half of the jobs wait for somebody to start them, half for a time; of the first some have been called.
async function fill() {
  const size = CALLS / JOBS;
  const ended = await makeJob(server, {
    phoneNumbers: Array.from({ length: ENDED }, (_, i) => numberAt(CALLS + i)), maxAttempts: 1,
  });
  await startJob(server, ended.id);
  const jobs = [];
  for (let at = 0; at < JOBS; at += 1) {
    const rows = ["phone,first name,last name"];
    for (let i = at * size; i < (at + 1) * size; i += 1) rows.push(`${numberAt(i)},${nameOf(i)}`);
    const query = new URLSearchParams({
      name: `List ${at}`, assistantId: "assistant", phoneNumberId: "number", priority: String(1 + (at % 5)),
      ...(at % 2 === 1 && { schedule: new Date(Date.now() + (30 + at) * 86_400_000).toISOString() }),
    });
    const job = await ask(`/api/jobs?${query}`, { method: "POST", headers: { "content-type": "text/csv" }, body: rows.join("\n") });
    if (job.totalCalls !== size) throw new Error(`of ${size} rows ${job.totalCalls} were taken`);
    jobs.push(job.id);
  }
  const soon = () => new Promise((resolve) => setTimeout(resolve, 200));
  while ((await getJob(server, ended.id)).openCalls > 0) await soon();
  // Names are indexed a piece at a time behind the import; those that are not yet are looked through.
  const last = `/api/contacts?limit=1&search=${COMMON}`;
  for (let quick = 0; quick < 10; ) {
    const began = performance.now();
    await ask(last);
    quick = performance.now() - began < 30 ? quick + 1 : 0;
    await soon();
  }
  return jobs;
}

/** `paths` in turns. Answers the latencies, and the total that the last of them told. */
async function measured(paths) {
  const times = [];
  let body;
  for (let i = 0; i < 2 * ASKED; i += 1) {
    const began = performance.now();
    body = await ask(paths[i % paths.length]);
    if (i >= ASKED) times.push(performance.now() - began);
  }
  return { ...latencies(times), total: body.total };
}

const surnames = Array.from({ length: 4608 }, (_, i) => lastName(i * 7));
const firstNames = Array.from({ length: 64 }, (_, i) => firstName(i));
const listsOf = (jobs) => [
  ["20 that wait, by their next attempt", 5, ["/api/calls?limit=20&status=pending&sort=nextAttemptTime"]],
  ["20 that wait, as they were added", 5, ["/api/calls?limit=20&status=pending&sort=createdAt"]],
  ["20 that wait, by priority", 5, ["/api/calls?limit=20&status=pending&sort=priority"]],
  ["20 of one job, by priority", 5, jobs.map((id) => `/api/calls?limit=20&jobId=${id}&sort=priority`)],
  ["20 that have ended, as they were added", 5, ["/api/calls?limit=20&status=completed&sort=createdAt"]],
  ["20 of a campaign, document C's list, by their next attempt", 5,
    jobs.map((id) => `/api/call-queue?limit=20&status=pending&campaignId=${id}&sortBy=nextAttemptTime&sortDir=asc`)],
  ["20 scheduled calls, document D's list", 5, ["/api/v1/scheduling/scheduled-calls?userId=bench&status=pending&limit=20"]],
  ["search: a last name", 5, surnames.map((name) => `/api/calls?limit=20&search=${name}`)],
  [`search: one of ${Math.floor(CALLS / 101)}`, 5, [`/api/calls?limit=20&search=${COMMON}`]],
  ["search: eight digits of a number", 5, Array.from({ length: 50 }, (_, i) => `/api/calls?limit=20&search=${numberAt(i * 9_999).slice(1, 9)}`)],
  ["search: a first name", 40, firstNames.map((name) => `/api/calls?limit=20&search=${name}`)],
  ["search: three letters in the midst of a name", 40, ["ste", "ini", "ova", "arm"].map((text) => `/api/calls?limit=20&search=${text}`)],
  ["search: two letters, with which a name begins", 40, ["Ko", "We", "Gr"].map((text) => `/api/calls?limit=20&search=${text}`)],
  ["search: four digits of a number", 40, ["1415", "14152"].map((text) => `/api/calls?limit=20&search=${text}`)],
  ["search: a last name, among contacts", 5, surnames.map((name) => `/api/contacts?limit=20&search=${name}`)],
  [`search: one of ${Math.floor(CALLS / 101)} contacts`, 5, [`/api/contacts?limit=20&search=${COMMON}`]],
  ["search: a first name, among contacts", 40, firstNames.map((name) => `/api/contacts?limit=20&search=${name}`)],
  ["statistics: the summary of a month", 5, ["/api/analytics/summary"]],
  ["statistics: a job's metrics", 5, jobs.map((id) => `/api/jobs/${id}/metrics`)],
  ["statistics: document C's, by pending and scheduled", 30, ["/api/call-queue/status"]],
  ["statistics: document D's, of scheduler and queue", 30, ["/api/v1/scheduling/stats"]],
];

try {
  await setLimits(server, 100);
  const jobs = await fill();
  const rows = [];
  for (const [title, aim, paths] of listsOf(jobs)) {
    const { p50Ms, p99Ms, total } = await measured(paths);
    rows.push([title, total ?? "", `${ms(p50Ms)}, ${ms(p99Ms)}`, `≤ ${aim} ms: ${p99Ms <= aim ? "held" : "**not held**"}`]);
    console.error(rows.at(-1).join("  "));
  }
  const { dials } = await carrierStats(carrier);
  const { cpu, cores, disk } = describe();
  console.log(`${cpu}, ${cores} cores, ${disk}; ${CALLS} calls that wait, ${dials ?? ENDED} that were made`);
  console.log(markdown(["asked", "found", "p50, p99", "aim for p99"], rows));
} finally {
  await stopAll();
}

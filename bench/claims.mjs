// The nine figures that document D promises (D-133 to D-141), measured over its own routes: a server whose every
// answer is on the disk, one request at a time over a kept connection, with --calls scheduled calls in it.
import { parseArgs } from "node:util";

import { carrierLedger, carrierStats, setLimits } from "./api.mjs";
import { latencies, markdown, ms } from "./figures.mjs";
import { describe } from "./machine.mjs";
import { numberAt } from "./numbers.mjs";
import { flagsFor, startCallgate, startCarrier, stopAll } from "./processes.mjs";

const { values } = parseArgs({ options: { calls: { type: "string", default: "20000" }, quick: { type: "boolean", default: false } } });
const CALLS = values.quick ? 1_000 : Number(values.calls);
const ASKED = values.quick ? 100 : 900; // requests of each kind that are measured
const DUE = values.quick ? 200 : 1_000;
const EVERY_MS = 10; // apart, those that come due
const USER = "bench";
const DAY = 86_400_000;

const carrier = await startCarrier();
const server = await startCallgate(flagsFor(carrier));

async function ask(method, path, json) {
  const began = performance.now();
  const answer = await fetch(server.url + path, {
    method,
    headers: { authorization: `Bearer ${server.token}`, ...(json && { "content-type": "application/json" }) },
    body: json && JSON.stringify(json),
  });
  const body = await answer.json();
  const took = performance.now() - began;
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(body)}`);
  return { took, data: body.data ?? body };
}

async function measured(work) {
  const times = [];
  for (let i = 0; i < ASKED; i += 1) times.push((await work(i)).took);
  return latencies(times);
}

let people = 0;
const schedule = (at, more = {}) => ask("POST", "/api/v1/scheduling/schedule", {
  phoneNumber: numberAt(people++), agentId: "agent", phoneNumberId: "number", userId: USER,
  scheduledFor: new Date(at).toISOString(), respectBusinessHours: false, ...more,
});

// As many kept calls as the figures are to hold for, some on the way at once.
async function fill() {
  let made = 0;
  const make = async () => {
    while (made < CALLS) {
      made += 1;
      await schedule(Date.now() + 30 * DAY + made * 1000);
    }
  };
  await Promise.all(Array.from({ length: 32 }, make));
}

// Calls that come due one after the other: how late each was at the carrier, and how long it was under way here,
// from the provider's call to the end of its webhook's work.
async function dueOnes() {
  const start = Date.now() + 2_000 + DUE * 4;
  const due = new Map();
  for (let i = 0; i < DUE; i += 1) {
    const at = start + i * EVERY_MS;
    due.set(numberAt(people), at);
    await schedule(at, { agentId: "due" });
  }
  if (Date.now() > start - 500) throw new Error("the first call was due before the last one was there");
  await new Promise((resolve) => setTimeout(resolve, start + DUE * EVERY_MS + 2_000 - Date.now()));
  const dials = (await carrierLedger(carrier)).filter(({ number }) => due.has(number));
  if (dials.length !== DUE) throw new Error(`${dials.length} dials for ${DUE} calls`);
  const late = dials.map((dial) => Date.parse(dial.created_at) - due.get(dial.number));
  const took = [];
  for (let page = 1; took.length < DUE; page += 1) {
    const { data } = await ask("GET", `/api/v1/scheduling/scheduled-calls?userId=${USER}&agentId=due&limit=100&page=${page}`);
    if (data.scheduledCalls.length === 0) throw new Error(`${took.length} of ${DUE} calls have ended`);
    for (const call of data.scheduledCalls) {
      took.push(Date.parse(call.updatedAt) - Date.parse(call.scheduledFor));
    }
  }
  return { late: latencies(late), early: late.filter((one) => one < 0).length, took: latencies(took) };
}

try {
  await setLimits(server, 10);
  await fill();
  const creating = await measured(() => schedule(Date.now() + 60 * DAY));
  const ids = new Set();
  const listing = await measured(async (i) => {
    const said = await ask("GET", `/api/v1/scheduling/scheduled-calls?userId=${USER}&status=pending&limit=20&page=${1 + (i % 50)}`);
    said.data.scheduledCalls.forEach(({ _id }) => ids.add(_id));
    return said;
  });
  const [...pending] = ids;
  const canceling = await measured((i) => ask("POST", `/api/v1/scheduling/${pending[i]}/cancel`, { userId: USER }));
  const adjusting = await measured((i) => ask("POST", "/api/scheduler/validate", { at: new Date(Date.now() + i * 3_600_000).toISOString() }));
  const converting = await measured((i) =>
    ask("POST", "/api/time/convert", { local: `2027-0${1 + (i % 9)}-15T14:30:00`, zone: "America/New_York" }));
  const { late, early, took } = await dueOnes();
  const { max_live: atOnce } = await carrierStats(carrier);
  const shown = (figure) => `${ms(figure.p50Ms)} / ${ms(figure.p99Ms)}`;
  const { cpu, cores, disk, fdatasync } = describe();
  console.log(`${cpu}, ${cores} cores, ${disk}, fdatasync ${ms(fdatasync.p50Ms)}`);
  console.log(markdown(["", "document D", `measured (median / 99 %), ${CALLS} calls kept`], [
    ["D-133 processing of a job", "< 100 ms", shown(took)],
    ["D-134 accuracy of the queue's delay", "± 1 s", `${shown(late)} late, ${early} early`],
    ["D-135 jobs at once", "10, configurable", `10 set: never more than ${atOnce} at the carrier`],
    ["D-136 size of the queue", "unlimited", `${CALLS} here; a million in \`import\``],
    ["D-137 creating a schedule", "< 50 ms", shown(creating)],
    ["D-138 querying scheduled calls", "< 100 ms", shown(listing)],
    ["D-139 updating a status", "< 30 ms", shown(canceling)],
    ["D-140 adjustment to business hours", "< 10 ms", shown(adjusting)],
    ["D-141 conversion between zones", "< 5 ms", shown(converting)],
  ]));
} finally {
  await stopAll();
}

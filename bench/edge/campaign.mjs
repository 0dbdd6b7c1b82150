// Whole campaigns in the runtime of Cloudflare Workers, from the import until everybody's call has ended, with
// all that the platform bills counted. The carrier is simulated: everybody answers at the first dial.
import { setTimeout as sleep } from "node:timers/promises";

import { Carrier } from "../../tests/e2e/processes.mjs";
import { numberAt } from "../numbers.mjs";

const QUICK_CALLS = ["--ring", "5ms..50ms", "--talk", "5ms..50ms"];
const LIFELIKE_CALLS = ["--ring", "1s..4s", "--talk", "5s..25s"];
const STUCK_MS = 120_000;
const LAST_MS = 1500; // for alarms that the last reports have set

// `after`: it calls the people of that one again, in the same workspace.
const SCENARIOS = [
  {
    name: "new", title: "(b) new contact", aim: 9, says: "50 at once, no retry, numbers that were never called",
    people: { full: 1000, quick: 150 }, atOnce: 50, carrier: QUICK_CALLS,
  },
  {
    name: "known", title: "(a) known caller", aim: 7, after: "new",
    says: "50 at once, no retry, the people of (b) once more",
    people: { full: 1000, quick: 150 }, atOnce: 50, carrier: QUICK_CALLS,
  },
  {
    name: "single", title: "(c) job limit 1", aim: 12, says: "one at a time",
    people: { full: 60, quick: 10 }, atOnce: 1, carrier: QUICK_CALLS,
  },
  {
    name: "lifelike", title: "(d) at life's pace",
    says: "12 at once, calls that last 6 to 29 s: reports and dials come one by one, and share little",
    people: { full: 72, quick: 18 }, atOnce: 12, carrier: LIFELIKE_CALLS,
  },
];

const numbersFrom = (first, count) => Array.from({ length: count }, (_, at) => numberAt(first + at));

// The carrier is asked, not callgate: what only looks is not counted then.
async function untilSaid(carrier, dials) {
  let seen = 0;
  for (let changed = performance.now(); ; await sleep(100)) {
    const stats = await carrier.stats();
    if (stats.dials >= dials && stats.live === 0 && stats.webhooks.pending === 0) {
      return;
    }
    const now = stats.dials + stats.webhooks.delivered;
    if (now !== seen) {
      seen = now;
      changed = performance.now();
    } else if (performance.now() - changed > STUCK_MS) {
      throw new Error(`the campaign is stuck after ${stats.dials} of ${dials} dials`);
    }
  }
}

function sum(one, other) {
  return Object.fromEntries(Object.entries(one).map(([name, value]) => {
    const more = other[name];
    if (typeof value === "number") {
      return [name, /_max$|_peak_|^stored|^wasm/.test(name) ? Math.max(value, more) : value + more];
    }
    const names = new Set([...Object.keys(value), ...Object.keys(more)]);
    return [name, Object.fromEntries([...names].map((key) => [key, (value[key] ?? 0) + (more[key] ?? 0)]))];
  }));
}

async function campaign(home, carrier, { name, atOnce }, numbers) {
  const { client } = home;
  await client.must("PUT", "/api/scheduler/config", { json: { rateLimits: { global: 50, perJob: atOnce } } });
  const settings = { name, assistantId: "assistant", phoneNumberId: "number", phoneNumbers: numbers };
  const { dials } = await carrier.stats();
  const { stored_bytes: before } = await home.counted();
  const { id } = await client.must("POST", "/api/jobs", { json: settings });
  const imported = await home.counted();
  const began = performance.now();
  await client.must("POST", `/api/jobs/${id}/start`);
  await untilSaid(carrier, dials + numbers.length);
  const seconds = (performance.now() - began) / 1000;
  await sleep(LAST_MS);
  const called = await home.counted();
  const { completedCalls } = await client.must("GET", `/api/jobs/${id}`);
  if (completedCalls !== numbers.length) {
    throw new Error(`${completedCalls} of ${numbers.length} calls were completed`);
  }
  const stored = called.stored_bytes - before;
  return { people: numbers.length, seconds, stored, imported, called, total: sum(imported, called) };
}

/** Every scenario, those in one workspace one after the other: [{…scenario, …what was counted}]. */
export async function campaigns(makeHome, binary, size, say) {
  const results = [];
  let first = 0;
  for (const scenario of SCENARIOS.filter(({ after }) => after === undefined)) {
    const home = await makeHome();
    const flags = ["--answer", "1", "--concurrency", "0", ...scenario.carrier];
    const carrier = new Carrier({ binary, folder: home.folder, flags });
    await carrier.start();
    // With callgate's own waits, not a test's short ones: a call is looked after when it is really late.
    await home.client.must("PUT", "/api/providers/vapi", {
      json: {
        baseUrl: carrier.url, apiKey: carrier.key, publicUrl: home.url, webhookSecret: carrier.webhookSecret,
      },
    });
    // Once for nothing, so that tables and objects are there, as in a workspace that is in use.
    await campaign(home, carrier, scenario, numbersFrom(first, 1));
    const numbers = numbersFrom(first + 1, scenario.people[size]);
    first += numbers.length + 1;
    for (const one of [scenario, ...SCENARIOS.filter(({ after }) => after === scenario.name)]) {
      say(`a campaign of ${numbers.length}: ${one.title}, ${one.says}`);
      const result = await campaign(home, carrier, one, numbers);
      say(`  ${result.seconds.toFixed(1)} s, ${(rowsOf(result.total) / result.people).toFixed(2)} rows a call`);
      results.push({ ...one, ...result });
    }
    await carrier.stop();
    await home.stop();
  }
  results.sort((one, other) => (one.title < other.title ? -1 : 1));
  return results;
}

/** Rows written as they are billed. */
export const rowsOf = (counts) => counts.rows_written + counts.key_value_writes + counts.alarms_set;

// The core alone: the edge's own .wasm in this node, over node:sqlite in memory, a transaction an Input. How
// long a cold start takes, and a request when it is warm. Of the runtime only the SQLite differs.
import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { handle, load, NodeHost } from "../../tests/wasm/node_host.mjs";
import { decode } from "../../wasm/wire.mjs";
import { latencies } from "../figures.mjs";
import { numberAt } from "../numbers.mjs";
import { inputs } from "./inputs.mjs";

const run = promisify(execFile);
const child = fileURLToPath(new URL("core_child.mjs", import.meta.url));
const SECRET = "a secret for the bench alone";
const WEBHOOK_SECRET = "bench-webhook-secret";
const START = 1_798_000_000_000;
const AT_ONCE = 50;

class Home {
  static async open(modulePath, file = ":memory:") {
    const home = new Home();
    home.host = new NodeHost("default", SECRET, file);
    home.module = await load(modulePath, new Map([[1, home.host]]));
    home.core = new home.module.Core(1);
    Object.assign(home, { named: [] }, inputs(START));
    home.give(home.input({ wake: {} }));
    return home;
  }

  give(bytes, times) {
    const began = performance.now();
    const { status, bytes: said } = handle(this.module, this.core, this.host, bytes);
    times?.push(performance.now() - began);
    if (status !== 0) {
      throw new Error(new TextDecoder().decode(said));
    }
    const output = decode(said);
    this.named.push(...output.effects.filter(({ request }) => request === undefined).map(({ key }) => key));
    return output;
  }

  ask(method, target, body, times, more) {
    const { answer } = this.give(this.request(method, target, body, more), times);
    const text = new TextDecoder().decode(answer.response.body);
    if (answer.response.status > 299) {
      throw new Error(`${method} ${target}: ${answer.response.status} ${text}`);
    }
    return text === "" ? null : JSON.parse(text);
  }

  makeJob(phoneNumbers, more = {}) {
    const settings = { name: "Bench", assistantId: "assistant", phoneNumberId: "number", phoneNumbers, ...more };
    return this.ask("POST", "/api/jobs", settings).id;
  }

  openLine(atOnce) {
    this.ask("PUT", "/api/providers/vapi", {
      apiKey: "bench", baseUrl: "http://127.0.0.1:1", publicUrl: "http://127.0.0.1:2", webhookSecret: WEBHOOK_SECRET,
    });
    this.ask("PUT", "/api/scheduler/config", { rateLimits: { global: atOnce, perJob: atOnce } });
  }
}

const people = (first, count) => Array.from({ length: count }, (_, at) => numberAt(first + at));

async function enqueue(modulePath, count) {
  const home = await Home.open(modulePath);
  const target = `/api/jobs/${home.makeJob(people(0, 1))}/recipients`;
  const times = [];
  for (let at = 1; at <= count; ++at) {
    home.ask("POST", target, { phoneNumbers: people(at, 1) }, times);
  }
  return times;
}

async function listPage(modulePath, count) {
  const home = await Home.open(modulePath);
  const target = `/api/jobs/${home.makeJob(people(0, 5000))}/calls?limit=50`;
  const times = [];
  for (let at = 0; at < count; ++at) {
    const { calls } = home.ask("GET", target, undefined, times);
    if (calls.length !== 50) {
      throw new Error(`a page of 50 has ${calls.length} calls`);
    }
  }
  return times;
}

const ENDED = new TextEncoder().encode(JSON.stringify({
  id: "0192f0c4-0000-7000-8000-000000000000", status: "ended", endedReason: "customer-ended-call",
}));

// Jobs that are due one after the other: each wake finds one of them and names its dials.
async function wake(modulePath, count, dials) {
  const home = await Home.open(modulePath);
  home.openLine(10_000);
  const due = home.now() + 1_000_000;
  for (let at = 0; at < count; ++at) {
    home.makeJob(people(at * dials, dials), { schedule: new Date(due + at * 60_000).toISOString() });
  }
  const times = [];
  for (let at = 0; at < count; ++at) {
    home.advance(due + at * 60_000 - home.now());
    const { effects } = home.give(home.input({ wake: {} }), times);
    if (effects.length < dials) {
      throw new Error(`a wake named ${effects.length} of ${dials} dials`);
    }
    // Over before the next wake, which would name them again.
    for (const { key } of effects) {
      home.give(home.input({ effect_result: { key, answered: { status: 201, retry_after_s: -1, body: ENDED } } }));
    }
  }
  return times;
}

const REPORTS = [
  { type: "status-update", status: "ringing" },
  { type: "status-update", status: "in-progress" },
  { type: "end-of-call-report", endedReason: "customer-ended-call", cost: 0.0525 },
];

const callOf = (id, attempt) => ({
  id, orgId: "1f0c9f5c-0f3c-4f6e-9d1b-9f6c0f7f1b1c", type: "outboundPhoneCall", status: "queued",
  createdAt: "2026-12-22T09:46:40.000Z", updatedAt: "2026-12-22T09:46:41.000Z",
  assistantId: "assistant", phoneNumberId: "number", customer: { number: "+14152000000", externalId: attempt },
  monitor: { listenUrl: "wss://calls.example/x/listen", controlUrl: "https://calls.example/x/control" },
});

function report(home, id, attempt, own, times) {
  const text = JSON.stringify({
    message: {
      timestamp: home.now(), ...own, call: callOf(id, attempt), analysis: { summary: "Confirmed." },
      artifact: { messages: [{ role: "bot", message: "Hello, about your appointment.", secondsFromStart: 1.2 }] },
    },
  });
  const timestamp = String(home.now());
  const signature = createHmac("sha256", WEBHOOK_SECRET).update(`${timestamp}.${text}`).digest("hex");
  const headers = [["x-timestamp", timestamp], ["x-signature", signature]];
  home.ask("POST", "/api/webhooks/vapi", text, times, { headers, principal: undefined });
}

// Each call is dialled, placed, and reported on three times, as its provider does it; all of it is timed.
async function calls(modulePath, count) {
  const home = await Home.open(modulePath);
  home.openLine(AT_ONCE);
  const times = { take: [], placed: [], report: [] };
  const job = home.makeJob(people(0, count));
  home.ask("POST", `/api/jobs/${job}/start`);
  while (home.named.length > 0) {
    oneRound(home, home.named.splice(0), times);
  }
  const { completedCalls } = home.ask("GET", `/api/jobs/${job}`);
  if (completedCalls !== count) {
    throw new Error(`${completedCalls} of ${count} calls were completed`);
  }
  return times;
}

// Those who are named so far, to the end of their calls; meanwhile others are named.
function oneRound(home, named, times) {
  const live = [];
  for (let at = 0; at < named.length; at += 6) {
    const { effects } = home.give(home.input({ take_effects: { keys: named.slice(at, at + 6) } }), times.take);
    for (const { key, request } of effects.filter((effect) => effect.request !== undefined)) {
      live.push({ key, attempt: externalIdOf(request), id: idOf(key.subject) });
    }
  }
  for (const { key, id } of live) {
    const body = new TextEncoder().encode(JSON.stringify({ id, status: "queued" }));
    home.give(home.input({ effect_result: { key, answered: { status: 201, retry_after_s: -1, body } } }), times.placed);
  }
  for (const own of REPORTS) {
    for (const { id, attempt } of live) {
      report(home, id, attempt, own, times.report);
    }
  }
}

const idOf = (subject) => `0192f0c4-0000-7000-8000-${String(100_000_000_000 + subject)}`;
const externalIdOf = ({ body }) => JSON.parse(new TextDecoder().decode(body)).customer.externalId;

/** Warm requests: {name: {p50Ms, p99Ms, …}}. */
export async function warm(modulePath, count, say) {
  say(`the core when it is warm: ${count} of each`);
  const few = Math.ceil(count / 10);
  const { take, placed, report: reported } = await calls(modulePath, few * 5);
  const all = {
    enqueue: await enqueue(modulePath, count),
    page: await listPage(modulePath, few * 5),
    wakeOne: await wake(modulePath, few * 5, 1),
    wakeMany: await wake(modulePath, few, AT_ONCE),
    take, placed, report: reported,
  };
  return Object.fromEntries(Object.entries(all).map(([name, times]) => [name, latencies(times)]));
}

/** Cold starts in fresh processes, of a workspace that has tables and a job: {name: {p50Ms, p99Ms, …}}. */
export async function cold(modulePath, folder, count, say) {
  say(`the core when it is cold: ${count} fresh processes each`);
  const file = `${folder}/cold.sqlite`;
  const home = await Home.open(modulePath, file);
  home.makeJob(people(0, 100));
  home.host.database.close();
  const starts = async (database) => {
    const all = [];
    for (let at = 0; at < count; ++at) {
      all.push(JSON.parse((await run(process.execPath, [child, modulePath, database])).stdout));
    }
    for (const one of all) {
      one.core = one.instantiate + one.wake + one.answer;
      one.coreCpu = one.instantiateCpu + one.wakeCpu + one.answerCpu;
    }
    return Object.fromEntries(Object.keys(all[0]).map((name) => [name, latencies(all.map((one) => one[name]))]));
  };
  return { known: await starts(file), fresh: await starts("new") };
}

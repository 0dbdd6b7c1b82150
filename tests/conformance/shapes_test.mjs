// Every success that /openapi.json documents is brought about once and compared with its schema: a route, a
// status or a field that is told otherwise than it is answered fails here.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { after, before, test } from "node:test";

import { openHost, tokenOf, until } from "./host.mjs";
import { mismatches } from "./schema.mjs";

let host;
let owner;
let openapi;
const seen = new Set();

before(async () => {
  host = await openHost();
  owner = host.owner;
  openapi = await (await fetch(`${host.url}/openapi.json`)).json();
});
after(() => host.close());

// Sends it as the owner and compares the answer with what is documented for its route and status.
async function ask(status, method, path, options) {
  const target = path.split("?")[0];
  const pattern = Object.keys(openapi.paths).find((one) =>
    new RegExp(`^${one.replace(/\{(number|name)\}/, "[^/]+").replace(/\{\w+\}/g, "[^/]+_[^/]+")}$`).test(target));
  assert.ok(pattern, `${target} is not documented`);
  const answer = await owner.send(method, path, options);
  assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.body)}`);
  const documented = openapi.paths[pattern][method.toLowerCase()]?.responses[status];
  assert.ok(documented, `${method} ${pattern} documents no ${status}`);
  for (const [type, { schema }] of Object.entries(documented.content ?? {})) {
    assert.ok(answer.headers.get("content-type").startsWith(type), `${method} ${path} is no ${type}`);
    if (schema) {
      assert.deepEqual(mismatches(openapi, schema, answer.body), [], `${method} ${path}`);
    }
  }
  if (documented.content === undefined) {
    assert.equal(answer.body, "", `${method} ${path} has a body that is not documented`);
  }
  seen.add(`${method} ${pattern} ${status}`);
  await askAgain(method, path, options, pattern, answer);
  return answer;
}

// What has a tag is 304 while it is the same, and only then.
async function askAgain(method, path, options, pattern, answer) {
  const tag = answer.headers.get("etag");
  if (method !== "GET" || tag === null) {
    return;
  }
  const again = await owner.send(method, path, { ...options, headers: { ...options?.headers, "if-none-match": tag } });
  if (again.status === 304) {
    assert.equal(again.body, "");
    seen.add(`GET ${pattern} 304`);
  } else {
    assert.notDeepEqual(again.body, answer.body, `${path} is the same, and yet was sent again`);
  }
}

const numbers = (count) => Array.from({ length: count }, (_, at) => `+1646${2_000_000 + at}`);
const newJob = (name, more = {}) => ({
  json: { name, assistantId: "a", phoneNumberId: "p", phoneNumbers: numbers(3), ...more },
});

test("settings", async () => {
  await ask(200, "GET", "/api/scheduler/config");
  const businessHours = { daysOfWeek: [0, 1], startTime: "09:00", endTime: "24:00", timezone: "Europe/Rome" };
  const json = { businessHours, rateLimits: { global: 20, perJob: 20 } };
  await ask(200, "PUT", "/api/scheduler/config", { json });
  const shown = { ...json, blackoutPeriods: [], priorityWindows: [], defaultPriority: 3 };
  assert.deepEqual((await ask(200, "GET", "/api/scheduler/config")).body, shown);
  await ask(200, "PUT", "/api/scheduler/config", { json: { rateLimits: json.rateLimits } });
  await ask(200, "GET", "/api/scheduler/next");
  await ask(200, "GET", "/api/scheduler/priority");
  await ask(200, "GET", "/api/scheduler/best-time");
  const limits = {
    workspace: { concurrency: 20, perSecond: 500 }, provider: { perDay: 1_000_000, timezone: "Europe/Rome" }, job: { concurrency: 20 },
    agents: [{ id: "b", concurrency: 1 }], caps: [{ max: 100, days: 1, per: "subject" }], budget: { currency: "USD", perDayMicros: 1_000_000, reserveMicros: 5 },
  };
  assert.deepEqual((await ask(200, "PUT", "/api/limits", { json: limits })).body.limits, limits);
  assert.deepEqual((await ask(200, "GET", "/api/limits")).body.limits, limits);
  await ask(200, "PUT", "/api/limits", { json: {} });
  const retention = { completed: { days: 9, count: 90 }, scheduledJobs: { completed: { count: 3 }, canceled: {} } };
  const { completed, scheduledJobs } = (await ask(200, "PUT", "/api/retention", { json: retention })).body.rule;
  assert.deepEqual({ completed, scheduledJobs }, retention);
  assert.equal((await ask(200, "PUT", "/api/retention", { json: {} })).body.rule.preset, "usual");
  await ask(200, "GET", "/api/retention");
  await ask(200, "GET", "/api/audit");
  await ask(200, "GET", "/api/providers");
  const { body: provider } = await ask(200, "GET", "/api/providers/vapi");
  const kept = await ask(200, "PUT", "/api/providers/vapi", {
    json: { baseUrl: provider.baseUrl, publicUrl: host.url, lookupGraceSeconds: 3, pollAfterSeconds: 3 },
  });
  assert.deepEqual(kept.body, provider, "a secret that is left out stays");
  assert.equal((await ask(200, "POST", "/api/providers/vapi/check")).body.keyAccepted, true);
});

test("the order of jobs", async () => {
  const { body: first } = await ask(201, "POST", "/api/jobs", newJob("First"));
  const { body: second } = await ask(201, "POST", "/api/jobs", newJob("Second", { level: "low", weight: 2 }));
  const { body: changed } = await ask(200, "PATCH", `/api/jobs/${second.id}`, { json: { level: "normal", weight: 3 } });
  assert.deepEqual([changed.level, changed.priority, changed.rank, changed.weight], ["normal", 3, 50, 3]);
  await ask(200, "POST", "/api/jobs/reorder", { json: { id: second.id, before: first.id } });
  const ids = [];
  for (let cursor = ""; cursor !== undefined;) {
    const { body: page } = await ask(200, "GET", `/api/jobs?sort=order&limit=200${cursor && `&cursor=${cursor}`}`);
    ids.push(...page.jobs.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  assert.ok(ids.includes(first.id));
  assert.equal(ids.indexOf(first.id), ids.indexOf(second.id) + 1);
  for (const { id } of [first, second]) {
    await ask(204, "DELETE", `/api/jobs/${id}`);
  }
});

test("a job from its making to its end", async () => {
  const { body: job } = await ask(201, "POST", "/api/jobs", newJob("Shapes", {
    notes: "n", priority: 1, maxAttempts: 2, retryDelaySeconds: 0,
  }));
  await ask(200, "POST", `/api/jobs/${job.id}/recipients`, { json: { phoneNumbers: ["+12125550123", "x"] } });
  await ask(200, "GET", `/api/imports/${job.import.id}`);
  const arms = [{ name: "A", assistantId: "a" }, { name: "B", assistantId: "b" }];
  const { body: split } = await ask(201, "POST", "/api/jobs", newJob("Split", { experiment: { arms } }));
  await ask(200, "GET", `/api/jobs/${split.id}/experiment`);
  await ask(200, "GET", `/api/imports/${job.import.id}/rejects`);
  const limits = { rate: { perSecond: 100 }, budget: { currency: "USD", totalMicros: 9_000_000_000, reserveMicros: 1 }, subject: "shapes" };
  const { body: limited } = await ask(200, "PUT", `/api/jobs/${job.id}/limits`, { json: limits });
  assert.deepEqual([limited.rate, limited.budget, limited.subject], Object.values(limits));
  for (const verb of ["start", "pause", "resume"]) {
    await ask(200, "POST", `/api/jobs/${job.id}/${verb}`);
  }
  await until("it has ended", async () => (await ask(200, "GET", `/api/jobs/${job.id}`)).body.finishedAt, 60);
  const { body: page } = await ask(200, "GET", `/api/jobs/${job.id}/calls?limit=2`);
  await ask(200, "GET", `/api/jobs/${job.id}/calls?cursor=${page.nextCursor}&state=completed`);
  await ask(200, "GET", `/api/calls/${page.calls[0].id}`);
  await ask(200, "GET", `/api/calls/${page.calls[0].id}/explain`);
  await ask(200, "GET", `/api/jobs/${job.id}/explain`);
  await ask(200, "GET", "/api/jobs?limit=1");
  await ask(204, "DELETE", `/api/jobs/${job.id}`);
});

test("a schedule from its making to its end", async () => {
  const { body: schedule } = await ask(201, "POST", "/api/schedules", {
    json: { name: "Fridays", timezone: "Europe/Rome", rrule: "FREQ=MONTHLY;BYDAY=-1FR", start: "2027-01-01T08:00:00Z",
      job: newJob("Of a schedule").json },
  });
  const path = `/api/schedules/${schedule.id}`;
  assert.deepEqual((await ask(200, "GET", path)).body, schedule);
  await ask(200, "GET", "/api/schedules?limit=1");
  assert.equal((await ask(200, "GET", `${path}/preview?limit=3`)).body.occurrences.length, 3);
  assert.equal((await ask(200, "POST", `${path}/pause`, { json: { note: "Summer" } })).body.note, "Summer");
  await ask(200, "POST", `${path}/resume`);
  const { body: job } = await ask(201, "POST", `${path}/trigger`);
  assert.equal((await ask(200, "GET", path)).body.lastJobId, job.id);
  await ask(204, "DELETE", path);
  assert.equal((await owner.send("GET", path)).status, 404);
  await ask(200, "POST", `/api/jobs/${job.id}/cancel`);
});

test("a large job is canceled as a task, a small one at once", async () => {
  const { body: large } = await ask(201, "POST", "/api/jobs", newJob("L", { phoneNumbers: numbers(2_500) }));
  const putOff = { action: "reschedule", at: new Date(Date.now() + 3_600_000).toISOString(), query: { jobId: large.id } };
  await ask(200, "POST", "/api/calls/bulk", { json: { ...putOff, dryRun: true } });
  const moved = await ask(202, "POST", "/api/calls/bulk", { json: putOff });
  await until("the task is done", async () => (await ask(200, "GET", moved.headers.get("location"))).body.status === "done");
  const canceled = await ask(202, "POST", `/api/jobs/${large.id}/cancel`);
  const task = canceled.headers.get("location");
  await until("the task is done", async () => (await ask(200, "GET", task)).body.status === "done");
  assert.equal((await ask(200, "GET", `/api/jobs/${large.id}`)).body.canceledCalls, 2_500);
  await ask(200, "POST", `/api/jobs/${large.id}/cancel`);
});

test("a command about many jobs", async () => {
  const ids = [];
  for (let i = 0; i < 101; ++i) {
    ids.push((await owner.must("POST", "/api/jobs", newJob(`Many ${i}`, { phoneNumbers: numbers(1) }))).id);
  }
  const many = { action: "reprioritise", priority: 5, query: { status: ["pending"] } };
  const task = (await ask(202, "POST", "/api/jobs/bulk", { json: many })).headers.get("location");
  await until("the task is done", async () => (await ask(200, "GET", task)).body.status === "done");
  assert.equal((await owner.must("GET", `/api/jobs/${ids[100]}`)).priority, 5);
  const { body: gone } = await ask(200, "POST", "/api/jobs/bulk", { json: { action: "delete", ids } });
  assert.deepEqual(gone, { count: 101, done: 101 });
});

test("numbers that are not called", async () => {
  const list = ["phone", ...numbers(1_100)].join("\n");
  await ask(200, "POST", "/api/suppressions/import?reason=Shapes", { body: list, headers: { "content-type": "text/csv" } });
  const phoneNumber = "+12125550199";
  const { body: entry } = await ask(201, "POST", "/api/suppressions", { json: { phoneNumber } });
  await ask(200, "POST", "/api/suppressions", { json: { phoneNumber } });
  await ask(200, "GET", `/api/suppressions/${entry.id}`);
  await ask(200, "GET", "/api/suppressions?limit=2");
  await ask(200, "GET", "/api/suppressions/export?limit=2");
  await ask(204, "DELETE", `/api/suppressions/${entry.id}`);
  const { body: job } = await ask(201, "POST", "/api/jobs", newJob("Not called", { phoneNumbers: numbers(1_100) }));
  assert.equal(job.blockedCalls, 1_100);
  await ask(200, "POST", `/api/jobs/${job.id}/redrive`, { json: { dryRun: true } });
  const redriven = await ask(202, "POST", `/api/jobs/${job.id}/redrive`, { json: { states: ["blocked"] } });
  await until("the task is done", async () => (await ask(200, "GET", redriven.headers.get("location"))).body.status === "done");
  assert.equal((await ask(200, "GET", `/api/jobs/${job.id}`)).body.openCalls, 1_100);
  await ask(204, "DELETE", `/api/jobs/${job.id}`);
  for (;;) {
    const { suppressions } = await owner.must("GET", "/api/suppressions?limit=50");
    if (suppressions.length === 0) {
      break;
    }
    await Promise.all(suppressions.map(({ id }) => owner.must("DELETE", `/api/suppressions/${id}`)));
  }
});

test("commands about a call, and the workspace's pause", async () => {
  const { body: job } = await ask(201, "POST", "/api/jobs", newJob("Commands", {
    schedule: "now", maxAttempts: 1, phoneNumbers: ["+12125550140", "+12125550141", "+12125550142"],
  }));
  await until("it has ended", async () => (await owner.must("GET", `/api/jobs/${job.id}`)).finishedAt, 60);
  const [call, other] = await owner.callsOf(job.id);
  const { body: queue } = await ask(200, "GET", `/api/call-queue?campaignId=${job.id}&sortBy=createdAt`);
  const [, , item] = queue.queueItems.map(({ queueId }) => `/api/call-queue/${queueId}`);
  const tell = (status, verb, json, one = call) => ask(status, "POST", `/api/calls/${one.id}/${verb}`, { json });
  const at = new Date(Date.now() + 3_600_000).toISOString();
  await tell(200, "callback", { at });
  await tell(200, "reschedule", { notBefore: at });
  await tell(200, "cancel");
  await ask(200, "DELETE", `/api/calls/${call.id}`);
  await tell(200, "redrive");
  await until("it has ended", async () => (await owner.must("GET", `/api/jobs/${job.id}`)).finishedAt, 60);
  await tell(200, "call-now");
  await ask(200, "POST", `${item}/call-now`, { json: {} });
  await until("it has ended", async () => (await owner.must("GET", `/api/jobs/${job.id}`)).finishedAt, 60);

  // A provider that takes the request and never answers.
  const sockets = [];
  const silent = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { body: provider } = await ask(200, "GET", "/api/providers/vapi");
  const use = (baseUrl) => owner.must("PUT", "/api/providers/vapi", {
    json: { baseUrl, apiKey: host.carrier.key, publicUrl: host.url, lookupGraceSeconds: 3, pollAfterSeconds: 3 },
  });
  await use(`http://127.0.0.1:${silent.address().port}`);
  await tell(202, "call-now", undefined, other);
  await tell(202, "cancel", undefined, other);
  await ask(202, "DELETE", `/api/calls/${other.id}?hangUp=true`);
  await ask(202, "POST", `${item}/call-now`, { json: {} });
  await ask(202, "POST", `${item}/cancel`, { json: {} });
  await use(provider.baseUrl);
  sockets.forEach((socket) => socket.destroy());
  silent.close();

  await ask(200, "POST", "/api/workspace/pause", { json: { note: "Lunch" } });
  assert.equal((await ask(200, "GET", "/api/workspace")).body.note, "Lunch");
  await ask(200, "POST", "/api/workspace/resume");
});

test("questions that bring all they are about", async () => {
  const businessHours = { daysOfWeek: [1, 2, 3, 4, 5], startTime: "09:00", endTime: "17:00", timezone: "Europe/Rome" };
  const config = { businessHours, holidays: ["2026-12-25"], priorityHours: [10] };
  const at = "2026-12-25T10:00:00Z";
  const after = at;
  const policy = { weekly: { 5: [["08:00", "12:00"]] } };
  for (const [path, json, wrong, code, pointer] of [
    ["/api/time/convert", { zone: "Europe/Rome", local: "2026-03-29T02:30:00" }, { zone: "Rome" },
      "unknown_timezone", "/zone"],
    ["/api/scheduler/next", { after, config, level: "high" }, { after: "2026-12-32" }, "invalid_datetime", "/after"],
    ["/api/scheduler/validate", { at, now: at, config }, { config: { ...config, holidays: ["x"] } },
      "invalid_config", "/config/holidays/0"],
    ["/api/quiet-hours/check", { at, zones: ["Europe/Rome"], policy }, { horizonDays: 0 },
      "invalid_config", "/horizonDays"],
    ["/api/recurrence/preview", { timezone: "Europe/Rome", after, cron: "30 2 * * *", limit: 200 }, { cron: "*" },
      "invalid_recurrence", "/cron"],
    ["/api/recurrence/preview", { timezone: "Asia/Tokyo", start: at, series: { frequency: "daily" } }, { limit: -1 },
      "invalid_recurrence", "/limit"],
    ["/api/recurrence/preview", { timezone: "Asia/Tokyo", start: at, series: { frequency: "daily", interval: 3650 } },
      { series: { frequency: "daily", interval: 3651 } }, "invalid_recurrence", "/series/interval"],
    ["/api/recurrence/preview", { timezone: "Asia/Tokyo", start: at, rrule: "FREQ=DAILY;INTERVAL=1000000" },
      { rrule: "FREQ=DAILY;INTERVAL=1000001" }, "invalid_recurrence", "/rrule"],
    ["/api/daily-call/check", { now: at, timezone: "Asia/Tokyo", callTime: "19:00", calls: [{ at, status: "busy" }] },
      { callTime: "7 pm" }, "invalid_config", "/callTime"],
    ["/api/numbers", { number: "(415) 555-0132", defaultRegion: "US" }, { number: 1 }, "invalid_number", "/number"],
    ["/api/numbers", { number: "12" }, { defaultRegion: 1 }, "invalid_number", "/defaultRegion"],
  ]) {
    await ask(200, "POST", path, { json });
    const { status, body } = await owner.send("POST", path, { json: { ...json, ...wrong } });
    assert.deepEqual([status, body.code, body.issues.map((issue) => issue.pointer)], [422, code, [pointer]]);
  }
});

test("the place of a number, and the rules there", async () => {
  const { body: number } = await ask(200, "GET", "/api/numbers/(305)%20555-0132?defaultRegion=US");
  assert.equal(number.e164, "+13055550132");
  assert.equal((await ask(200, "GET", "/api/numbers/+12")).body.valid, false);
  const { body: told } = await ask(200, "GET", "/api/quiet-hours/rules?country=US");
  const ids = told.rules.map(({ id }) => id);
  assert.deepEqual(number.place.rules.filter((id) => !ids.includes(id)), []);
  await ask(200, "GET", "/api/quiet-hours/rules");
});

test("signing in and out, live events, and what is open to all", async () => {
  const { body: session } = await ask(200, "GET", "/api/session");
  assert.ok(session.permissions.includes("campaigns:write"));
  const link = new URL(host.tokenOf("--link"));
  const signIn = await fetch(`${host.url}${link.pathname}${link.search}`, { redirect: "manual" });
  assert.equal(signIn.status, 303);
  seen.add("GET /sign-in 303");
  const signOut = await ask(204, "POST", "/sign-out");
  assert.match(signOut.headers.get("set-cookie"), /Max-Age=0/);
  const ticket = link.searchParams.get("ticket");
  const opened = await ask(201, "POST", "/api/sessions", { headers: { authorization: `Bearer ${ticket}` } });
  const [cookie] = opened.headers.get("set-cookie").split(";");
  await ask(200, "GET", "/api/sessions");
  const out = await fetch(`${host.url}/api/sessions/current`, {
    method: "DELETE", headers: { cookie, origin: new URL(host.url).origin },
  });
  assert.equal(out.status, 204);
  seen.add("DELETE /api/sessions/current 204");
  const { body: other } = await ask(201, "POST", "/api/sessions", { headers: { authorization: `Bearer ${ticket}` } });
  await ask(204, "DELETE", `/api/sessions/${other.id}`);
  await ask(201, "POST", "/api/tickets");
  const abort = new AbortController();
  const events = await fetch(`${host.url}/api/events`, {
    headers: { authorization: `Bearer ${owner.token}` }, signal: abort.signal,
  });
  assert.match(events.headers.get("content-type"), /^text\/event-stream/);
  abort.abort();
  seen.add("GET /api/events 200");
  for (const path of ["/api", "/openapi.json", "/healthz", "/readyz", "/metrics"]) {
    await ask(200, "GET", path);
  }
});

test("keys and members", async () => {
  const { body: key } = await ask(201, "POST", "/api/keys", { json: { name: "shape", scopes: ["calls:read"] } });
  await ask(200, "GET", "/api/keys");
  await ask(200, "GET", `/api/keys/${key.id}`);
  await ask(200, "POST", `/api/keys/${key.id}/rotate`);
  await ask(204, "DELETE", `/api/keys/${key.id}`);
  await ask(201, "PUT", "/api/members/some_body", { json: { role: "viewer" } });
  await ask(200, "PUT", "/api/members/some_body", { json: { role: "agent", name: "Somebody" } });
  await ask(200, "GET", "/api/members");
  await ask(204, "DELETE", "/api/members/some_body");
  const { body: invited } = await ask(201, "POST", "/api/members/invitations", { json: { role: "viewer" } });
  await ask(200, "GET", "/api/members/invitations");
  await ask(204, "DELETE", `/api/members/invitations/${invited.id}`);
  const accept = { token: (await ask(201, "POST", "/api/members/invitations", { json: { role: "viewer" } })).body.token };
  if (host.identity === null) {
    seen.add("POST /api/members/invitations/accept 200"); // only who has a token of somebody else's accepts one
    return;
  }
  const bearer = `Bearer ${tokenOf(host.identity, { sub: "invited_one" })}`;
  await ask(200, "POST", "/api/members/invitations/accept", { json: accept, headers: { authorization: bearer } });
  await ask(204, "DELETE", "/api/members/invited_one");
});

test("a provider's report", async () => {
  const { body: second } = await ask(200, "PUT", "/api/providers/second", {
    json: { apiKey: "k", publicUrl: host.url, webhookSecret: "its own secret", ids: { phoneNumbers: { p: "q" } } },
  });
  const { webhookUrl } = await owner.must("GET", "/api/providers/vapi");
  for (const [url, secret] of [[webhookUrl, host.carrier.webhookSecret], [second.webhookUrl, "its own secret"]]) {
    const { pathname, search } = new URL(url);
    const body = JSON.stringify({ message: { type: "transcript" } });
    const timestamp = String(Date.now());
    const signature = createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
    const headers = { "content-type": "application/json", "x-timestamp": timestamp, "x-signature": signature };
    assert.deepEqual((await ask(200, "POST", pathname + search, { body, headers })).body, {});
  }
  await ask(204, "DELETE", "/api/providers/second");
});

test("people, and all calls to them", async () => {
  const { body: one } = await ask(201, "POST", "/api/contacts", { json: { phoneNumbers: ["+12125550370"], firstName: "One" } });
  const { body: other } = await ask(201, "POST", "/api/contacts", { json: { phoneNumbers: ["+12125550371"] } });
  await ask(200, "PATCH", `/api/contacts/${one.id}`, { json: { lastName: "Shape" } });
  await ask(200, "POST", `/api/contacts/${one.id}/merge`, { json: { from: other.id } });
  await ask(200, "POST", "/api/contacts/import", { json: { contacts: [{ phoneNumber: "+12125550371", company: "Shapes" }] } });
  const { body: whole } = await ask(200, "GET", `/api/contacts/${one.id}`);
  assert.deepEqual([whole.phoneNumbers.length, whole.lastName, whole.company], [2, "Shape", "Shapes"]);
  await ask(200, "GET", "/api/contacts?limit=2");
  await ask(200, "GET", "/api/calls?limit=2");
  assert.equal((await ask(200, "GET", `/api/contacts/${one.id}/calls`)).body.total, 0);
  await ask(204, "DELETE", `/api/contacts/${one.id}`);
});

test("calls in a queue", async () => {
  const { body: job } = await ask(201, "POST", "/api/jobs", newJob("Queue"));
  const [{ id }] = await owner.callsOf(job.id);
  await ask(200, "PATCH", `/api/calls/${id}`, { json: { level: "high", reason: "Shapes" } });
  const people = [];
  for (const number of ["+12127770001", "+12127770002", "+12127770003"]) {
    people.push((await ask(201, "POST", "/api/contacts", { json: { phoneNumbers: [number] } })).body.seq);
  }
  const { body: { queueItem } } = await ask(201, "POST", "/api/call-queue", { json: { contactId: people[0], campaignId: job.id } });
  await ask(201, "POST", "/api/call-queue/bulk", { json: { contacts: people.slice(1), campaignId: job.id } });
  await ask(200, "GET", "/api/call-queue/status");
  const path = `/api/call-queue/${queueItem.queueId}`;
  await ask(200, "GET", path);
  await ask(200, "PUT", path, { json: { priority: 7 } });
  await ask(200, "POST", `${path}/callback`, { json: { callbackTime: new Date(Date.now() + 86_400_000).toISOString() } });
  await ask(200, "POST", `${path}/cancel`, { json: {} });
  await ask(200, "DELETE", path);
});

test("calls that are scheduled one at a time", async () => {
  const path = "/api/v1/scheduling";
  const userId = JSON.parse(Buffer.from(owner.token.split(".")[1], "base64url")).sub;
  const call = { phoneNumber: "+12125550372", agentId: "a", userId, phoneNumberId: "p", scheduledFor: "2035-01-01T10:00:00Z" };
  const { body: { data } } = await ask(201, "POST", `${path}/schedule`, { json: call });
  await ask(200, "GET", `${path}/scheduled-calls?userId=${userId}`);
  await ask(200, "GET", `${path}/stats`);
  await ask(200, "POST", `${path}/${data.scheduledCallId}/reschedule`, { json: { userId, scheduledFor: "2035-01-02T10:00:00Z" } });
  await ask(200, "POST", `${path}/${data.scheduledCallId}/cancel`, { json: { userId } });
  await ask(200, "PUT", "/api/surfaces/scheduling", { json: {} });
  await ask(200, "GET", "/api/surfaces/scheduling");
});

test("daily calls", async () => {
  const settings = { enabled: true, assistantId: "a", phoneNumberId: "p" };
  await ask(200, "PUT", "/api/surfaces/daily-calls", { json: settings });
  await ask(200, "GET", "/api/surfaces/daily-calls");
  await ask(200, "GET", "/api/queue/status");
  await ask(200, "GET", "/api/admin/queues");
  await ask(200, "POST", "/api/queue/trigger");
  await ask(200, "PUT", "/api/surfaces/daily-calls", { json: { enabled: false } });
});

test("figures, exports, saved views and clones", async () => {
  const { body: one } = await ask(201, "POST", "/api/jobs", {
    json: {
      name: "Figures", assistantId: "a", phoneNumberId: "p",
      phoneNumbers: Array.from({ length: 1001 }, (_, at) => `+1646${5_590_000 + at}`),
    },
  });
  await ask(200, "GET", `/api/jobs/${one.id}/metrics`);
  for (const report of ["summary", "volume", "peak-hours", "failures", "cost", "export"]) {
    await ask(200, "GET", `/api/analytics/${report}?jobId=${one.id}`);
  }
  await ask(200, "GET", `/api/calls/export?jobId=${one.id}&limit=2`);
  const { body: view } = await ask(201, "POST", "/api/views", { json: { name: "Shapes", of: "calls", query: { status: ["live"] } } });
  await ask(200, "GET", "/api/views");
  await ask(200, "GET", `/api/views/${view.id}`);
  await ask(200, "PATCH", `/api/views/${view.id}`, { json: { name: "Other shapes" } });
  await ask(204, "DELETE", `/api/views/${view.id}`);
  await ask(201, "POST", `/api/jobs/${one.id}/clone`);
  await ask(202, "POST", `/api/jobs/${one.id}/clone`, { json: { recipients: true } });
});

test("a client and its queue", async () => {
  const path = "/api/clients/client_1/queue";
  await ask(200, "GET", `${path}/config`);
  await ask(200, "PUT", `${path}/config`, { json: { assistantId: "a", phoneNumberId: "p" } });
  await ask(200, "GET", "/api/clients");
  const { body: lead } = await ask(201, "POST", "/api/contacts", { json: { phoneNumbers: ["+16465550177"] } });
  const { body: other } = await ask(201, "POST", "/api/contacts", { json: { phoneNumbers: ["+16465550178"] } });
  const scheduledAt = new Date(Date.now() + 86_400_000).toISOString();
  const { body: item } = await ask(201, "POST", path, { json: { leadId: lead.id, scheduledAt } });
  await ask(201, "POST", `${path}/schedule-batch`, { json: { leadIds: [other.id], scheduledAt } });
  await ask(200, "POST", `${path}/process`);
  await ask(200, "GET", path);
  await ask(200, "GET", `${path}/stats`);
  await ask(200, "GET", `/api/queue/${item.id}`);
  await ask(200, "PUT", `/api/queue/${item.id}`, { json: { priority: "high" } });
  await ask(200, "DELETE", `/api/queue/${item.id}`);
});

// Their answers name the instant that they were asked at: they are never the same.
const ofThisInstant = ["next", "priority", "best-time"].map((one) => `GET /api/scheduler/${one} 304`);

test("nothing that is documented was left out", () => {
  const documented = Object.entries(openapi.paths).flatMap(([pattern, methods]) =>
    Object.entries(methods).flatMap(([method, { responses }]) =>
      Object.keys(responses)
        .filter((status) => /^[23]/.test(status))
        .map((status) => `${method.toUpperCase()} ${pattern} ${status}`)));
  assert.deepEqual(documented.filter((one) => !seen.has(one)), ofThisInstant);
});

test("a page's size has bounds, and a cursor belongs to its list", async () => {
  const { body: job } = await ask(201, "POST", "/api/jobs", newJob("Pages"));
  for (const query of ["limit=0", "limit=201", "limit=-1", "limit=x", "limit=1.5", "limit=", "cursor=",
    "limit=1&limit=2", `cursor=${"A".repeat(65)}`, "cursor=call_00000000000000000000000001"]) {
    const { status, body } = await owner.send("GET", `/api/jobs?${query}`);
    assert.equal(status, 400, `${query}: ${JSON.stringify(body)}`);
  }
  for (const query of ["limit=0", "limit=1001", "state=talking", `cursor=${job.id}`]) {
    assert.equal((await owner.send("GET", `/api/jobs/${job.id}/calls?${query}`)).status, 400, query);
  }
  const beyond = "call_7ZZZZZZZZZZZZZZZZZZZZZZZZZ";
  const { body } = await ask(200, "GET", `/api/jobs/${job.id}/calls?cursor=${beyond}`);
  assert.deepEqual(body, { calls: [] });
});

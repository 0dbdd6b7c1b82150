// Document D's surface: every sample of its text, as a request and as an answer, and every capability in the list
// of the five documents (inventory.tsv) by its id (D-001 …). What no request shows stands in elsewhere.tsv.
import assert from "node:assert/strict";
import { sign } from "node:crypto";
import { after, before, describe, test } from "node:test";

import { Client } from "../e2e/client.mjs";
import { openHost, until } from "./host.mjs";
import { mismatches } from "./schema.mjs";

let host;
let owner; // of the workspace
let user; // one of its people, with calls of their own
let userId;
let openapi;
const path = "/api/v1/scheduling";
const defaults = "/api/surfaces/scheduling";
const day = 86_400_000;
const phoneNumber = "+919876543210";
const soon = () => new Date(Date.now() + 400).toISOString();
/** Days from now, at a time of that day by UTC. */
const inDays = (days, time = "10:00:00") => `${new Date(Date.now() + days * day).toISOString().slice(0, 10)}T${time}Z`;
/** The first day of the week (0 is Sunday) that begins in two days or later. */
const next = (weekday) => {
  let at = Date.now() + 2 * day;
  while (new Date(at).getUTCDay() !== weekday) {
    at += day;
  }
  return new Date(at).toISOString().slice(0, 10);
};

const base64 = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
/** Somebody of the workspace; where the keys are not at hand the owner stands for everybody. */
function person(sub, role = "operator") {
  if (!host.identity) {
    return owner;
  }
  const { issuer, audience, pairs } = host.identity;
  const now = Math.floor(Date.now() / 1000);
  const text = `${base64({ alg: "RS256", typ: "JWT", kid: "key-RS256" })}.${base64({
    iss: issuer, aud: audience, sub, workspace: host.workspace, role, iat: now, exp: now + 600,
  })}`;
  return new Client(host.url, `${text}.${sign("sha256", Buffer.from(text), pairs.RS256.privateKey).toString("base64url")}`);
}

// Every answer is as the description of the surface says.
async function send(method, at, options, who = user) {
  const said = await who.send(method, at, options);
  const pattern = at.replace(/\?.*/, "").replace(/\/job_[^/]+|\/sched123/, "/{scheduledCallId}");
  const answers = openapi.paths[pattern][method.toLowerCase()].responses;
  const { schema } = (answers[said.status] ?? answers.default).content["application/json"];
  assert.deepEqual(mismatches(openapi, schema, said.body), [], `${method} ${at}: ${JSON.stringify(said.body)}`);
  return said;
}
async function must(method, at, json, status = 200) {
  const said = await send(method, at, { json });
  assert.equal(said.status, status, JSON.stringify(said.body));
  assert.equal(said.body.success, true);
  return said.body.data;
}
async function refused(status, code, method, at, json, who = user) {
  const said = await send(method, at, { json }, who);
  assert.equal(said.status, status, JSON.stringify(said.body));
  assert.equal(said.body.success, false);
  assert.equal(said.body.error.code, code);
  assert.ok(said.body.error.message.length > 0);
  return said.body.error;
}
const sample = (more = {}) =>
  ({ phoneNumber, agentId: "agent123", userId, scheduledFor: inDays(3), phoneNumberId: "p", ...more });
const schedule = (more) => must("POST", `${path}/schedule`, sample(more), 201);
const list = (query = "") => must("GET", `${path}/scheduled-calls?userId=${userId}${query}`);
const find = async (id) => (await list()).scheduledCalls.find(({ _id }) => _id === id);
const tell = (id, verb, more = {}) => must("POST", `${path}/${id}/${verb}`, { userId, ...more });

before(async () => {
  host = await openHost();
  owner = host.owner;
  openapi = await (await fetch(`${host.url}/openapi.json`)).json();
  userId = host.identity ? `user-${Date.now()}` : JSON.parse(Buffer.from(owner.token.split(".")[1], "base64url")).sub;
  user = person(userId);
  await owner.must("PUT", defaults, { json: {} });
});
after(() => host.close());

describe("schedule", () => {
  test("the whole sample (D-047, D-048, D-064 to D-075, D-099 to D-105, D-110, D-111, D-115, D-117 to D-119)", async () => {
    const scheduledFor = `${next(1)}T10:00:00Z`;
    const made = await schedule({
      scheduledFor,
      timezone: "Asia/Kolkata",
      respectBusinessHours: true,
      businessHours: { start: "09:00", end: "18:00", timezone: "Asia/Kolkata", daysOfWeek: [1, 2, 3, 4, 5] },
      recurring: { frequency: "daily", interval: 1, maxOccurrences: 30 },
      metadata: { campaignId: "camp123" },
      priority: "high",
    });
    assert.deepEqual(Object.keys(made).sort(), ["message", "scheduledCallId", "scheduledFor"]);
    assert.equal(made.message, "Call scheduled successfully");
    assert.equal(Date.parse(made.scheduledFor), Date.parse(scheduledFor));
    const shown = await find(made.scheduledCallId);
    const { _id, metadata, recurring, businessHours, createdAt, updatedAt, nextRun, ...rest } = shown;
    assert.deepEqual(rest, { // every field of the record that is set by now
      phoneNumber, agentId: { _id: "agent123" }, userId, scheduledFor: made.scheduledFor, timezone: "Asia/Kolkata",
      status: "pending", respectBusinessHours: true, priority: "high", isPending: true, isRecurring: true, canCancel: true,
    });
    assert.deepEqual(businessHours, { start: "09:00", end: "18:00", timezone: "Asia/Kolkata", daysOfWeek: [1, 2, 3, 4, 5] });
    assert.deepEqual(recurring, { frequency: "daily", interval: 1, maxOccurrences: 30, currentOccurrence: 1 });
    assert.deepEqual(metadata, { jobId: _id, occurrenceNumber: 1, campaignId: "camp123" });
    assert.equal(Date.parse(nextRun), Date.parse(scheduledFor) + day);
    assert.ok(createdAt <= updatedAt);
    await tell(_id, "cancel");
  });

  test("the three curl samples (D-041, D-045)", async () => {
    const simple = await schedule();
    assert.equal(Date.parse(simple.scheduledFor), Date.parse(inDays(3)), "nothing moves it");
    assert.equal((await find(simple.scheduledCallId)).timezone, "Asia/Kolkata");
    const hours = { start: "09:00", end: "18:00", daysOfWeek: [1, 2, 3, 4, 5] };
    const withHours = await schedule({
      scheduledFor: `${next(2)}T10:00:00Z`, timezone: "Asia/Kolkata", respectBusinessHours: true, businessHours: hours,
    });
    assert.equal(withHours.scheduledFor, `${next(2)}T10:00:00.000Z`);
    const chain = await schedule({ recurring: { frequency: "daily", interval: 1, maxOccurrences: 30 } });
    for (const { scheduledCallId } of [simple, withHours, chain]) {
      await tell(scheduledCallId, "cancel");
    }
  });

  test("days and hours outside business hours move on (D-042, D-043, D-044, D-120, conflicts 10 and 12)", async () => {
    const businessHours = { start: "09:00", end: "18:00", daysOfWeek: [1, 2, 3, 4, 5] };
    const saturday = next(6);
    const monday = new Date(Date.parse(saturday) + 2 * day).toISOString().slice(0, 10);
    const moved = async (scheduledFor, more = {}) => {
      const made = await schedule({ scheduledFor, respectBusinessHours: true, businessHours, timezone: "UTC", ...more });
      await tell(made.scheduledCallId, "cancel");
      return made.scheduledFor;
    };
    assert.equal(await moved(`${saturday}T14:00:00`), `${monday}T09:00:00.000Z`, "Saturday 2 PM");
    assert.equal(await moved(`${saturday}T20:00:00Z`), `${monday}T09:00:00.000Z`, "as the example prints it: hours by UTC");
    assert.equal(await moved(`${saturday}T20:00:00Z`, { timezone: undefined }), `${monday}T03:30:00.000Z`, "by the default");
    assert.equal(await moved(`${monday}T08:59:00Z`), `${monday}T09:00:00.000Z`);
    const tuesday = new Date(Date.parse(saturday) + 3 * day).toISOString().slice(0, 10);
    assert.equal(await moved(`${monday}T18:00:01Z`), `${tuesday}T09:00:00.000Z`);
    assert.equal(await moved(`${monday}T18:00:00Z`), `${tuesday}T09:00:00.000Z`, "the end is outside");
    await owner.must("PUT", defaults, { json: { profile: "document-d" } });
    assert.equal(await moved(`${monday}T18:00:00Z`), `${monday}T18:00:00.000Z`, "to the letter it is inside");
    assert.equal(await moved(`${monday}T18:00:01Z`), `${tuesday}T09:00:00.000Z`);
    await owner.must("PUT", defaults, { json: {} });
  });

  test("a wall clock is read in the request's zone, clock changes and all (D-121, D-122)", async () => {
    const made = await schedule({ scheduledFor: "2035-11-04T04:00:00", timezone: "America/New_York" });
    assert.equal(made.scheduledFor, "2035-11-04T09:00:00.000Z", "04:00 EST is 14:30 in India");
    await tell(made.scheduledCallId, "cancel");
    const india = await schedule({ scheduledFor: "2035-11-04T14:30:00", timezone: "Asia/Kolkata" });
    assert.equal(india.scheduledFor, made.scheduledFor);
    await tell(india.scheduledCallId, "cancel");
    const exactly = await schedule({ scheduledFor: "2035-11-04T14:30:00.250", timezone: "Asia/Kolkata" });
    assert.equal(exactly.scheduledFor, "2035-11-04T09:00:00.250Z");
    const at = Date.parse(exactly.scheduledFor);
    const moved = await tell(exactly.scheduledCallId, "reschedule", { scheduledFor: at + 1 });
    assert.equal(moved.scheduledFor, "2035-11-04T09:00:00.251Z");
    assert.equal((await list(`&startDate=${at + 1}&endDate=${at + 1}`)).total, 1);
    assert.equal((await list(`&startDate=${at + 2}`)).total, 0);
    await tell(exactly.scheduledCallId, "cancel");
  });

  test("priorities order the jobs, as one scale with all the others (D-074, D-124, D-125, D-126)", async () => {
    for (const [priority, rank] of [["high", 75], ["medium", 50], ["low", 25], [undefined, 50]]) {
      const { scheduledCallId } = await schedule({ priority });
      assert.equal((await owner.must("GET", `/api/jobs/${scheduledCallId}`)).rank, rank);
      assert.equal((await find(scheduledCallId)).priority, priority ?? "medium");
      await tell(scheduledCallId, "cancel");
    }
  });

  test("three attempts, two seconds before the second, doubled (D-002, D-015, D-016, D-127, D-128, D-142, D-143)", async () => {
    const { scheduledCallId } = await schedule();
    const job = await owner.must("GET", `/api/jobs/${scheduledCallId}`);
    assert.equal(job.maxAttempts, 3);
    assert.deepEqual(job.retry.outcomes.map(({ outcome, retries, backoff }) => [outcome, retries, backoff.kind, backoff.delaySeconds]),
      [["provider_error", 2, "exponential", 2]]);
    await tell(scheduledCallId, "cancel");
  });

  test("a campaign of calls is found by its owner (D-150, D-151: kinds of the dashboard)", async () => {
    const made = [];
    for (let i = 0; i < 5; ++i) {
      made.push(await schedule({
        agentId: "sales_agent", phoneNumber: `+91987654322${i}`, scheduledFor: inDays(3, `1${i}:00:00`),
        metadata: { campaignId: "summer_sale", customerId: `c${i}` },
      }));
    }
    const { scheduledCalls, total } = await list("&agentId=sales_agent&status=pending");
    assert.equal(total, 5);
    assert.deepEqual(scheduledCalls.map(({ metadata }) => metadata.customerId), ["c0", "c1", "c2", "c3", "c4"]);
    assert.deepEqual((await list("&agentId=sales_agent&page=2&limit=2")).scheduledCalls, scheduledCalls.slice(2, 4));
    for (const { scheduledCallId } of made) {
      await tell(scheduledCallId, "cancel");
    }
  });
});

describe("refusals", () => {
  test("VALIDATION_ERROR, each place in its details (D-089, D-065, conflict 20, 22)", async () => {
    const wrong = async (more, ...fields) => {
      const { details } = await refused(400, "VALIDATION_ERROR", "POST", `${path}/schedule`, sample(more));
      assert.deepEqual(details.map(({ field }) => field).sort(), fields.sort());
    };
    for (const number of ["9876543210", "+0987654321", "919876543210", "+91 98765 43210", "+1234567890123456", ""]) {
      await wrong({ phoneNumber: number }, "phoneNumber");
    }
    await wrong({ scheduledFor: "tomorrow" }, "scheduledFor");
    await wrong({ scheduledFor: undefined, agentId: undefined }, "scheduledFor", "agentId");
    await wrong({ businessHours: { start: "9:00", end: "25:00" } }, "businessHours.start", "businessHours.end");
    await wrong({ businessHours: { start: "09:00", end: "18:00", daysOfWeek: [7] } }, "businessHours.daysOfWeek.0");
    await wrong({ recurring: { frequency: "yearly", interval: 1 } }, "recurring.frequency");
    for (const interval of [0, 3651, 1_000_000_000]) {
      await wrong({ recurring: { frequency: "daily", interval } }, "recurring.interval");
    }
    await wrong({ recurring: { frequency: "daily", interval: 1, maxOccurrences: 0 } }, "recurring.maxOccurrences");
    await wrong({ recurring: { frequency: "daily", interval: 1, endDate: "2020-01-01" } }, "recurring.endDate");
    await wrong({ priority: "urgent" }, "priority");
    await wrong({ surprise: 1 }, "surprise");
    const said = await send("POST", `${path}/schedule`, { body: "{", headers: { "content-type": "application/json" } });
    assert.deepEqual([said.status, said.body.error.code], [400, "VALIDATION_ERROR"]);
    await refused(400, "VALIDATION_ERROR", "GET", `${path}/scheduled-calls?userId=${userId}&status=perhaps`);
    await refused(400, "VALIDATION_ERROR", "GET", `${path}/scheduled-calls?userId=${userId}&startDate=perhaps`);
    await refused(400, "VALIDATION_ERROR", "GET", `${path}/scheduled-calls?userId=${userId}&surprise=1`);
  });

  test("INVALID_TIMEZONE (D-046, D-090)", async () => {
    await refused(400, "INVALID_TIMEZONE", "POST", `${path}/schedule`, sample({ timezone: "Mars/Olympus" }));
    const businessHours = { start: "09:00", end: "18:00", timezone: "Mars/Olympus" };
    const { details } = await refused(400, "INVALID_TIMEZONE", "POST", `${path}/schedule`, sample({ businessHours }));
    assert.deepEqual(details.map(({ field }) => field), ["businessHours.timezone"]);
  });

  test("INVALID_SCHEDULED_TIME, judged behind the hours (D-091, conflict 23)", async () => {
    await refused(400, "INVALID_SCHEDULED_TIME", "POST", `${path}/schedule`, sample({ scheduledFor: inDays(-1) }));
    await refused(400, "INVALID_SCHEDULED_TIME", "POST", `${path}/schedule`, sample({ scheduledFor: "2025-11-02T10:00:00Z" }));
    // Past, and yet the hours move it ahead: only those days on which it is past in all of them.
    const weekday = (new Date().getUTCDay() + 3) % 7;
    const made = await schedule({
      scheduledFor: new Date(Date.now() - 60_000).toISOString(), timezone: "UTC", respectBusinessHours: true,
      businessHours: { start: "09:00", end: "18:00", daysOfWeek: [weekday] },
    });
    assert.ok(Date.parse(made.scheduledFor) > Date.now());
    await tell(made.scheduledCallId, "cancel");
  });

  test("AGENT_NOT_FOUND, SCHEDULED_CALL_NOT_FOUND, INVALID_OPERATION, MISSING_USER_ID (D-092, D-093, D-094)", async () => {
    for (const agentId of ["", "no such agent", "agent/123"]) {
      await refused(404, "AGENT_NOT_FOUND", "POST", `${path}/schedule`, sample({ agentId }));
    }
    const nobodys = `${path}/job_00000000000000000000000001`;
    await refused(404, "SCHEDULED_CALL_NOT_FOUND", "POST", `${nobodys}/cancel`, { userId });
    await refused(404, "SCHEDULED_CALL_NOT_FOUND", "POST", `${path}/sched123/reschedule`, { userId, scheduledFor: inDays(4) });
    const { id } = await owner.must("POST", "/api/jobs", { json: { name: "Not one", assistantId: "a", phoneNumberId: "p", phoneNumbers: [phoneNumber] } });
    await refused(404, "SCHEDULED_CALL_NOT_FOUND", "POST", `${path}/${id}/cancel`, { userId });
    const { scheduledCallId } = await schedule();
    await tell(scheduledCallId, "cancel");
    await refused(400, "INVALID_OPERATION", "POST", `${path}/${scheduledCallId}/cancel`, { userId });
    await refused(400, "INVALID_OPERATION", "POST", `${path}/${scheduledCallId}/reschedule`, { userId, scheduledFor: inDays(4) });
    await refused(400, "MISSING_USER_ID", "POST", `${path}/${scheduledCallId}/cancel`, {});
    await refused(400, "MISSING_USER_ID", "POST", `${path}/schedule`, sample({ userId: undefined }));
    await refused(400, "MISSING_USER_ID", "GET", `${path}/scheduled-calls`);
  });

  test("UNAUTHORIZED, FORBIDDEN: userId is who is signed in, unless they may act for others (conflict 19)", async (t) => {
    const nobody = await fetch(`${host.url}${path}/stats`);
    assert.equal(nobody.status, 401);
    assert.equal((await nobody.json()).error.code, "UNAUTHORIZED");
    const large = await fetch(`${host.url}${path}/schedule`, {
      method: "POST", body: "x".repeat(8_388_609),
      headers: { authorization: `Bearer ${owner.token}`, "content-type": "application/json" },
    });
    assert.deepEqual([large.status, (await large.json()).error.code], [413, "PAYLOAD_TOO_LARGE"]);
    if (!host.identity) {
      return t.skip("the host's keys are not at hand");
    }
    const { scheduledCallId } = await schedule();
    const bob = person("bob");
    await refused(403, "FORBIDDEN", "POST", `${path}/schedule`, sample(), bob);
    await refused(403, "FORBIDDEN", "GET", `${path}/scheduled-calls?userId=${userId}`, undefined, bob);
    await refused(403, "FORBIDDEN", "POST", `${path}/schedule`, sample({ userId: "vera" }), person("vera", "viewer"));
    const foreign = await refused(404, "SCHEDULED_CALL_NOT_FOUND", "POST", `${path}/${scheduledCallId}/cancel`, { userId: "bob" }, bob);
    const unknown = await refused(404, "SCHEDULED_CALL_NOT_FOUND", "POST", `${path}/job_00000000000000000000000001/cancel`, { userId: "bob" }, bob);
    assert.deepEqual(foreign, unknown);
    assert.equal((await send("GET", `${path}/scheduled-calls?userId=${userId}`, {}, owner)).status, 200);
    const said = await send("POST", `${path}/${scheduledCallId}/cancel`, { json: { userId } }, owner);
    assert.equal(said.body.data.status, "cancelled");
  });
});

describe("scheduled calls", () => {
  test("are listed by status, time and agent (D-051, D-076 to D-081, D-138, D-116)", async () => {
    const made = [];
    for (const days of [5, 6, 7]) {
      made.push((await schedule({ agentId: `list-${days}`, scheduledFor: inDays(days, "08:00:00") })).scheduledCallId);
    }
    await tell(made[2], "cancel");
    const ids = async (query) => (await list(query)).scheduledCalls.map(({ _id }) => _id).filter((id) => made.includes(id));
    assert.deepEqual(await ids(""), made, "in the order of their times");
    assert.deepEqual(await ids("&status=pending"), made.slice(0, 2));
    assert.deepEqual(await ids("&status=cancelled"), [made[2]]);
    assert.deepEqual(await ids("&status=canceled"), [made[2]]);
    for (const status of ["processing", "completed", "failed"]) {
      assert.deepEqual(await ids(`&status=${status}`), []);
    }
    assert.deepEqual(await ids(`&startDate=${inDays(6, "08:00:00")}&endDate=${inDays(6, "08:00:00")}`), [made[1]]);
    const date = inDays(6).slice(0, 10);
    assert.deepEqual(await ids(`&startDate=${date}&endDate=${date}`), [made[1]], "a date is the whole of it");
    assert.deepEqual(await ids("&agentId=list-5"), [made[0]]);
    const canceled = await find(made[2]);
    assert.deepEqual([canceled.isPending, canceled.canCancel, canceled.isRecurring], [false, false, false]);
    await tell(made[0], "cancel");
    await tell(made[1], "cancel");
  });

  test("are canceled, and rescheduled as they were scheduled (D-020, D-049, D-050, D-082 to D-085, D-108)", async () => {
    const { scheduledCallId } = await schedule({ respectBusinessHours: true, timezone: "UTC" });
    const saturday = next(6);
    const monday = new Date(Date.parse(saturday) + 2 * day).toISOString().slice(0, 10);
    const moved = await tell(scheduledCallId, "reschedule", { scheduledFor: `${saturday}T14:00:00Z` });
    assert.deepEqual(moved, {
      scheduledCallId, scheduledFor: `${monday}T09:00:00.000Z`, message: "Call rescheduled successfully",
    });
    assert.equal((await find(scheduledCallId)).scheduledFor, moved.scheduledFor);
    await refused(400, "INVALID_SCHEDULED_TIME", "POST", `${path}/${scheduledCallId}/reschedule`, { userId, scheduledFor: inDays(-9) });
    await refused(400, "VALIDATION_ERROR", "POST", `${path}/${scheduledCallId}/reschedule`, { userId, scheduledFor: "later" });
    assert.deepEqual(await tell(scheduledCallId, "cancel"), {
      scheduledCallId, status: "cancelled", message: "Scheduled call cancelled successfully",
    });
    assert.equal((await find(scheduledCallId)).status, "cancelled");
  });

  test("are called at their time, and stand in every other list (D-001 to D-006, D-032 to D-038, D-099, D-105 to D-107, D-114)", async () => {
    for (let i = 0; i < 8; ++i) { // not everybody answers the carrier at once
      await schedule({ agentId: "caller", scheduledFor: soon(), phoneNumber: `+1212555077${i}` });
    }
    const ended = await until("one of the calls has ended", async () => {
      const { scheduledCalls } = await list("&agentId=caller");
      for (const call of scheduledCalls.filter(({ processedAt }) => processedAt)) {
        assert.ok(Date.parse(call.processedAt) >= Date.parse(call.scheduledFor), JSON.stringify(call));
      }
      return scheduledCalls.find(({ status }) => status === "completed");
    });
    assert.equal((await owner.must("GET", `/api/calls/${ended.callLogId}`)).status, "completed");
    assert.equal((await owner.must("GET", `/api/jobs/${ended._id}`)).completedCalls, 1);
    await refused(400, "INVALID_OPERATION", "POST", `${path}/${ended._id}/cancel`, { userId });
  });

  test("go on as a chain when they have ended, whatever the end (D-039, D-109, D-053 to D-063, D-112, D-113, D-123, conflicts 24, 32)", async () => {
    const scheduledFor = soon();
    const blocked = "+12125550788"; // on the do-not-call list: nobody is called
    await owner.must("POST", "/api/suppressions", { json: { phoneNumber: blocked } });
    const { scheduledCallId } = await schedule({
      scheduledFor, phoneNumber: blocked, recurring: { frequency: "weekly", interval: 2, maxOccurrences: 2 },
    });
    const second = await until("the second of the chain", async () =>
      (await list()).scheduledCalls.find(({ metadata }) => metadata.parentScheduledCallId === scheduledCallId));
    assert.equal((await find(scheduledCallId)).status, "failed");
    assert.equal((await find(scheduledCallId)).failureReason, "do_not_call");
    assert.ok((await find(scheduledCallId)).failedAt >= scheduledFor, "when its time came");
    assert.equal(Date.parse(second.scheduledFor), Date.parse(scheduledFor) + 14 * day);
    assert.equal(second.metadata.occurrenceNumber, 2);
    assert.equal(second.recurring.currentOccurrence, 2);
    assert.equal(second.nextRun, undefined, "it is the last one");
    assert.equal((await find(scheduledCallId)).nextRun, second.scheduledFor);
    await tell(second._id, "cancel");
  });

  test("monthly, on the first (D-059, D-060, conflict 24)", async () => {
    const { scheduledCallId } = await schedule({
      scheduledFor: "2035-01-31T14:00:00Z", timezone: "UTC", recurring: { frequency: "monthly", interval: 1, maxOccurrences: 12 },
    });
    assert.equal((await find(scheduledCallId)).nextRun, "2035-02-28T14:00:00.000Z");
    await tell(scheduledCallId, "cancel");
    assert.equal((await find(scheduledCallId)).nextRun, undefined, "D-063");
  });
});

describe("stats", () => {
  test("count the scheduled calls, and the queue as Bull does (D-007, D-008, D-010, D-022, D-052, D-086 to D-088)", async () => {
    const earlier = await must("GET", `${path}/stats`);
    const { scheduledCallId } = await schedule();
    const now = await must("GET", `${path}/stats`);
    const { scheduler, queue } = now;
    assert.deepEqual(Object.keys(scheduler), ["total", "pending", "processing", "completed", "failed", "cancelled", "upcomingCalls"]);
    assert.deepEqual(Object.keys(queue), ["waiting", "active", "completed", "failed", "delayed", "paused", "total"]);
    assert.equal(scheduler.total, earlier.scheduler.total + 1);
    assert.equal(scheduler.pending, earlier.scheduler.pending + 1);
    assert.equal(scheduler.upcomingCalls, earlier.scheduler.upcomingCalls + 1);
    assert.equal(queue.delayed, earlier.queue.delayed + 1);
    const { total, pending, processing, completed, failed, cancelled } = scheduler;
    assert.equal(total, pending + processing + completed + failed + cancelled);
    assert.equal(queue.total, queue.waiting + queue.active + queue.completed + queue.failed + queue.delayed + queue.paused);
    await tell(scheduledCallId, "cancel");
    const later = await must("GET", `${path}/stats`);
    assert.equal(later.scheduler.cancelled, scheduler.cancelled + 1);
    assert.equal(later.queue.delayed, earlier.queue.delayed);
  });

  test("pausing and resuming the queue (D-024)", async () => {
    await owner.must("POST", "/api/workspace/pause");
    const { scheduledCallId } = await schedule({ scheduledFor: soon(), phoneNumber: "+12125550789" });
    await until("it is due, and held", async () => (await must("GET", `${path}/stats`)).queue.paused >= 1);
    const held = await find(scheduledCallId);
    assert.deepEqual([held.status, held.processedAt], ["pending", undefined]);
    await owner.must("POST", "/api/workspace/resume");
    await until("it was called", async () => (await find(scheduledCallId)).processedAt !== undefined);
  });
});

describe("around it", () => {
  test("the index names the surface (D-096)", async () => {
    const { surfaces } = await (await fetch(`${host.url}/api`)).json();
    assert.ok(surfaces.some(({ path: at }) => at === path));
  });

  test("the defaults are the workspace's, else the environment's, else the document's (D-144, D-145, D-146, conflict 11)", async () => {
    const usual = {
      timezone: "Asia/Kolkata", businessHoursStart: "09:00", businessHoursEnd: "18:00", daysOfWeek: [1, 2, 3, 4, 5],
      retryAttempts: 3, retryBackoffMs: 2000,
    };
    const { settings, inForce: { phoneNumberId, ...inForce } } = await owner.must("GET", defaults);
    assert.deepEqual(settings, { profile: "canonical" });
    assert.deepEqual(inForce, usual);
    assert.ok(phoneNumberId === undefined || phoneNumberId.length > 0);
    const own = { profile: "document-d", timezone: "Europe/Berlin", businessHoursStart: "08:00", businessHoursEnd: "12:00", daysOfWeek: [6], phoneNumberId: "q" };
    const set = await owner.must("PUT", defaults, { json: own });
    assert.deepEqual(set.settings, own);
    const { profile, ...places } = own;
    assert.equal(profile, "document-d");
    assert.deepEqual(set.inForce, { ...usual, ...places });
    for (const [json, pointer] of [[{ timezone: "Mars/Olympus" }, "/timezone"], [{ businessHoursStart: "9" }, "/businessHoursStart"],
      [{ businessHoursStart: "18:00" }, "/businessHoursEnd"], [{ profile: "e" }, "/profile"]]) {
      const said = await owner.send("PUT", defaults, { json });
      assert.equal(said.status, 422);
      assert.deepEqual(said.body.issues.map((issue) => issue.pointer), [pointer]);
    }
    assert.deepEqual((await owner.must("GET", defaults)).settings, own, "a refusal changes nothing");
    await owner.must("PUT", defaults, { json: {} });
  });
});

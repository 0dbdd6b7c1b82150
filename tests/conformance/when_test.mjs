// When calls may be placed, asked of the workspace itself: its calendar in the words of three documents, the
// hours in which people may be rung, and why a call does not go out.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";

import { openHost, until } from "./host.mjs";

let host;
let owner;
const limits = { rateLimits: { global: 50, perJob: 50 } };
/** What a configuration always shows. */
const bare = { ...limits, blackoutPeriods: [], priorityWindows: [], defaultPriority: 3 };
const config = "/api/scheduler/config";
const put = (json, path = config) => owner.send("PUT", path, { json: { ...limits, ...json } });

before(async () => {
  host = await openHost();
  owner = host.owner;
});
afterEach(async () => {
  await owner.must("PUT", config, { json: limits });
  await ring(false);
});
after(() => host.close());

// Whether telephones ring, so that the law of the place called holds.
async function ring(rehearsal_off) {
  await owner.must("PUT", "/api/providers/vapi", {
    json: {
      baseUrl: host.carrier.url, publicUrl: host.url, lookupGraceSeconds: 3, pollAfterSeconds: 3,
      ...(rehearsal_off && { rehearsal: false }),
    },
  });
}

const week = { daysOfWeek: [1, 2, 3, 4, 5], startTime: "09:00", endTime: "17:00", timezone: "America/New_York" };

describe("the calendar", () => {
  const full = {
    businessHours: week,
    blackoutPeriods: [{ start: "2027-03-01T00:00:00.000Z", end: "2027-03-03T00:00:00.000Z", reason: "Moving \"house\"\n ☎" }],
    holidays: ["2027-12-24", "2027-12-25"],
    priorityWindows: [{ startTime: "10:00", endTime: "12:00", priority: 1 }, { startTime: "22:00", endTime: "02:00", priority: 5 }],
    defaultPriority: 4,
    priorityHours: [9, 10, 11],
    callingHours: { startTime: "09:30", endTime: "20:00", weekly: { 0: [], 1: [["10:00", "12:00"], ["13:00", "24:00"]], 2: [["22:00", "02:00"]], 3: [], 4: [], 5: [], 6: [] }, holidays: ["2027-05-01"], unknownHolidaysClose: true },
    ...limits,
  };

  test("everything is read as it was set", async () => {
    assert.deepEqual((await put(full)).body, full);
    assert.deepEqual((await owner.must("GET", config)), full);
    assert.deepEqual((await put({})).body, bare);
    assert.deepEqual((await owner.must("GET", config)), bare);
    assert.deepEqual((await put(bare)).body, bare);
  });

  test("the shapes of documents A, B and D mean the same", async () => {
    const shapes = [
      { businessHours: week, priorityHours: [9, 10] },
      { businessHours: { start: "09:00", end: "17:00", activeDays: ["Mon", "tuesday", "Wed", "Thu", "Fri"], priorityHours: [9, 10], timezone: week.timezone } },
      { businessHours: { start: "09:00", end: "17:00", daysOfWeek: [1, 2, 3, 4, 5], timezone: week.timezone }, priorityHours: [9, 10] },
      { businessHours: { start: "09:00", end: "17:00", timezone: week.timezone }, priorityHours: [9, 10] },
    ];
    for (const shape of shapes) {
      assert.deepEqual((await put(shape)).body, { ...shapes[0], ...bare });
    }
    const b = { ...shapes[1].businessHours, activeDays: ["Mon", "Tue", "Wed", "Thu", "Fri"] };
    assert.deepEqual(await owner.must("GET", `${config}?shape=b`), { businessHours: b, ...bare });
    assert.deepEqual(await owner.must("GET", `${config}?shape=d`), { ...shapes[2], ...bare });
  });

  test("a mistake is told by its field, and changes nothing", async () => {
    await put(full);
    const hours = (more) => ({ businessHours: { ...week, ...more } });
    const cases = [
      [hours({ startTime: "9:00" }), "invalid_config", "/businessHours/startTime"],
      [hours({ endTime: "24:01" }), "invalid_config", "/businessHours/endTime"],
      [hours({ endTime: "09:00" }), "invalid_config", "/businessHours/endTime"],
      [hours({ daysOfWeek: [7] }), "invalid_config", "/businessHours/daysOfWeek"],
      [hours({ daysOfWeek: [] }), "invalid_config", "/businessHours/daysOfWeek"],
      [hours({ timezone: "america/new_york" }), "unknown_timezone", "/businessHours/timezone"],
      [{ businessHours: { start: "25:00", end: "17:00", timezone: "UTC" } }, "invalid_config", "/businessHours/start"],
      [{ businessHours: { start: "09:00", end: "17:00", activeDays: ["Mon", "Moonday"], timezone: "UTC" } }, "invalid_config", "/businessHours/activeDays/1"],
      [{ businessHours: { startTime: "09:00", endTime: "17:00", timezone: "UTC" } }, "validation_failed", "/businessHours/daysOfWeek"],
      [{ businessHours: { ...week, timezone: undefined } }, "validation_failed", "/businessHours/timezone"],
      [{ holidays: ["2027-01-01", "2027-02-30"] }, "invalid_config", "/holidays/1"],
      [{ blackoutPeriods: [{ start: "2027-01-02T00:00:00.000Z", end: "2027-01-01T00:00:00.000Z" }] }, "invalid_config", "/blackoutPeriods/0/end"],
      [{ priorityWindows: [{ startTime: "10:00", endTime: "11:00", priority: 6 }] }, "invalid_config", "/priorityWindows/0/priority"],
      [{ defaultPriority: 0 }, "invalid_config", "/defaultPriority"],
      [{ priorityHours: [24] }, "invalid_config", "/priorityHours"],
      [{ callingHours: { startTime: "8" } }, "invalid_config", "/callingHours/startTime"],
      [{ callingHours: { weekly: { 3: [["10:00", "10:00"]] } } }, "invalid_config", "/callingHours/weekly/3/0/1"],
      [{ callingHours: { holidays: ["soon"] } }, "invalid_config", "/callingHours/holidays/0"],
      [{ callingHours: { law: false } }, "validation_failed", "/callingHours/reason"],
      [{ rateLimits: { global: 0 } }, "invalid_config", "/rateLimits/global"],
    ];
    for (const [json, code, pointer] of cases) {
      const { status, body } = await put(json);
      assert.equal(status, 422, JSON.stringify(json));
      assert.deepEqual(body.issues.map((issue) => issue.pointer), [pointer], JSON.stringify(body));
      assert.equal(body.code, code, JSON.stringify(body));
    }
    assert.deepEqual(await owner.must("GET", config), full);
  });

  test("next, validate and priority answer by it", async () => {
    await put(full);
    const next = (query) => owner.send("GET", `/api/scheduler/next?${new URLSearchParams(query)}`);
    assert.deepEqual((await next({ after: "2027-02-27T12:00:00.000Z" })).body, { time: "2027-03-03T14:00:00.000Z", priority: 4 });
    assert.deepEqual((await next({ after: "2027-03-03T14:00:00.000Z", maxPriority: 1 })).body, { time: "2027-03-03T15:00:00.000Z", priority: 1 });
    assert.deepEqual((await next({ after: "2027-03-03T14:00:00.000Z", level: "low" })).body,
      { time: "2027-03-03T17:00:00.000Z", priority: 4, preferred: true });
    const none = await next({ after: "2027-02-27T12:00:00.000Z", horizonDays: 2 });
    assert.equal(none.body.code, "no_slot_within_horizon");
    assert.equal((await next({ after: "soon" })).status, 400);
    assert.deepEqual(await owner.must("POST", "/api/scheduler/next", { json: { after: "2027-02-27T12:00:00.000Z" } }),
      { time: "2027-03-03T14:00:00.000Z", priority: 4 });

    const validate = (json) => owner.must("POST", "/api/scheduler/validate", { json });
    assert.deepEqual(await validate({ at: "2027-03-03T15:00:00.000Z" }),
      { valid: true, reasons: [], priority: 1, blackouts: [], isValid: true, reason: "" });
    const bad = await validate({ at: "2027-03-02T23:00:00.000Z", now: "2028-01-01T00:00:00.000Z" });
    assert.deepEqual({ ...bad, reason: undefined },
      { valid: false, reasons: ["not_in_future", "blackout", "outside_hours"], priority: 4, blackouts: [0], isValid: false, reason: undefined });
    assert.match(bad.reason, /future.*Moving.*09:00 to 17:00 in America\/New_York/s);
    assert.deepEqual(await validate({ at: "2027-03-03T15:00:00.000Z", config: { businessHours: week } }),
      { valid: true, reasons: [], priority: 3, blackouts: [] });

    assert.deepEqual(await owner.must("GET", "/api/scheduler/priority?at=2027-03-04T05:30:00Z"),
      { at: "2027-03-04T05:30:00.000Z", priority: 5 });
    assert.equal((await owner.must("GET", "/api/scheduler/priority")).priority > 0, true);
  });
});

describe("the hours of the people called", () => {
  // A zone where it is about three at night now, and the number of somebody there.
  const night = () => {
    const offset = ((3 - new Date().getUTCHours() + 36) % 24) - 12;
    return offset === 0 ? "Etc/GMT" : `Etc/GMT${offset > 0 ? "-" : "+"}${Math.abs(offset)}`;
  };
  const someone = async (more = {}) => {
    const job = await owner.must("POST", "/api/jobs", {
      json: {
        name: "At night", assistantId: "a", phoneNumberId: "p", schedule: "now", maxAttempts: 1,
        recipients: [{ phoneNumber: "+13055550142", timezone: night() }], ...more,
      },
    });
    const [call] = await owner.callsOf(job.id);
    return { job, call, explain: () => owner.must("GET", `/api/calls/${call.id}/explain`) };
  };
  const ended = (job) => until("the job has completed", async () =>
    (await owner.must("GET", `/api/jobs/${job.id}`)).status === "completed");

  test("where telephones ring nobody is called at night, and the call says why", async () => {
    await ring(true);
    const { job, call, explain } = await someone();
    const told = await explain();
    assert.equal(told.dueNow, false);
    assert.equal(told.status, "pending");
    assert.deepEqual(told.place, { country: "US", subdivisions: ["FL"], zones: [night()], rules: ["us", "us-fl"] });
    assert.deepEqual(told.reasons.map(({ code, rule }) => [code, rule]).sort(), [["rule_hours", "us"], ["rule_hours", "us-fl"]]);
    const due = new Date(told.dueAt);
    assert.ok(due > Date.now() && due - Date.now() < 86_400_000);
    assert.equal(new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: night() }).format(due), "08:00");
    const ofJob = await owner.must("GET", `/api/jobs/${job.id}/explain`);
    assert.deepEqual(ofJob.reasons, []);
    assert.deepEqual(ofJob.lanes.map(({ waiting, dueNow, dueAt }) => ({ waiting, dueNow, dueAt })),
      [{ waiting: 1, dueNow: false, dueAt: told.dueAt }]);
    assert.equal((await owner.must("GET", `/api/calls/${call.id}`)).status, "pending");

    // A carrier that rings nobody needs no hours.
    await ring(false);
    await ended(job);
  });

  test("the law is left aside by a reason that stays known, and by nobody else", async () => {
    await ring(true);
    const { job } = await someone();
    const aside = { law: false, reason: "They asked to be called at night", startTime: "00:00", endTime: "24:00" };
    assert.equal((await host.as("operator").send("PUT", config, { json: { callingHours: aside } })).status, 403);
    assert.deepEqual((await put({ callingHours: aside })).body.callingHours, aside);
    await ended(job);
    const logged = async (action) => (await owner.must("GET", "/api/audit?limit=5")).entries.find((one) => one.action === action);
    const entry = await logged("calling_hours.law_left_aside");
    assert.equal(entry.detail, aside.reason);
    assert.ok(entry.actor.length > 0);
    await put({});
    assert.ok((await logged("calling_hours.law_holds_again")).at > entry.at);
    assert.equal((await host.as("operator").send("GET", "/api/audit")).status, 403);
  });

  test("a workspace may be stricter than the law", async () => {
    await ring(true);
    const today = new Intl.DateTimeFormat("en-CA", { timeZone: "UTC" }).format(new Date());
    await put({ callingHours: { holidays: [today] } });
    const { explain } = await someone({ recipients: [{ phoneNumber: "+819012345678", timezone: "UTC" }], purpose: "research" });
    const told = await explain();
    assert.equal(told.purpose, "research");
    assert.ok(told.reasons.some(({ code }) => code === "closed_day"), JSON.stringify(told));
    assert.ok(told.dueAt.slice(0, 10) > today);
  });

  test("what holds a job back is told whatever the hour", async () => {
    const job = await owner.must("POST", "/api/jobs", {
      json: { name: "Waits", assistantId: "a", phoneNumberId: "p", phoneNumbers: ["+14155550132"] },
    });
    const [call] = await owner.callsOf(job.id);
    const codes = async () => (await owner.must("GET", `/api/calls/${call.id}/explain`)).reasons.map(({ code }) => code);
    assert.deepEqual(await codes(), ["job_not_started"]);
    await put({ blackoutPeriods: [{ start: "2020-01-01T00:00:00.000Z", end: "2099-01-01T00:00:00.000Z", reason: "Closed" }] });
    assert.deepEqual(await codes(), ["job_not_started", "blackout"]);
    await owner.must("POST", `/api/jobs/${job.id}/start`);
    await owner.must("POST", `/api/jobs/${job.id}/pause`);
    assert.deepEqual(await codes(), ["job_paused", "blackout"]);
    const told = await owner.must("GET", `/api/calls/${call.id}/explain`);
    assert.equal(told.dueAt, undefined);
    assert.equal(told.reasons[1].until, undefined);
    assert.match(told.reasons[1].detail, /Closed/);
    for (const path of ["/api/calls/call_00000000000000000000000001/explain", "/api/jobs/x/explain"]) {
      assert.equal((await owner.send("GET", path)).status, 404);
    }
  });
});

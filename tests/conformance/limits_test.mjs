// How many calls at once, how fast, how often to one number and for how much: that each limit is kept by what the
// carrier saw, told by explain, edited live, and refused as a whole when a part of it is wrong.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";

import { openHost, until } from "./host.mjs";

let host;
let owner;
const path = "/api/limits";
const wide = { workspace: { concurrency: 50 }, job: { concurrency: 50 } };
const put = (json) => owner.send("PUT", path, { json });

before(async () => {
  host = await openHost();
  owner = host.owner;
});
afterEach(async () => {
  await owner.must("PUT", path, { json: wide });
});
after(() => host.close());

let made = 0;
const newJob = (people, more = {}) => {
  made += 1;
  return owner.must("POST", "/api/jobs", {
    json: {
      name: `Limits ${made}`, schedule: "now", assistantId: "a", phoneNumberId: "p",
      maxAttempts: 1, phoneNumbers: Array.from({ length: people }, (_, at) => `+1646${3_000_000 + made * 1000 + at}`), ...more,
    },
  });
};
const jobNow = (id) => owner.must("GET", `/api/jobs/${id}`);
const ended = (id) => until(`${id} has ended`, async () => (await jobNow(id)).status === "completed", 60);
const reasonsOf = async (id) => (await owner.must("GET", `/api/jobs/${id}/explain`)).reasons;
const waitsFor = (id, code) =>
  until(`${id} waits for ${code}`, async () => (await reasonsOf(id)).find((one) => one.code === code), 20);
const dialsOf = async (id) => (await owner.callsOf(id)).flatMap(({ attempts }) => attempts ?? []);

describe("the document", () => {
  const full = {
    workspace: { concurrency: 40, perSecond: 9, perMinute: 500 },
    provider: { concurrency: 30, perSecond: 8, perMinute: 400, perDay: 2000, timezone: "America/Los_Angeles",
      breaker: { failures: 3, waitSeconds: 20, waitSecondsMax: 900 } },
    job: { concurrency: 4, perSecond: 2, perMinute: 100 },
    agents: [{ id: "assistant-1", concurrency: 3 }, { id: "assistant-2", concurrency: 5 }],
    callerIds: [{ id: "number-1", concurrency: 2 }],
    caps: [
      { max: 3, days: 1, per: "subject" }, { max: 5, hours: 36, per: "number" }, { gapMinutes: 60, per: "number" },
      { coolOffDays: 60, after: "refusal", per: "subject" },
    ],
    budget: { currency: "USD", perDayMicros: 25_000_000, reserveMicros: 400_000, timezone: "Asia/Kolkata" },
  };

  test("everything is read as it was set, and what is left out is not limited", async () => {
    const { status, body } = await put(full);
    assert.deepEqual([status, body.limits, body.notes], [200, full, []]);
    assert.deepEqual((await owner.must("GET", path)).limits, full);
    assert.deepEqual((await put({})).body.limits, { workspace: { concurrency: 40 }, job: { concurrency: 4 } });
  });

  test("every mistake is told at once, and nothing is changed", async () => {
    await owner.must("PUT", path, { json: full });
    const before = await owner.must("GET", path);
    const wrong = {
      workspace: { concurrency: 0, perSecond: -1, perMinute: 1.5 },
      provider: { perDay: 0, timezone: "Mars/Base", breaker: { failures: 0, waitSeconds: 0.5 } },
      job: { concurrency: 10_001, rate: 1 },
      agents: [{ id: "x", concurrency: 1 }, { id: "x", concurrency: 2 }, { concurrency: 3 }],
      caps: [{ max: 1 }, { max: 1, hours: 1, days: 1 }, { gapMinutes: 5, coolOffDays: 1 }, {}, { gapMinutes: 5, after: "refusal" }, { max: 1, days: 31 }],
      budget: { currency: "EUR", perDayMicros: 0 },
    };
    const { status, body } = await put(wrong);
    assert.equal(status, 422, JSON.stringify(body));
    const pointers = body.issues.map(({ pointer }) => pointer).sort();
    assert.deepEqual(pointers, [
      "/agents/1/id", "/agents/2/id", "/budget/currency", "/budget/perDayMicros", "/caps/0", "/caps/1", "/caps/2",
      "/caps/3", "/caps/4/after", "/caps/5/days", "/job/concurrency", "/job/rate", "/provider/breaker/failures",
      "/provider/breaker/waitSeconds", "/provider/perDay", "/provider/timezone",
      "/workspace/concurrency", "/workspace/perMinute", "/workspace/perSecond",
    ]);
    assert.deepEqual(await owner.must("GET", path), before);
    const reserve = (await put({ budget: { perDayMicros: 10, reserveMicros: 11 } })).body;
    assert.deepEqual(reserve.issues.map(({ pointer, code }) => [pointer, code]), [["/budget/reserveMicros", "reserve_above_budget"]]);
    const waits = (await put({ provider: { breaker: { waitSeconds: 60, waitSecondsMax: 59 } } })).body;
    assert.deepEqual(waits.issues.map(({ pointer, code }) => [pointer, code]), [["/provider/breaker/waitSecondsMax", "below_wait"]]);
  });

  test("what makes no sense beside the rest is allowed, and said", async () => {
    const { status, body } = await put({
      workspace: { concurrency: 2, perSecond: 1, perMinute: 60 }, job: { concurrency: 5, perSecond: 2 },
      agents: [{ id: "x", concurrency: 3 }],
    });
    assert.equal(status, 200);
    assert.deepEqual(body.notes.map(({ pointer, code }) => [pointer, code]), [
      ["/job/concurrency", "above_workspace"], ["/agents/0/concurrency", "above_workspace"],
      ["/workspace/perMinute", "never_reached"], ["/job/perSecond", "above_workspace"],
    ]);
  });

  test("how the provider account is, is told beside what is set", async () => {
    const { body } = await put({ ...wide, provider: { concurrency: 7 } });
    assert.deepEqual(body.provider, { name: "vapi", concurrency: 7, ceiling: 7, state: "closed", failures: 0 });
  });

  test("who may see and set them", async () => {
    assert.equal((await host.as("viewer").send("GET", path)).status, 403);
    assert.equal((await host.as("analyst").send("GET", path)).status, 200);
    assert.equal((await host.as("operator").send("PUT", path, { json: wide })).status, 403);
    assert.equal((await host.as("admin").send("PUT", path, { json: wide })).status, 200);
  });

  test("a job's own are judged as a whole too", async () => {
    const issues = async (more) => {
      const { status, body } = await owner.send("POST", "/api/jobs", {
        json: { name: "x", assistantId: "a", phoneNumberId: "p", phoneNumbers: ["+16465550123"], ...more },
      });
      assert.equal(status, 422, JSON.stringify(body));
      return body.issues.map(({ pointer }) => pointer);
    };
    assert.deepEqual(await issues({ rate: { perSecond: 0 }, budget: { currency: "EUR", totalMicros: 1 } }),
      ["/rate/perSecond", "/budget/currency"]);
    assert.deepEqual(await issues({ budget: {} }), ["/budget"]);
    assert.deepEqual(await issues({ budget: { totalMicros: 3, reserveMicros: 4 } }), ["/budget/reserveMicros"]);
    const streamed = await owner.send("POST", "/api/jobs?name=x&assistantId=a&phoneNumberId=p&budgetReserveMicros=1", {
      body: "phone\n+16465550123\n", headers: { "content-type": "text/csv" },
    });
    assert.equal(streamed.status, 422, JSON.stringify(streamed.body));
  });
});

describe("what the carrier sees", () => {
  test("no second above the rate, and a rate that is raised lets the rest go", async () => {
    await owner.must("PUT", path, { json: { ...wide, workspace: { concurrency: 50, perMinute: 1 } } });
    const { id } = await newJob(12);
    const reason = await waitsFor(id, "workspace_rate");
    assert.ok(Date.parse(reason.until) > Date.now() - 1000, reason.until);
    assert.equal((await jobNow(id)).completedCalls <= 1, true);
    // A start of before the change does not count towards the new rate's window.
    await new Promise((done) => setTimeout(done, 1000));
    await owner.must("PUT", path, { json: { ...wide, workspace: { concurrency: 50, perSecond: 4 } } });
    await ended(id);
    const times = (await dialsOf(id)).map(({ dialedAt }) => Date.parse(dialedAt)).sort((a, b) => a - b);
    assert.equal(times.length >= 12, true);
    times.slice(4).forEach((time, at) => assert.ok(time - times[at] >= 1000, `${time - times[at]} ms`));
  });

  test("an agent's limit is named where it binds", async () => {
    await owner.must("PUT", path, { json: { ...wide, agents: [{ id: "busy", concurrency: 1 }] } });
    const { id } = await newJob(30, { assistantId: "busy" });
    const other = await newJob(5, { assistantId: "free" });
    await waitsFor(id, "agent_limit");
    await ended(other.id);
    await owner.must("PUT", path, { json: wide });
    await ended(id);
  });

  test("a number over its cap waits, and the call says until when", async () => {
    await owner.must("PUT", path, { json: { ...wide, caps: [{ max: 1, hours: 24, per: "number" }] } });
    const phoneNumbers = ["+16465550188"];
    const first = await newJob(1, { phoneNumbers });
    await ended(first.id);
    const second = await newJob(1, { phoneNumbers });
    const call = (await owner.callsOf(second.id))[0];
    const told = await until("it is put off", async () => {
      const answer = await owner.must("GET", `/api/calls/${call.id}/explain`);
      return answer.reasons.some(({ code }) => code === "number_cap") && answer;
    }, 20);
    assert.equal(told.dueNow, false);
    const reason = told.reasons.find(({ code }) => code === "number_cap");
    const hours = (Date.parse(reason.until) - Date.now()) / 3_600_000;
    assert.ok(hours > 23.9 && hours < 24.1, reason.until);
    assert.ok(Date.parse(told.dueAt) >= Date.parse(reason.until), told.dueAt);
    assert.equal((await dialsOf(second.id)).length, 0);
    await owner.must("POST", `/api/jobs/${second.id}/cancel`);
  });

  test("a job's budget stops it, and a larger one lets it go on", async () => {
    const { id } = await newJob(8, { budget: { totalMicros: 1_000, reserveMicros: 1_000 } });
    await waitsFor(id, "job_budget");
    const spent = await jobNow(id);
    assert.equal(spent.openCalls > 0, true);
    await owner.must("PUT", `/api/jobs/${id}/limits`, { json: { concurrency: 8 } });
    await ended(id);
    assert.equal((await jobNow(id)).budget, undefined);
  });
});

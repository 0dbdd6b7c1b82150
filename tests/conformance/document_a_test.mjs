// What document A (Queue Management) promises, row by row, as far as a request can show it. Each test names
// its rows of inventory.tsv; what no request shows stands in elsewhere.tsv.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { eventsOf } from "../e2e/client.mjs";
import { openHost, until } from "./host.mjs";
import { mismatches } from "./schema.mjs";

let host;
let owner;
let openapi;
let job; // ran to its end
let calls;
const tag = `a${Date.now().toString(36)}`; // of this run: a host may have jobs of others
const agent = `agent-${tag}`;
const people = 40;

// An answer, which is as /openapi.json describes it.
const get = async (path, pattern) => {
  const said = await owner.must("GET", path);
  const { schema } = openapi.paths[pattern].get.responses[200].content["application/json"];
  assert.deepEqual(mismatches(openapi, schema, said), [], path);
  return said;
};
const make = (json) => owner.must("POST", "/api/jobs", {
  json: { name: `${tag} one`, assistantId: agent, phoneNumberId: "p", phoneNumbers: ["+12125550401"], ...json },
});
const issues = async (method, path, json) => {
  const { status, body } = await owner.send(method, path, json === undefined ? {} : { json });
  assert.ok(status >= 400 && status < 500, `${status}`);
  return (body.issues ?? []).map(({ pointer }) => pointer);
};
const count = (list, key) => list.reduce((sums, one) => ({ ...sums, [key(one)]: (sums[key(one)] ?? 0) + 1 }), {});
const day = (offset) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
const range = `timezone=UTC&from=${day(-1)}&before=${day(2)}`;

before(async () => {
  host = await openHost();
  owner = host.owner;
  openapi = await (await fetch(`${host.url}/openapi.json`)).json();
  job = await make({
    name: `${tag} Campaign Name`, schedule: "now", maxAttempts: 1, notes: `What ${tag} is about`,
    phoneNumbers: Array.from({ length: people }, (_, at) => `+1646555${String(1000 + at)}`),
  });
  await until("it completes", async () => (await owner.must("GET", `/api/jobs/${job.id}`)).status === "completed", 60);
  await host.carrier.saidAll();
  job = await get(`/api/jobs/${job.id}`, "/api/jobs/{id}");
  calls = await owner.callsOf(job.id);
});
after(() => host.close());

describe("jobs", () => {
  test("A-002 A-003 A-069 A-099 … A-103 A-109: a job is a named list of people with a time, an assistant and a number that calls",
    async () => {
      const schedule = new Date(Date.now() + 3_600_000).toISOString();
      const made = await make({ name: "Campaign Name", schedule, phoneNumbers: ["2125550402"] });
      assert.deepEqual([made.name, made.schedule, made.assistantId, made.phoneNumberId, made.status, made.phase],
        ["Campaign Name", schedule, agent, "p", "pending", "scheduled"]);
      assert.deepEqual(made.phoneNumbers, ["+12125550402"]);
    });

  test("A-074 … A-080 A-092 A-133 … A-145 A-152 … A-156: both Job interfaces are one object", async () => {
    assert.deepEqual([job.status, job.phase, job.progress, job.totalCalls, job.assistantId, job.phoneNumberId, job.notes],
      ["completed", "completed", 100, people, agent, "p", `What ${tag} is about`]);
    assert.equal(job.completedCalls + job.failedCalls, people);
    assert.equal(job.phoneNumbers.length, people);
    assert.equal(job.failedNumbers.length, job.failedCalls);
    assert.ok(Date.parse(job.lastProcessedAt) >= Date.parse(job.schedule));
    assert.equal(job.priority, 3);
    const { properties } = openapi.components.schemas.Job;
    assert.ok("errorMessages" in properties && "errorMessage" in properties);
  });

  test("A-004 … A-006 A-070 … A-073 A-094 A-114 A-135 A-153: jobs are started, paused and removed, many at once", async () => {
    const schedule = new Date(Date.now() + 86_400_000).toISOString();
    const two = [await make({ schedule, phoneNumbers: ["+12125550403"] }), await make({ schedule })];
    const ids = two.map(({ id }) => id);
    await owner.must("PUT", "/api/scheduler/config", {
      json: { rateLimits: { global: 50, perJob: 50 }, blackoutPeriods: [{ start: "2026-01-01T00:00:00Z", end: "2100-01-01T00:00:00Z" }] },
    });
    const stand = async () => Promise.all(ids.map(async (id) => {
      const { status, phase } = await owner.must("GET", `/api/jobs/${id}`);
      return `${status} ${phase}`;
    }));
    const bulk = (action) => owner.must("POST", "/api/jobs/bulk", { json: { action, ids } });
    assert.deepEqual(await stand(), ["pending scheduled", "pending scheduled"]);
    for (const [action, expected] of [["start", "running in_progress"], ["pause", "paused in_progress"], ["resume", "running in_progress"]]) {
      assert.equal((await bulk(action)).done, 2);
      assert.deepEqual(await stand(), [expected, expected]);
    }
    assert.equal((await bulk("delete")).done, 2);
    for (const id of ids) {
      assert.equal((await owner.send("GET", `/api/jobs/${id}`)).status, 404);
    }
    await owner.must("PUT", "/api/scheduler/config", { json: { rateLimits: { global: 50, perJob: 50 } } });
    const words = (name) => openapi.components.schemas[name].enum ?? openapi.components.schemas[name].oneOf.map((one) => one.const);
    assert.ok(["pending", "running", "paused", "completed", "failed"].every((word) => words("JobStatus").includes(word)));
    assert.ok(["scheduled", "in_progress", "completed", "failed"].every((word) => words("JobPhase").includes(word)));
  });

  test("A-088 … A-090 A-170: numbers are judged before anything is queued, each refusal with its reason", async () => {
    const made = await make({ phoneNumbers: ["+12125550404", "1234567890", "not a number"] });
    assert.equal(made.totalCalls, 1);
    assert.deepEqual([made.import.accepted, made.import.rejected], [1, 2]);
    const { rejects } = await owner.must("GET", `/api/imports/${made.import.id}/rejects`);
    assert.deepEqual(rejects.map(({ row, value }) => [row, value]), [[2, "1234567890"], [3, "not a number"]]);
    assert.ok(rejects.every(({ code, detail }) => code.startsWith("phone_") && detail.length > 0));
    assert.deepEqual(await issues("POST", "/api/jobs", { name: "", phoneNumbers: [] }),
      ["/name", "/phoneNumbers", "/assistantId", "/phoneNumberId"]);
  });

  test("A-091 A-093 A-146 … A-151: a message of the queue is a call with its attempts; four of them are three retries", async () => {
    assert.equal((await make({})).maxAttempts, 4);
    const [call] = calls;
    assert.deepEqual([call.jobId, job.phoneNumbers.includes(call.phoneNumber)], [job.id, true]);
    assert.ok(calls.every(({ attempts }) => attempts.every(({ endedReason, endedAt }) => endedReason !== "" && endedAt)));
    assert.ok(calls.every(({ attemptsUsed }) => attemptsUsed <= 1));
  });

  test("A-009 A-010 A-115 … A-117: jobs are found by status, date, assistant and words, in every order, page by page", async () => {
    const list = (query) => get(`/api/jobs?${query}`, "/api/jobs");
    const mine = `assistantId=${agent}`;
    const all = await list(mine);
    assert.equal(all.total, all.jobs.length);
    assert.ok(all.total >= 4);
    const names = ({ jobs }) => jobs.map(({ name }) => name);
    assert.deepEqual(names(await list(`${mine}&search=cAmPaIgN`)).sort(), ["Campaign Name", `${tag} Campaign Name`]);
    assert.deepEqual(names(await list(`search=what%20${tag}%20IS`)), [`${tag} Campaign Name`]);
    assert.deepEqual((await list(`search=100%25_`)).jobs, []);
    assert.deepEqual(names(await list(`${mine}&status=completed`)), [`${tag} Campaign Name`]);
    assert.equal((await list(`${mine}&status=completed,pending`)).total, all.total);
    assert.equal((await list(`${mine}&status=failed`)).total, 0);
    assert.deepEqual((await list(`${mine}&from=${day(1)}T00:00:00Z`)).jobs, []);
    const { createdAt } = all.jobs[1];
    const [later, earlier] = [await list(`${mine}&from=${createdAt}`), await list(`${mine}&before=${createdAt}`)];
    assert.equal(later.total + earlier.total, all.total);
    for (const sort of ["newest", "name", "progress", "order"]) {
      const whole = await list(`${mine}&sort=${sort}`);
      const paged = [];
      let cursor = "";
      do {
        const page = await list(`${mine}&sort=${sort}&limit=2${cursor}`);
        assert.equal(page.total, whole.total);
        paged.push(...page.jobs);
        cursor = page.nextCursor && `&cursor=${page.nextCursor}`;
      } while (cursor);
      assert.deepEqual(paged, whole.jobs, sort);
    }
    const sorted = names(await list(`${mine}&sort=name`));
    assert.deepEqual(sorted, [...sorted].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : a.toLowerCase() > b.toLowerCase() ? 1 : 0)));
    assert.equal((await list(`${mine}&sort=progress`)).jobs[0].progress, 100);
    assert.deepEqual(await issues("GET", "/api/jobs?status=done&sort=best&from=today"), ["?status", "?sort", "?from"]);
  });

  test("A-011 A-066 A-120: they are put in another order by hand, or by their priority", async () => {
    const [first, second] = [await make({ name: "first" }), await make({ name: "second" })];
    await owner.must("POST", "/api/jobs/reorder", { json: { id: second.id, before: first.id } });
    const { jobs } = await get(`/api/jobs?sort=order&assistantId=${agent}`, "/api/jobs");
    const order = jobs.map(({ id }) => id);
    assert.ok(order.indexOf(second.id) < order.indexOf(first.id));
    assert.equal((await owner.must("PATCH", `/api/jobs/${first.id}`, { json: { priority: 1 } })).rank, 100);
  });

  test("A-012: a query is saved under a name, for oneself or for everybody", async () => {
    const query = { status: ["running", "paused"], assistantId: agent, sort: "name" };
    const made = await owner.must("POST", "/api/views", { json: { name: `${tag} busy`, of: "jobs", query } });
    assert.deepEqual([made.query, made.shared, made.own], [query, false, true]);
    const viewer = host.as("viewer");
    const seen = async (client) =>
      (await client.must("GET", "/api/views?of=jobs")).views.filter(({ name }) => name.startsWith(tag)).length;
    // Tokens of one person: what is somebody's own is judged by the subject.
    assert.equal(await seen(owner), 1);
    await owner.must("PATCH", `/api/views/${made.id}`, { json: { shared: true } });
    assert.equal(await seen(viewer), 1);
    assert.equal((await viewer.send("DELETE", `/api/views/${made.id}`)).status, 403);
    assert.deepEqual(await issues("POST", "/api/views", { name: "x", of: "jobs", query: { state: "running", sort: "best" } }),
      ["/query/state", "/query/sort"]);
    assert.deepEqual(await issues("POST", "/api/views", { name: "x", of: "calls", query: { page: 2 } }), ["/query/page"]);
    assert.deepEqual(await issues("PATCH", `/api/views/${made.id}`, { query: { limit: 0 } }), ["/query/limit"]);
    assert.equal((await owner.send("DELETE", `/api/views/${made.id}`)).status, 204);
    assert.equal((await owner.send("GET", `/api/views/${made.id}`)).status, 404);
  });

  test("A-112 A-168 A-169: which news of a job are wanted is kept with it", async () => {
    const notifications = {
      channels: ["slack", "mail"],
      triggers: { jobStart: false, jobCompletion: true, failureAlerts: true, progressUpdates: false },
    };
    const { id } = await make({ notifications });
    const kept = await get(`/api/jobs/${id}`, "/api/jobs/{id}");
    assert.deepEqual(kept.notifications, notifications);
    const changed = await owner.must("PATCH", `/api/jobs/${id}`, { json: { notifications: { channels: [] } } });
    assert.equal(changed.notifications, undefined);
    assert.deepEqual(await issues("PATCH", `/api/jobs/${id}`, { notifications: { triggers: { jobEnd: true } } }),
      ["/notifications/triggers/jobEnd"]);
  });

  test("A-134: a job is made like another, with its people or without", async () => {
    const bare = await owner.must("POST", `/api/jobs/${job.id}/clone`);
    assert.deepEqual([bare.name, bare.totalCalls, bare.status, bare.attempts], [job.name, 0, "pending", 0]);
    const full = await owner.must("POST", `/api/jobs/${job.id}/clone`, { json: { name: "again", recipients: true } });
    assert.deepEqual([full.name, full.totalCalls, full.completedCalls, full.notes], ["again", people, 0, job.notes]);
    const numbers = (await owner.callsOf(full.id)).map(({ phoneNumber }) => phoneNumber);
    assert.deepEqual(numbers, job.phoneNumbers);
    assert.deepEqual(await issues("POST", `/api/jobs/${job.id}/clone`, { people: true }), ["/people"]);
    const many = await make({ phoneNumbers: Array.from({ length: 2500 }, (_, at) => `+1646${5_570_000 + at}`) });
    const said = await owner.send("POST", `/api/jobs/${many.id}/clone`, { json: { recipients: true } });
    assert.deepEqual([said.status, said.body.phase], [202, "importing"]);
    const task = said.headers.get("location");
    await until("the task is done", async () => (await owner.must("GET", task)).status === "done", 30);
    const clone = await owner.must("GET", `/api/jobs/${said.body.id}`);
    assert.deepEqual([clone.totalCalls, clone.phase], [2500, "scheduled"]);
  });
});

describe("schedules and limits", () => {
  const businessHours = { daysOfWeek: [1, 2, 3, 4, 5], startTime: "09:00", endTime: "17:00", timezone: "America/New_York" };
  const blackoutPeriods = [{ start: "2027-03-05T00:00:00.000Z", end: "2027-03-06T00:00:00.000Z", reason: "Maintenance" }];
  const priorityWindows = [{ startTime: "10:00", endTime: "11:00", priority: 1 }];
  const settings = { businessHours, blackoutPeriods, priorityWindows, defaultPriority: 4, rateLimits: { global: 50, perJob: 50 } };

  test("A-013 … A-017 A-043 A-044 A-048 … A-054 " +
    "A-056 … A-065 A-067 A-068 A-098 A-104 … A-106 A-157 … A-160 A-174: business hours, blackouts and priority windows are kept and answered by", async () => {
      await owner.must("PUT", "/api/scheduler/config", { json: settings });
      const kept = await owner.must("GET", "/api/scheduler/config");
      for (const [name, value] of Object.entries(settings)) {
        assert.deepEqual(kept[name], value, name);
      }
      const ask = (at) => owner.must("POST", "/api/scheduler/validate", { json: { at } });
      const inside = await ask("2027-03-04T15:30:00Z");
      assert.deepEqual([inside.isValid, inside.priority], [true, 1]);
      const closed = await ask("2027-03-05T15:30:00Z");
      assert.equal(closed.isValid, false);
      assert.match(closed.reason, /Maintenance/);
      assert.equal((await ask("2027-03-06T15:30:00Z")).isValid, false); // a Saturday
      const next = await owner.must("GET", "/api/scheduler/next?after=2027-03-05T15:30:00Z");
      assert.ok(JSON.stringify(next).includes("2027-03-08T14:00:00.000Z"), JSON.stringify(next));
      assert.equal((await owner.must("GET", "/api/scheduler/priority?at=2027-03-04T18:30:00Z")).priority, 4);
      const defaults = openapi.components.schemas.RateLimits.properties;
      assert.deepEqual([defaults.global.default, defaults.perJob.default], [10, 1]);
      assert.ok((await issues("PUT", "/api/scheduler/config", { businessHours: { ...businessHours, startTime: "25:00" } })).length > 0);
      await owner.must("PUT", "/api/scheduler/config", { json: { rateLimits: { global: 50, perJob: 50 } } });
    });

  test("A-018 A-019 A-172 A-175 A-177: limits are shown with their use, and a job says why it does not start", async () => {
    assert.equal((await owner.send("GET", "/api/limits")).status, 200);
    const { id } = await make({});
    const { reasons } = await owner.must("GET", `/api/jobs/${id}/explain`);
    assert.ok(reasons.length > 0 && reasons.every(({ code, detail }) => code !== "" && detail !== ""));
  });
});

describe("live", () => {
  test("A-007 A-081 A-083 … A-087: every new state of a job is an event, of one job where that is asked for", async () => {
    const { id } = await make({ phoneNumbers: ["+12125550406", "+12125550407"], maxAttempts: 1 });
    const abort = new AbortController();
    const seen = [];
    const reading = (async () => {
      for await (const event of eventsOf(host.url, owner.token, { path: `/api/events?jobId=${id}`, signal: abort.signal })) {
        seen.push(event.data);
        if (event.data.status === "completed") {
          return;
        }
      }
    })();
    await owner.must("POST", `/api/jobs/${id}/start`);
    await Promise.race([reading, until("it is told", () => false, 30)]);
    abort.abort();
    assert.ok(seen.every((one) => one.id === id));
    const last = seen.at(-1);
    assert.deepEqual([last.status, last.progress, last.totalCalls], ["completed", 100, 2]);
    assert.ok("errorMessage" in openapi.components.schemas.Job.properties);
  });
});

describe("figures", () => {
  const outcomes = () => count(calls.flatMap(({ attempts }) => attempts.flatMap((one) => Array(one.times ?? 1).fill(one))), ({ outcome }) => outcome);
  const cost = () => calls.flatMap(({ attempts }) => attempts).reduce((sum, { costMicros = 0 }) => sum + costMicros, 0);
  const failed = () => calls.filter(({ status }) => status === "failed");
  const completed = () => calls.length - failed().length;

  test("A-020 … A-025 A-118 A-161 … A-167: the metrics of a job are what its calls say", async () => {
    const metrics = await get(`/api/jobs/${job.id}/metrics?timezone=UTC`, "/api/jobs/{id}/metrics");
    assert.equal(metrics.successRate, Math.floor((completed() * 1000) / people));
    assert.equal(metrics.completionRate, Math.floor((completed() * 1000) / people));
    assert.deepEqual(metrics.outcomes, outcomes());
    assert.deepEqual(metrics.failureReasons, count(failed(), ({ attempts }) => attempts.at(-1).outcome));
    assert.deepEqual([metrics.totalCost, metrics.totalCost], [cost(), job.costMicros]);
    assert.equal(metrics.costPerCall, Math.floor(cost() / people));
    const talks = calls.flatMap(({ attempts }) => attempts).filter(({ startedAt, endedAt }) => Date.parse(startedAt) < Date.parse(endedAt));
    const talkMs = talks.reduce((sum, { startedAt, endedAt }) => sum + Date.parse(endedAt) - Date.parse(startedAt), 0);
    assert.equal(metrics.avgCallDuration, Math.floor(talkMs / talks.length));
    assert.equal(metrics.completionTime, Date.parse(job.finishedAt) - Date.parse(job.startedAt));
    const hours = count(calls.flatMap(({ attempts }) => attempts.flatMap((one) => Array(one.times ?? 1).fill(one))),
      ({ endedAt }) => new Date(endedAt).getUTCHours());
    assert.deepEqual(Object.fromEntries(metrics.peakHours.map(({ hour, count: some }) => [hour, some])), hours);
    const kathmandu = await get(`/api/jobs/${job.id}/metrics?timezone=Asia/Kathmandu`, "/api/jobs/{id}/metrics");
    const there = count(calls.flatMap(({ attempts }) => attempts.flatMap((one) => Array(one.times ?? 1).fill(one))),
      ({ endedAt }) => new Date(Date.parse(endedAt) + 345 * 60_000).getUTCHours());
    assert.deepEqual(Object.fromEntries(kathmandu.peakHours.map(({ hour, count: some }) => [hour, some])), there);
    assert.deepEqual(await issues("GET", `/api/jobs/${job.id}/metrics?timezone=Mars`), ["?timezone"]);
  });

  test("A-027 A-029 A-031 A-032 A-126 … A-130 A-176: analytics say the same by day, status, assistant and job", async () => {
    for (const filter of [`jobId=${job.id}`, `assistantId=${agent}&status=completed&jobId=${job.id}`]) {
      const summary = await get(`/api/analytics/summary?${range}&${filter}`, "/api/analytics/summary");
      assert.deepEqual([summary.completedCalls, summary.failedCalls, summary.totalCost, summary.outcomes],
        [completed(), failed().length, cost(), outcomes()]);
      for (const bucket of ["hour", "day", "week"]) {
        const { buckets } = await get(`/api/analytics/volume?${range}&${filter}&bucket=${bucket}`, "/api/analytics/volume");
        const sum = (name) => buckets.reduce((all, one) => all + one[name], 0);
        assert.deepEqual([sum("attempts"), sum("completedCalls"), sum("costMicros"), sum("talkMs")],
          [summary.attempts, completed(), cost(), summary.talkMs]);
        assert.ok(buckets.every(({ begin }, at) => at === 0 || begin === buckets[at - 1].end));
        assert.deepEqual([buckets[0].begin, buckets.at(-1).end], [summary.from, summary.before]);
        const { totalCost } = await get(`/api/analytics/cost?${range}&${filter}&bucket=${bucket}`, "/api/analytics/cost");
        assert.equal(totalCost, cost());
      }
      const failures = await get(`/api/analytics/failures?${range}&${filter}`, "/api/analytics/failures");
      assert.equal(failures.failedCalls, failed().length);
      const { peakHours } = await get(`/api/analytics/peak-hours?${range}&${filter}`, "/api/analytics/peak-hours");
      assert.equal(peakHours.reduce((all, one) => all + one.count, 0), summary.attempts);
    }
    for (const none of [`jobId=${job.id}&status=running`, "assistantId=nobody", `jobId=${job.id}&from=${day(-9)}&before=${day(-8)}`]) {
      const query = none.includes("from") ? none : `${range}&${none}`;
      assert.equal((await owner.must("GET", `/api/analytics/summary?${query}`)).attempts, 0);
    }
    assert.deepEqual(await issues("GET", "/api/analytics/summary?from=2026-02-30&timezone=Mars&bucket=day"), ["?bucket"]);
    assert.deepEqual(await issues("GET", "/api/analytics/summary?from=2026-02-30&timezone=Mars"), ["?timezone", "?from"]);
    assert.deepEqual(await issues("GET", "/api/analytics/volume?bucket=hour&from=2026-01-01&before=2026-02-02"), ["?from"]);
    assert.deepEqual(await issues("GET", "/api/analytics/summary?from=2026-01-02&before=2026-01-02"), ["?before"]);
  });

  test("A-022: a range through a change of the clock has each hour and each day of it", async () => {
    const of = async (bucket, first, last) =>
      (await owner.must("GET", `/api/analytics/volume?timezone=America/New_York&bucket=${bucket}&from=${first}&before=${last}`)).buckets;
    assert.equal((await of("hour", "2026-11-01", "2026-11-02")).length, 25);
    assert.equal((await of("hour", "2026-03-08", "2026-03-09")).length, 23);
    const days = await of("day", "2026-10-31", "2026-11-03");
    assert.deepEqual(days.map(({ begin, end }) => (Date.parse(end) - Date.parse(begin)) / 3_600_000), [24, 25, 24]);
    const weeks = await of("week", "2026-10-28", "2026-11-05"); // a Wednesday
    assert.deepEqual(weeks.map(({ begin }) => begin),
      ["2026-10-28T04:00:00.000Z", "2026-11-02T05:00:00.000Z"]);
  });

  test("A-131: reports and calls are taken away as CSV or JSON, part by part", async () => {
    const csv = await owner.send("GET", `/api/analytics/export?${range}&jobId=${job.id}&bucket=day`);
    assert.match(csv.headers.get("content-type"), /^text\/csv/);
    const lines = csv.body.trimEnd().split("\r\n");
    assert.equal(lines.length, 4);
    assert.equal(lines[0].split(",")[2], "attempts");
    const report = await owner.must("GET", `/api/analytics/export?${range}&jobId=${job.id}&format=json`);
    assert.deepEqual(report, await owner.must("GET", `/api/analytics/volume?${range}&jobId=${job.id}`));
    const walk = async (query) => {
      let text = "";
      let parts = 0;
      for (let target = `/api/calls/export?${query}`; target; ++parts) {
        const said = await fetch(host.url + target, { headers: { authorization: `Bearer ${owner.token}` } });
        assert.equal(said.status, 200);
        text += await said.text();
        target = /^<(.*)>; rel="next"$/.exec(said.headers.get("link") ?? "")?.[1];
      }
      return { text, parts };
    };
    const whole = await walk(`jobId=${job.id}`);
    const rows = whole.text.trimEnd().split("\r\n");
    assert.equal(rows.length, people + 1);
    assert.deepEqual(rows.slice(1).map((row) => row.split(",")[0]), calls.map(({ id }) => id));
    const pieces = await walk(`jobId=${job.id}&limit=7`);
    assert.equal(pieces.text, whole.text);
    assert.ok(pieces.parts >= 6);
    const { text } = await walk(`jobId=${job.id}&format=ndjson&status=failed&limit=3`);
    assert.deepEqual(text === "" ? [] : text.trimEnd().split("\n").map((line) => JSON.parse(line).id), failed().map(({ id }) => id));
    const all = (await walk(`from=${job.createdAt}&limit=500`)).text;
    assert.ok(calls.every(({ id }) => all.includes(id)));
    const evil = await make({ recipients: [{ phoneNumber: "+12125550408", firstName: "=HYPERLINK(\"x\")", lastName: "a,b" }] });
    assert.ok((await walk(`jobId=${evil.id}`)).text.includes(`+12125550408,"'=HYPERLINK(""x"")","a,b"`));
    assert.equal((await owner.send("GET", "/api/calls/export?cursor=1")).status, 400);
  });

  test("A-173: who may see figures may not always take them away", async () => {
    for (const [role, read, take] of [["viewer", 200, 403], ["analyst", 200, 200], ["agent", 403, 403]]) {
      const client = host.as(role);
      assert.equal((await client.send("GET", `/api/analytics/summary?${range}`)).status, read, role);
      assert.equal((await client.send("GET", `/api/jobs/${job.id}/metrics`)).status, read, role);
      assert.equal((await client.send("GET", `/api/analytics/export?${range}`)).status, take, role);
      assert.equal((await client.send("GET", `/api/calls/export?jobId=${job.id}`)).status, take, role);
    }
    const masked = (await host.as("analyst").send("GET", `/api/calls/export?jobId=${job.id}`)).body;
    assert.ok(!masked.includes(calls[0].phoneNumber) && masked.includes("+16"));
  });
});

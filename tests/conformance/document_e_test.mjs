// Document E's surface: every sample of its text that a request shows, and its capabilities in the list of the five
// documents (inventory.tsv) by their ids (E-001 …). What no request shows stands in elsewhere.tsv. Days that pass,
// gaps, folds and standstills are played in tests/sim/daily_calls_test.cpp.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { openHost, until } from "./host.mjs";
import { mismatches } from "./schema.mjs";

let host;
let owner;
let openapi;
const settings = "/api/surfaces/daily-calls";
const minute = 60_000;

// Every answer is as the description of the surface says.
async function send(method, path, options, who = owner) {
  const said = await who.send(method, path, options);
  const answers = openapi.paths[path][method.toLowerCase()].responses;
  const { schema } = Object.values((answers[said.status] ?? answers.default).content)[0];
  assert.deepEqual(mismatches(openapi, schema, said.body), [], `${method} ${path}: ${JSON.stringify(said.body)}`);
  return said;
}
async function must(method, path, json) {
  const said = await send(method, path, { json });
  assert.equal(said.status, 200, JSON.stringify(said.body));
  return said.body;
}
async function refused(status, method, path, who = owner) {
  const said = await send(method, path, {}, who);
  assert.equal(said.status, status, JSON.stringify(said.body));
  assert.deepEqual(Object.keys(said.body).sort(), ["error", "success"]);
  assert.equal(said.body.success, false);
  assert.ok(said.body.error.length > 0);
  return said;
}
/** A time of day by UTC, so far from now. */
const clock = (ms) => new Date(Date.now() + ms).toISOString().slice(11, 16);
const person = (phoneNumber, callTime, more = {}) => owner.must("POST", "/api/contacts", {
  json: { phoneNumbers: [phoneNumber], timezone: "Etc/UTC", preferences: { callEnabled: true, callTime }, ...more },
});
const turn = (enabled, more = {}) => must("PUT", settings, { enabled, assistantId: "daily", phoneNumberId: "p", ...more });
const status = async () => (await must("GET", "/api/queue/status")).queue;

before(async () => {
  host = await openHost();
  owner = host.owner;
  openapi = await (await fetch(`${host.url}/openapi.json`)).json();
});
after(async () => {
  await turn(false);
  await host.close();
});

describe("daily calls", () => {
  test("are off until somebody switches them on", async () => {
    assert.equal((await must("GET", settings)).enabled, false);
    await refused(409, "POST", "/api/queue/trigger");
    for (const [json, pointer] of [[{ enabled: true, phoneNumberId: "p" }, "/assistantId"], [{ windowMinutes: 0 }, "/windowMinutes"]]) {
      const said = await owner.send("PUT", settings, { json });
      assert.equal(said.status, 422);
      assert.deepEqual(said.body.issues.map((issue) => issue.pointer), [pointer]);
    }
    assert.equal((await must("GET", settings)).enabled, false, "nothing was changed");
  });

  test("have the document's numbers where nothing is said (E-009, E-023, E-036, E-059)", async () => {
    const on = await turn(true);
    const { jobId, ...rest } = on;
    assert.deepEqual([rest.enabled, rest.assistantId, rest.phoneNumberId], [true, "daily", "p"]);
    assert.deepEqual([rest.concurrency, rest.maxAttempts, rest.windowMinutes], [5, 3, 5]);
    const job = await owner.must("GET", `/api/jobs/${jobId}`);
    assert.deepEqual([job.name, job.assistantId, job.maxAttempts], ["daily-calls", "daily", 3]);
    const tuned = await turn(true, { concurrency: 7, maxAttempts: 2 });
    assert.equal(tuned.jobId, jobId, "it is the same job");
    assert.equal((await owner.must("GET", `/api/jobs/${jobId}`)).maxAttempts, 2);
    await turn(true);
  });

  test("a failed delivery waits two seconds, then four (E-047)", async () => {
    const { jobId } = await must("GET", settings);
    const { retry } = await owner.must("GET", `/api/jobs/${jobId}`);
    const { backoff, ...rule } = retry.outcomes[0];
    assert.deepEqual(rule, { outcome: "provider_error", retries: 2 });
    assert.deepEqual([backoff.kind, backoff.delaySeconds], ["exponential", 2]);
  });

  test("preferences are the contact's: on, off, the time and the zone (E-018 to E-020, E-038 to E-041)", async () => {
    const { id } = await person("+12125550690", clock(120 * minute));
    const at = async () => (await must("GET", settings)).nextAt;
    const change = (json) => owner.must("PATCH", `/api/contacts/${id}`, { json });
    assert.ok(await at());
    const time = clock(60 * minute);
    const changed = await change({ preferences: { callEnabled: true, callTime: time } });
    assert.equal(changed.preferences.callTime, time);
    assert.ok(Date.parse(await at()) <= Date.now() + 60 * minute);
    await change({ timezone: "America/New_York" });
    assert.equal((await change({ preferences: { callEnabled: false, callTime: time } })).preferences.callEnabled, false);
    await owner.must("DELETE", `/api/contacts/${id}`);
  });

  test("who wants one now is called, once, and stands in every other list (E-001, E-005, E-006, E-011 to E-013, "
    + "E-021, E-032 to E-035, E-055)", async () => {
    const { jobId, called } = await must("GET", settings);
    for (let i = 0; i < 6; ++i) { // not everybody answers the carrier at once
      await person(`+1212555068${i}`, clock(0));
    }
    await until("they were put in", async () => (await must("GET", settings)).called >= called + 6);
    await until("somebody was reached", async () => (await status()).completed >= 1);
    const calls = await owner.callsOf(jobId);
    const numbers = calls.map(({ phoneNumber }) => phoneNumber);
    assert.equal(new Set(numbers).size, numbers.length);
    assert.ok(numbers.includes("+12125550680"));
    const before = (await must("GET", settings)).called;
    await must("POST", "/api/queue/trigger");
    assert.equal((await must("GET", settings)).called, before, "nobody is taken twice");
  });
});

describe("the queue", () => {
  test("status is as the sample (E-010, E-015, E-037, E-060)", async () => {
    const { success, queue } = await must("GET", "/api/queue/status");
    assert.equal(success, true);
    assert.deepEqual(Object.keys(queue).sort(), ["active", "completed", "crons", "failed", "health", "name", "waiting"]);
    assert.deepEqual([queue.name, queue.health], ["daily-calls", "healthy"]);
    const [{ next, ...cron }] = queue.crons;
    assert.deepEqual(cron, { name: "schedule-calls", cron: "*/5 * * * *" });
    assert.equal(next % (5 * minute), 0);
    assert.ok(Math.abs(next - Date.now()) <= 6 * minute);
  });

  test("a pause is told by its health (E-004)", async () => {
    await owner.must("POST", "/api/workspace/pause");
    assert.equal((await status()).health, "degraded");
    assert.equal((await must("GET", "/api/admin/queues")).queues[0].isPaused, true);
    await owner.must("POST", "/api/workspace/resume");
    assert.equal((await status()).health, "healthy");
  });

  test("the board is for admins (E-016, E-065)", async () => {
    const { success, queues } = await must("GET", "/api/admin/queues");
    assert.equal(success, true);
    const [queue] = queues;
    assert.deepEqual([queue.name, queue.isPaused], ["daily-calls", false]);
    assert.deepEqual(Object.keys(queue.counts).sort(), ["active", "completed", "delayed", "failed", "paused", "waiting"]);
    assert.ok(queue.jobs.some(({ name, state }) => name === "process-user-call" && state === "completed"));
    await refused(403, "GET", "/api/admin/queues", host.as("operator"));
    await refused(403, "POST", "/api/queue/trigger", host.as("viewer"));
    const stranger = await fetch(`${host.url}/api/queue/status`);
    assert.equal(stranger.status, 401);
    assert.equal((await stranger.json()).success, false);
  });

  test("a trigger takes those whose window is open, a few times a minute (E-014, E-068)", async () => {
    const { called } = await must("GET", settings);
    await person("+12125550670", clock(3 * minute));
    const said = await until("its turn", async () => {
      const { status: code, body, headers } = await send("POST", "/api/queue/trigger");
      if (code === 429) {
        assert.ok(Number(headers.get("retry-after")) >= 1);
        return undefined;
      }
      return body;
    }, 70);
    assert.equal(said.success, true);
    assert.ok((await must("GET", settings)).called > called);
    for (let i = 0; i < 4; ++i) {
      await send("POST", "/api/queue/trigger");
    }
    const { headers } = await refused(429, "POST", "/api/queue/trigger");
    assert.ok(Number(headers.get("retry-after")) >= 1);
  });
});

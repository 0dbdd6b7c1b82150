// Document B, sample by sample: every request and response of its text, as shapes and the values that follow from
// them. Samples are shapes, not literals: ids and times are this workspace's.
// A title names the capabilities that its test shows; those that no request shows stand in elsewhere.tsv.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { openHost, until } from "./host.mjs";
import { mismatches } from "./schema.mjs";

let host;
let owner;
let openapi;
const run = Date.now().toString(36);
const later = (hours) => new Date(Math.floor(Date.now() / 1000) * 1000 + hours * 3_600_000).toISOString();

before(async () => {
  host = await openHost();
  owner = host.owner;
  openapi = await (await fetch(`${host.url}/openapi.json`)).json();
});
after(() => host.close());

const patternOf = (path) => path.split("?")[0]
  .replace(/^\/api\/clients\/[^/]+/, "/api/clients/{clientId}").replace(/^\/api\/queue\/[^/]+/, "/api/queue/{id}");
async function send(method, path, json, who = owner) {
  const said = await who.send(method, path, json && { json });
  const documented = openapi.paths[patternOf(path)][method.toLowerCase()].responses;
  const content = (documented[said.status] ?? documented.default)?.content ?? {};
  const { schema } = content["application/json"] ?? content["application/problem+json"] ?? {};
  if (schema) {
    assert.deepEqual(mismatches(openapi, schema, said.body), [], `${method} ${path}: ${JSON.stringify(said.body)}`);
  }
  return said;
}
async function must(method, path, json, status = 200) {
  const said = await send(method, path, json);
  assert.equal(said.status, status, `${method} ${path}: ${JSON.stringify(said.body)}`);
  return said.body;
}
async function refused(method, path, json, status, code, who = owner) {
  const said = await send(method, path, json, who);
  assert.deepEqual([said.status, said.body.code], [status, code], JSON.stringify(said.body));
  return said.body;
}

const kDays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const open = {
  businessHours: { start: "00:00", end: "24:00", priorityHours: [], timezone: "UTC" }, activeDays: kDays,
  assistantId: "agent-b", phoneNumberId: "p",
};
let clients = 0;
/** A client whose queue is open at any hour, unless its configuration says otherwise. */
async function newClient(config = {}) {
  const id = `client-${run}.${clients++}`;
  await must("PUT", `/api/clients/${id}/queue/config`, { ...open, ...config });
  return `/api/clients/${id}/queue`;
}
let people = 0;
const newLead = async (more = {}) => (await owner.must("POST", "/api/contacts", {
  json: { phoneNumbers: [`+1646558${2000 + people++}`], firstName: "Ann", lastName: "Lee", ...more },
})).id;
const add = async (queue, more = {}) => must("POST", queue, { leadId: await newLead(), ...more }, 201);
const ended = (id) => until("the item has ended", async () => {
  const item = await must("GET", `/api/queue/${id}`);
  return ["completed", "failed"].includes(item.status) && item;
}, 40);
const jobOf = async (queue) =>
  (await must("GET", "/api/clients")).clients.find(({ id }) => queue === `/api/clients/${id}/queue`).jobId;
const codesOf = async (item) =>
  (await owner.must("GET", `/api/calls/${item.id}/explain`)).reasons.map(({ code }) => code);

describe("the configuration", () => {
  const documented = {
    maxConcurrent: 5, retryDelays: [5, 15, 30, 60],
    businessHours: { start: "09:00", end: "17:00", priorityHours: [9, 10, 11, 14, 15, 16], timezone: "America/New_York" },
    timezone: "America/New_York", activeDays: ["Mon", "Tue", "Wed", "Thu", "Fri"],
    priorityWeights: { urgent: 100, high: 75, normal: 50, low: 25 }, holidays: [],
  };

  test("B-059 B-068 … B-079: a client that nobody knows has the document's, and an empty queue", async () => {
    const queue = `/api/clients/nobody-${run}/queue`;
    assert.deepEqual(await must("GET", `${queue}/config`), documented);
    assert.deepEqual(await must("GET", queue), { items: [], total: 0, page: 1, pages: 0 });
    assert.equal((await must("GET", `${queue}/stats`)).totalItems, 0);
    assert.deepEqual(await must("POST", `${queue}/process`), { processed: 0, successful: 0, failed: 0 });
    assert.ok(!(await must("GET", "/api/clients")).clients.some(({ id }) => id === `nobody-${run}`));
  });

  test("B-012 B-060 B-008 … B-010 B-095: it is changed as far as it is named, and the rest stays", async () => {
    const queue = `/api/clients/changed-${run}/queue`;
    assert.deepEqual(await must("PUT", `${queue}/config`, {}), documented);
    assert.ok((await must("GET", "/api/clients")).clients.some(({ id }) => id === `changed-${run}`));
    const now = await must("PUT", `${queue}/config`, {
      maxConcurrent: 2, retryDelays: [1, 2], businessHours: { end: "18:30" }, timezone: "Europe/Berlin",
      activeDays: ["Sat", "Mon"], holidays: ["2031-12-25"], priorityWeights: { urgent: 90, high: 80, normal: 70, low: 60 },
    });
    assert.deepEqual(now, {
      ...documented, maxConcurrent: 2, retryDelays: [1, 2], timezone: "Europe/Berlin", activeDays: ["Sat", "Mon"],
      businessHours: { ...documented.businessHours, end: "18:30", timezone: "Europe/Berlin" }, holidays: ["2031-12-25"],
      priorityWeights: { urgent: 90, high: 80, normal: 70, low: 60 },
    });
    assert.deepEqual(await must("GET", `${queue}/config`), now);
    const own = await must("PUT", `${queue}/config`, { businessHours: { timezone: "Asia/Kolkata" } });
    assert.equal(own.timezone, "Europe/Berlin");
    assert.equal((await must("PUT", `${queue}/config`, { timezone: "UTC" })).businessHours.timezone, "Asia/Kolkata");
  });

  test("B-050 B-108 B-117 … B-119: every mistake is told at once, and nothing is changed", async () => {
    const queue = await newClient();
    const before = await must("GET", `${queue}/config`);
    const { issues } = await refused("PUT", `${queue}/config`, {
      maxConcurrent: 0, retryDelays: [], businessHours: { start: "9", timezone: "Mars/Olympus" }, timezone: "Nowhere",
      activeDays: ["Someday"], holidays: ["tomorrow"], surplus: 1,
    }, 422, "validation_failed");
    assert.deepEqual([...new Set(issues.map(({ pointer }) => pointer))].sort(), [
      "/activeDays/0", "/businessHours/start", "/businessHours/timezone", "/holidays/0", "/maxConcurrent", "/retryDelays",
      "/surplus", "/timezone",
    ]);
    await refused("PUT", `${queue}/config`, { businessHours: { start: "10:00", end: "10:00" } }, 422, "validation_failed");
    assert.deepEqual(await must("GET", `${queue}/config`), before);
    await refused("GET", "/api/clients/a%20b/queue/config", undefined, 400, "client_id_invalid");
    await refused("PUT", `/api/clients/${"x".repeat(65)}/queue/config`, {}, 400, "client_id_invalid");
    const wrong = await refused("POST", queue, { clientId: "other", leadId: await newLead(), scheduledAt: "soon" }, 422, "validation_failed");
    assert.deepEqual(wrong.issues.map(({ pointer }) => pointer).sort(), ["/clientId", "/scheduledAt"]);
    await refused("POST", queue, { leadId: "contact_nobody" }, 404, "contact_not_found");
  });
});

describe("an item", () => {
  test("B-017 … B-027 B-033 B-039 B-051 B-053 B-080: a lead is added, with every field of the document", async () => {
    const queue = await newClient();
    const leadId = await newLead();
    const scheduledAt = later(30);
    const clientId = queue.split("/")[3];
    const item = await must("POST", queue, { clientId, leadId, priority: "high", scheduledAt, maxRetries: 3, metadata: { source: "form" } }, 201);
    const { id, createdAt, updatedAt, ...rest } = item;
    assert.deepEqual(rest, {
      clientId, leadId, priority: "high", scheduledAt, retryCount: 0, maxRetries: 3, status: "scheduled", reason: null,
      metadata: { source: "form" },
    });
    assert.equal(createdAt, updatedAt);
    assert.deepEqual(await must("GET", `/api/queue/${id}`), item);
    assert.equal((await owner.must("GET", `/api/calls/${id}`)).status, "scheduled"); // it is a call like any other
    await refused("POST", queue, { leadId }, 409, "already_queued");
    const usual = await add(queue, { scheduledAt });
    assert.deepEqual([usual.priority, usual.maxRetries, usual.metadata], ["normal", 3, {}]);
    const { status } = await owner.send("GET", "/api/queue/status");
    assert.notEqual(status, 500); // a reserved word is never an item
    await refused("GET", "/api/queue/call_00000000000000000000000001", undefined, 404, "call_not_found");
  });

  test("B-054 B-113: an item is changed, keeps its id, and goes again by hand", async () => {
    const queue = await newClient();
    const item = await add(queue, { scheduledAt: later(30) });
    const at = later(40);
    const changed = await must("PUT", `/api/queue/${item.id}`, { priority: "urgent", scheduledAt: at, maxRetries: 0, metadata: { a: 1 } });
    assert.deepEqual([changed.id, changed.priority, changed.scheduledAt, changed.maxRetries, changed.metadata, changed.status],
      [item.id, "urgent", at, 0, { a: 1 }, "scheduled"]);
    await refused("PUT", `/api/queue/${item.id}`, { status: "completed" }, 409, "wrong_state");
    const gone = await must("PUT", `/api/queue/${item.id}`, { status: "cancelled", reason: "asked" });
    assert.deepEqual([gone.status, gone.reason], ["cancelled", "asked"]);
    await refused("PUT", `/api/queue/${item.id}`, { scheduledAt: at }, 409, "wrong_state");
    const again = await must("PUT", `/api/queue/${item.id}`, { status: "pending", scheduledAt: at, priority: "low" });
    assert.deepEqual([again.id, again.status, again.priority], [item.id, "scheduled", "low"]);
    const wrong = await refused("PUT", `/api/queue/${item.id}`, { priority: "highest", maxRetries: -1, x: 1 }, 422, "validation_failed");
    assert.deepEqual(wrong.issues.map(({ pointer }) => pointer).sort(), ["/maxRetries", "/priority", "/x"]);
  });

  test("B-056 B-037: an item is cancelled, and its record stays", async () => {
    const queue = await newClient();
    const item = await add(queue, { scheduledAt: later(30) });
    assert.equal((await must("DELETE", `/api/queue/${item.id}`)).status, "cancelled");
    assert.equal((await must("GET", `/api/queue/${item.id}`)).status, "cancelled");
    assert.equal((await must("GET", `${queue}?status=cancelled`)).total, 1);
    assert.equal((await must("GET", `${queue}?status=canceled`)).total, 1);
    const back = await must("POST", queue, { leadId: item.leadId, scheduledAt: later(31) }, 201);
    assert.equal(back.id, item.id); // the next round of the same
  });

  test("B-052 B-066: the list has its filters", async () => {
    const queue = await newClient();
    const urgent = await add(queue, { priority: "urgent", scheduledAt: later(50) });
    const low = await add(queue, { priority: "low", scheduledAt: later(49) });
    const third = await add(queue, { priority: "low", scheduledAt: later(51) });
    await must("DELETE", `/api/queue/${third.id}`);
    const ids = async (query) => (await must("GET", queue + query)).items.map(({ id }) => id);
    assert.deepEqual(await ids(""), [low.id, urgent.id, third.id]);
    assert.deepEqual(await ids("?status=scheduled"), [low.id, urgent.id]);
    assert.deepEqual(await ids("?priority=urgent"), [urgent.id]);
    assert.deepEqual(await ids("?priority=low&limit=1&page=2"), [third.id]);
    assert.deepEqual(await ids(`?leadId=${urgent.leadId}`), [urgent.id]);
    assert.deepEqual(await ids(`?from=${encodeURIComponent(later(1))}`), []);
    assert.deepEqual(await ids("?limit=2&page=2"), [third.id]);
    assert.deepEqual((await must("GET", `${queue}?limit=2`)).pages, 2);
    await refused("GET", `${queue}?status=gone&priority=x`, undefined, 400, "query_invalid");
  });
});

describe("when", () => {
  const hour = new Date().getUTCHours();
  const at = (more) => `${String((hour + more) % 24).padStart(2, "0")}:00`;

  test("B-001 … B-003 B-028 … B-031 B-040 B-045 B-085 … B-088 B-096: the word of a priority says when", async () => {
    const rare = await newClient({ businessHours: { ...open.businessHours, priorityHours: [(hour + 6) % 24] } });
    const high = await add(rare, { priority: "high" });
    assert.ok((await codesOf(high)).includes("level_hours"));
    await ended((await add(rare, { priority: "normal", maxRetries: 0 })).id);
    await ended((await add(rare, { priority: "urgent", maxRetries: 0 })).id);
    await ended((await add(rare, { priority: "low", maxRetries: 0 })).id);
    const busy = await newClient({ businessHours: { ...open.businessHours, priorityHours: [hour, (hour + 1) % 24] } });
    const low = await add(busy, { priority: "low", maxRetries: 0 });
    assert.ok((await codesOf(low)).includes("level_hours"));
    await ended((await add(busy, { priority: "high", maxRetries: 0 })).id);
    await must("PUT", `/api/queue/${low.id}`, { priority: "high" });
    await ended(low.id); // the same item, by its other word
  });

  test("B-008 … B-010 B-043 … B-046 B-093 … B-095 B-109: its hours and days hold, urgent or not, and are changed at once", async () => {
    const shut = { start: at(6), end: at(8), priorityHours: [], timezone: "UTC" };
    const queue = await newClient({ businessHours: shut });
    const item = await add(queue, { priority: "urgent", maxRetries: 0 });
    assert.ok((await codesOf(item)).includes("client_hours"));
    assert.deepEqual(await must("POST", `${queue}/process`), { processed: 0, successful: 0, failed: 0 });
    assert.equal((await must("GET", `/api/queue/${item.id}`)).status, "pending");
    await must("PUT", `${queue}/config`, { businessHours: open.businessHours });
    await ended(item.id);
  });
});

describe("what is due", () => {
  test("B-007 B-034 … B-036 B-055 B-082 B-084 B-112: goes out by itself, with the reason of its end", async () => {
    const queue = await newClient();
    const item = await add(queue, { priority: "urgent", maxRetries: 0 });
    const { status, reason, retryCount } = await ended(item.id);
    assert.deepEqual([typeof reason, retryCount, ["completed", "failed"].includes(status)], ["string", 0, true]);
    const { processed, successful, failed } = await must("POST", `${queue}/process`);
    assert.equal(processed, successful + failed);
  });

  test("B-016 B-068: no more at once than maxConcurrent, over all jobs of the client", async () => {
    const queue = await newClient({ maxConcurrent: 1 });
    const clientId = queue.split("/")[3];
    const numbers = Array.from({ length: 6 }, () => `+1646558${2000 + people++}`);
    const job = await owner.must("POST", "/api/jobs", {
      json: { name: "of a client", clientId, schedule: "now", assistantId: "a", phoneNumberId: "p", phoneNumbers: numbers, maxAttempts: 1 },
    });
    assert.equal(job.clientId, clientId);
    const leads = [await newLead(), await newLead(), await newLead()];
    await must("POST", `${queue}/schedule-batch`, { leadIds: leads, maxRetries: 0 }, 201);
    let seen = 0;
    await until("all have been called", async () => {
      const { liveCalls } = (await must("GET", "/api/clients")).clients.find(({ id }) => id === clientId);
      assert.ok(liveCalls <= 1, `${liveCalls} at once`);
      seen = Math.max(seen, liveCalls);
      const { pendingItems, inProgressItems } = await must("GET", `${queue}/stats`);
      return pendingItems + inProgressItems === 0 && (await owner.must("GET", `/api/jobs/${job.id}`)).status === "completed";
    }, 60);
  });

  test("B-005 B-006 B-032: a queue is paused and resumed as its job is", async () => {
    const queue = await newClient();
    const first = await add(queue, { scheduledAt: later(30) });
    const job = await jobOf(queue);
    await owner.must("POST", `/api/jobs/${job}/pause`);
    const item = await add(queue, { maxRetries: 0 });
    assert.equal((await must("GET", `/api/queue/${first.id}`)).status, "pending");
    assert.equal((await must("GET", `${queue}?status=pending`)).total, 2);
    await owner.must("POST", `/api/jobs/${job}/resume`);
    await ended(item.id);
    // a queue whose job was canceled begins anew
    await owner.must("POST", `/api/jobs/${job}/cancel`);
    const next = await add(queue, { scheduledAt: later(30) });
    assert.notEqual(await jobOf(queue), job);
    assert.deepEqual((await must("GET", queue)).items.map(({ id }) => id), [next.id]);
    assert.equal((await must("GET", `/api/queue/${first.id}`)).status, "cancelled");
  });

  test("B-058 B-081: many leads, batch by batch", async () => {
    const queue = await newClient();
    const leadIds = [await newLead(), await newLead(), "lead456", await newLead()];
    const scheduledAt = later(30);
    const made = await must("POST", `${queue}/schedule-batch`, { leadIds, priority: "normal", batchSize: 2, scheduledAt }, 201);
    assert.deepEqual([made.scheduled, made.failed, made.batches], [3, 1, 2]);
    assert.deepEqual(made.results.map(({ leadId }) => leadId), leadIds);
    assert.deepEqual(made.results.map(({ reason }) => reason), [undefined, undefined, "contact_not_found", undefined]);
    const five = new Date(Date.parse(scheduledAt) + 300_000).toISOString();
    assert.deepEqual(made.results.map((one) => one.scheduledAt), [scheduledAt, scheduledAt, undefined, five]);
    const again = await must("POST", `${queue}/schedule-batch`, { leadIds: [leadIds[0]] }, 201);
    assert.deepEqual([again.scheduled, again.results[0].reason], [0, "already_queued"]);
    await refused("POST", `${queue}/schedule-batch`, { leadIds: [], batchSize: 0 }, 422, "validation_failed");
  });
});

test("B-004 B-013 … B-015 B-042 B-057 B-083 B-097 … B-105: statistics", async () => {
  const queue = await newClient();
  const done = await ended((await add(queue, { maxRetries: 0 })).id);
  await add(queue, { priority: "urgent", scheduledAt: later(30) });
  const gone = await add(queue, { priority: "low", scheduledAt: later(30) });
  await must("DELETE", `/api/queue/${gone.id}`);
  const stats = await must("GET", `${queue}/stats`);
  const good = done.status === "completed" ? 1 : 0;
  const { totalItems, pendingItems, inProgressItems, completedItems, failedItems, cancelledItems } = stats;
  assert.deepEqual([totalItems, pendingItems, inProgressItems, completedItems, failedItems, cancelledItems], [3, 1, 0, good, 1 - good, 1]);
  assert.deepEqual(stats.itemsByPriority, { urgent: 1, high: 0, normal: 0, low: 0 });
  assert.equal(stats.successRate, ((completedItems / totalItems) * 100).toFixed(1));
  assert.deepEqual(stats.failureReasons, good ? [] : [{ reason: done.reason, count: 1 }]);
  assert.ok(stats.averageWaitSeconds >= 0 && stats.averageProcessingSeconds >= 0);
  assert.equal(stats.retrySuccessRate, null);
  assert.match(stats.businessHoursUtilization, /^\d+\.\d$/);
  assert.ok(stats.throughputPerHour >= 0);
});

test("B-114 … B-116: who may", async () => {
  const queue = await newClient();
  const item = await add(queue, { scheduledAt: later(30), metadata: { secret: 1 } });
  assert.equal((await fetch(host.url + queue)).status, 401);
  const viewer = host.as("viewer");
  const seen = await send("GET", `/api/queue/${item.id}`, undefined, viewer);
  assert.deepEqual([seen.status, seen.body.metadata], [200, {}]);
  for (const [method, path, json] of [
    ["POST", queue, { leadId: item.leadId }], ["POST", `${queue}/process`], ["POST", `${queue}/schedule-batch`, { leadIds: ["1"] }],
    ["PUT", `${queue}/config`, {}], ["PUT", `/api/queue/${item.id}`, {}], ["DELETE", `/api/queue/${item.id}`],
  ]) {
    assert.equal((await viewer.send(method, path, json && { json })).status, 403, `${method} ${path}`);
  }
});

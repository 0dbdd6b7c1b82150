// Jobs changed while they run, and one command about many, asked from outside.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openHost } from "./host.mjs";

let host;
let owner;
before(async () => {
  host = await openHost();
  owner = host.owner;
});
after(() => host.close());

let people = 0;
const numbers = (count) => Array.from({ length: count }, () => `+1646556${1000 + people++}`);
const newJob = (count, more = {}) => owner.must("POST", "/api/jobs", {
  json: { name: "Job", assistantId: "a", phoneNumberId: "p", phoneNumbers: numbers(count), schedule: "2099-01-01T00:00:00Z", ...more },
});
const jobNow = (id) => owner.must("GET", `/api/jobs/${id}`);
const pointers = ({ body }) => body.issues.map((issue) => issue.pointer);

test("a job is changed, and tells its versions; what cannot be changed is named", async () => {
  const { id } = await newJob(2);
  const path = `/api/jobs/${id}`;
  const changed = await owner.must("PATCH", path, { json: { name: "Other", notes: "n", purpose: "research", maxAttempts: 2 } });
  assert.deepEqual([changed.name, changed.purpose, changed.maxAttempts, changed.version], ["Other", "research", 2, 2]);
  const { changes } = await jobNow(id);
  assert.deepEqual(changes.map(({ version, fields }) => [version, fields]), [[2, ["name", "notes", "purpose", "maxAttempts"]]]);
  const explained = await owner.must("GET", `/api/calls/${(await owner.callsOf(id))[0].id}/explain`);
  assert.equal(explained.jobVersion, 2);
  await owner.must("POST", `${path}/cancel`);
  const before = await jobNow(id);
  const late = await owner.send("PATCH", path, { json: { weight: 2, schedule: "now", name: "x" } });
  assert.deepEqual([late.status, late.body.code, pointers(late)], [409, "wrong_state", ["/schedule", "/weight"]]);
  for (const [json, pointer] of [
    [{ surplus: 1 }, "/surplus"], [{ name: "" }, "/name"], [{ maxAttempts: 21 }, "/maxAttempts"],
    [{ retry: { backoff: { kind: "list" } } }, "/retry/backoff/delaysSeconds"], [{ budget: {} }, "/budget"],
    [{ priority: 1, level: "low" }, "/level"], [{ notes: 1 }, "/notes"], [{ assistantId: "" }, "/assistantId"],
  ]) {
    const answer = await owner.send("PATCH", path, { json });
    assert.deepEqual([answer.status, pointers(answer)], [422, [pointer]], JSON.stringify([json, answer.body]));
  }
  assert.deepEqual(await jobNow(id), before);
});

test("calls are canceled by a query with the count that was told, and taken out one by one", async () => {
  const { id } = await newJob(5);
  const [call] = await owner.callsOf(id);
  assert.equal((await owner.must("DELETE", `/api/calls/${call.id}`)).status, "canceled");
  assert.equal((await owner.send("DELETE", `/api/calls/${call.id}?hangUp=perhaps`)).status, 400);
  const bulk = (json) => owner.send("POST", "/api/calls/bulk", { json: { action: "cancel", query: { jobId: id }, ...json } });
  assert.deepEqual((await bulk({ dryRun: true })).body, { count: 4 });
  assert.deepEqual([(await bulk({})).status, pointers(await bulk({}))], [422, ["/confirm"]]);
  const changed = await bulk({ confirm: 5 });
  assert.deepEqual([changed.status, changed.body.code, changed.body.count], [409, "count_changed", 4]);
  assert.equal((await jobNow(id)).canceledCalls, 1);
  assert.deepEqual((await bulk({ confirm: 4 })).body, { count: 4, done: 4 });
  assert.equal((await jobNow(id)).canceledCalls, 5);
});

test("what was refused to one of many is told of that one", async () => {
  const { id } = await newJob(2);
  const ids = (await owner.callsOf(id)).map((call) => call.id);
  await owner.must("DELETE", `/api/calls/${ids[0]}`);
  const at = new Date(Date.now() + 3_600_000).toISOString();
  const { results, ...counts } = await owner.must("POST", "/api/calls/bulk", { json: { action: "reschedule", at, ids } });
  assert.deepEqual(counts, { count: 1, done: 1 });
  assert.deepEqual(results.map(({ ok, code }) => [ok, code]), [[false, "wrong_state"], [true, undefined]]);
});

test("a bulk command that cannot be is refused with its place", async () => {
  const { id } = await newJob(1);
  const query = { jobId: id };
  for (const [path, json, pointer] of [
    ["calls", { action: "cancel" }, "/ids"], ["calls", { action: "cancel", ids: [] }, "/ids"],
    ["calls", { action: "cancel", ids: Array(1001).fill("x") }, "/ids"], ["calls", { ids: ["x"] }, "/action"],
    ["calls", { action: "cancel", ids: ["x"], query }, "/query"], ["calls", { action: "callback", ids: ["x"] }, "/at"],
    ["calls", { action: "cancel", query: { ...query, status: ["completed"] } }, "/query/status/0"],
    ["calls", { action: "cancel", query: { ...query, surplus: 1 } }, "/query/surplus"],
    ["jobs", { action: "delete" }, "/ids"], ["jobs", { action: "reprioritise", ids: ["x"] }, "/priority"],
    ["jobs", { action: "pause", query: { status: ["pending"] } }, "/query/status/0"], ["jobs", { action: "burn", ids: ["x"] }, "/action"],
  ]) {
    const answer = await owner.send("POST", `/api/${path}/bulk`, { json });
    assert.deepEqual([answer.status, pointers(answer)], [422, [pointer]], JSON.stringify([json, answer.body]));
  }
  assert.equal((await jobNow(id)).openCalls, 1);
});

test("bulk commands are for those who may give the single ones", async () => {
  const analyst = host.as("analyst");
  assert.equal((await analyst.send("POST", "/api/calls/bulk", { json: { action: "cancel", ids: ["x"] } })).status, 403);
  assert.equal((await analyst.send("POST", "/api/jobs/bulk", { json: { action: "pause", ids: ["x"] } })).status, 403);
  assert.equal((await analyst.send("DELETE", "/api/calls/call_00000000000000000000000001")).status, 403);
});

test("jobs are commanded in bulk", async () => {
  const jobs = [await newJob(1), await newJob(1)];
  const ids = jobs.map(({ id }) => id);
  const bulk = (json) => owner.must("POST", "/api/jobs/bulk", { json });
  assert.deepEqual(await bulk({ action: "start", ids }), { count: 2, done: 2 });
  assert.equal((await bulk({ action: "reprioritise", ids, level: "urgent" })).done, 2);
  assert.equal((await jobNow(ids[1])).level, "urgent");
  const { count } = await bulk({ action: "delete", query: {}, dryRun: true });
  const changed = await owner.send("POST", "/api/jobs/bulk", { json: { action: "delete", query: {}, confirm: count + 1 } });
  assert.deepEqual([changed.status, changed.body.count], [409, count]);
  assert.equal((await bulk({ action: "delete", ids })).done, 2);
  assert.equal((await owner.send("GET", `/api/jobs/${ids[0]}`)).status, 404);
});

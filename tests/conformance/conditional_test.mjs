// Conditional requests: pollers are told 304, and a change with If-Match is made only to what was read.
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

const get = (path, tag) => owner.send("GET", path, { headers: tag === undefined ? {} : { "if-none-match": tag } });

async function newJob(name) {
  const answer = await owner.send("POST", "/api/jobs", {
    json: { name, assistantId: "a", phoneNumberId: "p", phoneNumbers: ["+14155550132"], schedule: "2099-01-01T00:00:00Z" },
  });
  assert.equal(answer.status, 201);
  return `/api/jobs/${answer.body.id}`;
}

for (const path of ["/api", "/api/jobs", "/api/calls", "/api/contacts", "/api/limits", "/api/scheduler/config", "/openapi.json"]) {
  test(`GET ${path} is 304 while it has not changed`, async () => {
    const first = await get(path);
    assert.equal(first.status, 200);
    const tag = first.headers.get("etag");
    assert.match(tag, /^(W\/)?"[0-9a-f.]+"$/);
    const again = await get(path, tag);
    assert.equal(again.status, 304);
    assert.equal(again.body, "");
    assert.equal(again.headers.get("etag"), tag);
    assert.equal((await get(path, `"x", ${tag}`)).status, 304);
    assert.equal((await get(path, "\"x\"")).status, 200);
  });
}

test("a list that has changed is sent whole", async () => {
  await newJob("One");
  const tag = (await get("/api/jobs")).headers.get("etag");
  await newJob("Two");
  const answer = await get("/api/jobs", tag);
  assert.equal(answer.status, 200);
  assert.notEqual(answer.headers.get("etag"), tag);
});

test("a job is changed by who has seen its settings", async () => {
  const path = await newJob("Three");
  const tag = (await get(path)).headers.get("etag");
  const patch = (name, field) => owner.send("PATCH", path, { json: { name }, headers: { "if-match": field } });
  assert.equal((await patch("Third", tag)).status, 200);
  const late = await patch("The third", tag);
  assert.equal(late.status, 412);
  assert.equal(late.body.code, "precondition_failed");
  assert.equal((await get(path)).body.name, "Third");
  assert.equal((await patch("3", "*")).status, 200);
  assert.equal((await patch("3", "\"3\"")).status, 200, "the version alone will do");
});

test("a job's counters may move between reading and changing it", async () => {
  const path = await newJob("Four");
  const tag = (await get(path)).headers.get("etag");
  assert.equal((await owner.send("POST", `${path}/pause`)).status, 409, "it has not begun");
  assert.equal((await owner.send("POST", `${path}/recipients`, { json: { phoneNumbers: ["+14155550177"] } })).status, 200);
  assert.notEqual((await get(path)).headers.get("etag"), tag);
  const changed = await owner.send("PATCH", path, { json: { name: "Fourth" }, headers: { "if-match": tag } });
  assert.equal(changed.status, 200);
});

test("settings are changed by who has seen them, and what is refused changes nothing", async () => {
  const before = await get("/api/scheduler/config");
  const put = (field, defaultPriority) => owner.send("PUT", "/api/scheduler/config", { json: { defaultPriority }, headers: { "if-match": field } });
  assert.equal((await put("\"0123456789abcdef\"", 2)).status, 412);
  assert.deepEqual((await get("/api/scheduler/config")).body, before.body);
  assert.equal((await put(before.headers.get("etag"), 2)).status, 200);
  assert.equal((await put(before.headers.get("etag"), 1)).status, 412);
});

test("what nobody can have read is not changed with a tag", async () => {
  const path = await newJob("Limited");
  const before = (await get(path)).body;
  const put = (field) => owner.send("PUT", `${path}/limits`, { json: { concurrency: 2 }, headers: { "if-match": field } });
  for (const tag of [(await get(path)).headers.get("etag"), '"x"']) {
    assert.equal((await put(tag)).status, 412);
  }
  assert.deepEqual((await get(path)).body, before);
  assert.equal((await put("*")).status, 200);
});

test("what is not there stays 404, also with If-Match", async () => {
  const answer = await owner.send("DELETE", "/api/jobs/job_00000000000000000000000000", { headers: { "if-match": "*" } });
  assert.equal(answer.status, 404);
});

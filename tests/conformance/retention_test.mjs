// How long what has ended is kept: the document, who may change it, and that nothing goes before its time.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";

import { openHost, until } from "./host.mjs";

let host;
let owner;
const path = "/api/retention";
const put = (json) => owner.send("PUT", path, { json });
const month = { days: 30 };
const usual = {
  preset: "usual", completed: month, failed: month, canceled: month, expired: month, blocked: month,
};

before(async () => {
  host = await openHost();
  owner = host.owner;
});
afterEach(async () => {
  await owner.must("PUT", path, { json: {} });
});
after(() => host.close());

describe("the document", () => {
  test("a workspace that never set it keeps everything for 30 days", async () => {
    const { rule, removed, removing } = await owner.must("GET", path);
    assert.deepEqual(rule, usual);
    assert.deepEqual([removed.calls, removed.jobs, removing], [0, 0, false]);
  });

  test("documents D and E are presets", async () => {
    const d = await put({ preset: "d" });
    assert.equal(d.status, 200);
    assert.deepEqual(d.body.rule, { ...usual, preset: "d", completed: { days: 1, count: 1000 }, failed: { days: 7 } });
    const e = (await put({ preset: "e" })).body.rule;
    assert.deepEqual([e.completed, e.failed, e.scheduledJobs],
      [{ count: 100 }, { count: 500 }, { completed: { count: 10 }, canceled: { count: 50 } }]);
    assert.deepEqual((await owner.must("GET", path)).rule, e);
  });

  test("what is given beside a preset holds, what is left out is the preset's, {} keeps for good", async () => {
    const { rule } = (await put({ preset: "d", failed: { days: 2, count: 9 }, canceled: {} })).body;
    assert.deepEqual(rule, {
      completed: { days: 1, count: 1000 }, failed: { days: 2, count: 9 }, canceled: {}, expired: month, blocked: month,
    });
    assert.deepEqual((await put({})).body.rule, usual);
  });

  test("one that is wrong is refused with every mistake, and changes nothing", async () => {
    await put({ preset: "e" });
    const { status, body } = await put({ preset: "z", completed: { days: 0 }, failed: { hours: 1 }, kept: true });
    assert.equal(status, 422);
    assert.deepEqual(new Set(body.issues.map(({ pointer }) => pointer)),
      new Set(["/preset", "/completed/days", "/failed/hours", "/kept"]));
    assert.equal((await owner.must("GET", path)).rule.preset, "e");
  });

  test("everybody who sees jobs may read it, owners and admins may set it", async () => {
    for (const [role, write] of [["viewer", 403], ["operator", 403], ["admin", 200]]) {
      const client = host.as(role);
      assert.equal((await client.send("GET", path)).status, 200, role);
      assert.equal((await client.send("PUT", path, { json: {} })).status, write, role);
    }
  });

  test("a change stands in the audit log with the rule that was set", async () => {
    await put({ completed: { days: 77 } });
    const { entries } = await owner.must("GET", "/api/audit?limit=5");
    const entry = entries.find(({ action }) => action === "retention.changed");
    assert.equal(JSON.parse(entry.detail).completed.days, 77);
  });
});

describe("what has ended", () => {
  test("stays for at least an hour, whatever the rule, and is counted as kept", async () => {
    const before = (await owner.must("GET", path)).kept;
    const { id } = await owner.must("POST", "/api/jobs", {
      json: {
        name: "Kept", schedule: "now", assistantId: "a", phoneNumberId: "p", maxAttempts: 1,
        phoneNumbers: ["+16465560001", "+16465560002", "+16465560003"],
      },
    });
    await until(`${id} has ended`, async () => (await owner.must("GET", `/api/jobs/${id}`)).status === "completed", 60);
    const none = { count: 0 };
    const { kept, nextAt } = (await put({ completed: none, failed: none })).body;
    const more = kept.completed + kept.failed - before.completed - before.failed;
    assert.equal(more, 3);
    assert.ok(Date.parse(nextAt) > Date.now() + 50 * 60_000, `not before ${nextAt}`);
    assert.equal((await owner.callsOf(id)).length, 3);
    assert.equal((await owner.must("GET", `/api/jobs/${id}`)).removedCalls, undefined);
  });
});

// A job whose people are split between assistants, and what is told of it.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { openHost, until } from "./host.mjs";

let host;
let owner;
const arms = [{ name: "Anna", assistantId: "anna" }, { name: "Ben", assistantId: "ben", weight: 3 }];
const phoneNumbers = Array.from({ length: 60 }, (_, i) => `+1213555${1000 + i}`);
const settings = { name: "Split", assistantId: "nobody", phoneNumberId: "p", concurrency: 20 };

before(async () => {
  host = await openHost();
  owner = host.owner;
  await owner.must("PUT", "/api/scheduler/config", { json: { rateLimits: { global: 50, perJob: 50 } } });
});
after(() => host.close());

describe("an experiment", () => {
  test("splits the people, calls each by their arm's assistant, and counts what came of it", async () => {
    const job = await owner.must("POST", "/api/jobs",
      { json: { ...settings, schedule: "now", phoneNumbers, maxAttempts: 1, experiment: { arms, decideWithin: 200 } } });
    await until("everybody was called", async () => (await owner.must("GET", `/api/jobs/${job.id}`)).finishedAt, 60);
    const calls = await owner.callsOf(job.id);
    const told = await owner.must("GET", `/api/jobs/${job.id}/experiment`);
    assert.equal(told.decideWithin, 200);
    assert.equal(told.arms.length, 2);
    const finished = await owner.must("GET", `/api/jobs/${job.id}`);
    for (const { name, ended, reached, attempts } of told.arms) {
      const mine = calls.filter((call) => call.arm === name);
      assert.ok(mine.length > 0);
      assert.equal(ended, mine.length);
      assert.equal(reached, mine.filter(({ status }) => status === "completed").length);
      assert.ok(attempts >= ended);
    }
    assert.equal(told.arms[0].reached + told.arms[1].reached, finished.completedCalls);
    assert.equal(told.arms[0].costMicros + told.arms[1].costMicros, finished.costMicros);
    // The carrier tells who called whom.
    for (const { name, assistantId } of arms) {
      const list = await fetch(`${host.carrier.url}/call?assistantId=${assistantId}&limit=1000`, { headers: { authorization: `Bearer ${host.carrier.key}` } });
      const dialled = new Set((await list.json()).map(({ customer }) => customer.number));
      assert.deepEqual([...dialled].sort(), calls.filter((call) => call.arm === name).map((call) => call.phoneNumber).sort());
    }
  });

  test("of a streamed list stands in the query, as JSON", async () => {
    const list = (experiment) => owner.send("POST",
      `/api/jobs?name=experiment&assistantId=a&phoneNumberId=p&experiment=${encodeURIComponent(experiment)}`,
      { body: "phone\n+442079461234\n", headers: { "content-type": "text/csv" } });
    const { status, body } = await list(JSON.stringify({ arms }));
    assert.equal(status, 201);
    assert.deepEqual((await owner.must("GET", `/api/jobs/${body.id}/experiment`)).arms.map(({ name, weight }) => [name, weight]), [["Anna", 1], ["Ben", 3]]);
    for (const [text, pointer] of [["{", "?experiment"], ["{}", "?experiment/arms"], [JSON.stringify({ arms: [arms[0]] }), "?experiment/arms"]]) {
      const refused = await list(text);
      assert.equal(refused.status, text === "{" ? 400 : 422, text);
      assert.deepEqual(refused.body.issues.map((issue) => issue.pointer), [pointer]);
    }
  });

  test("that makes no sense is refused by its field", async () => {
    const cases = [
      [{ arms: [] }, "/experiment/arms"],
      [{ arms: [arms[0]] }, "/experiment/arms"],
      [{ arms: [arms[0], arms[0]] }, "/experiment/arms/1/name"],
      [{ arms: [arms[0], { ...arms[1], weight: 0 }] }, "/experiment/arms/1/weight"],
      [{ arms: [arms[0], { name: "B" }] }, "/experiment/arms/1/assistantId"],
      [{ arms, decideWithin: 1 }, "/experiment/decideWithin"],
      [{ arms: Array.from({ length: 9 }, (_, i) => ({ name: `${i}`, assistantId: "a" })) }, "/experiment/arms"],
    ];
    for (const [experiment, pointer] of cases) {
      const { status, body } = await owner.send("POST", "/api/jobs", { json: { ...settings, phoneNumbers, experiment } });
      assert.equal(status, 422, JSON.stringify(experiment));
      assert.deepEqual(body.issues.map((issue) => issue.pointer), [pointer]);
    }
    const plain = await owner.must("POST", "/api/jobs", { json: { ...settings, phoneNumbers: ["+12135551000"] } });
    assert.equal((await owner.send("GET", `/api/jobs/${plain.id}/experiment`)).body.code, "no_experiment");
  });
});

// At which hours people answer: what a job may ask for, and what is told of what was learnt.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { openHost, until } from "./host.mjs";

let host;
let owner;
const best = "/api/scheduler/best-time";
const someone = { name: "Chooses", assistantId: "chooses", phoneNumberId: "p" };

before(async () => {
  host = await openHost();
  owner = host.owner;
});
after(() => host.close());

describe("a job's wish", () => {
  test("stands in the body or, for a list, in the query, and is shown", async () => {
    const make = (bestTime) => owner.must("POST", "/api/jobs",
      { json: { ...someone, phoneNumbers: ["+442079461234"], ...(bestTime && { bestTime }) } });
    assert.deepEqual((await make({})).bestTime, { hoursPerDay: 4, patienceHours: 48 });
    assert.deepEqual((await make({ hoursPerDay: 2, patienceHours: 0 })).bestTime, { hoursPerDay: 2, patienceHours: 0 });
    assert.equal((await make()).bestTime, undefined);
    const list = await owner.must("POST", "/api/jobs?name=n&assistantId=a&phoneNumberId=p&bestTime.hoursPerDay=3",
      { body: "phone\n+442079461234\n", headers: { "content-type": "text/csv" } });
    assert.deepEqual(list.bestTime, { hoursPerDay: 3, patienceHours: 48 });
  });

  test("that makes no sense is refused by its field, and changes nothing", async () => {
    const before = (await owner.must("GET", "/api/jobs")).total;
    const cases = [
      [{ hoursPerDay: 0 }, "/bestTime/hoursPerDay"],
      [{ hoursPerDay: 25 }, "/bestTime/hoursPerDay"],
      [{ hoursPerDay: 1.5 }, "/bestTime/hoursPerDay"],
      [{ patienceHours: -1 }, "/bestTime/patienceHours"],
      [{ patienceHours: "2" }, "/bestTime/patienceHours"],
      [{ hours: 2 }, "/bestTime/hours"],
      [true, "/bestTime"],
    ];
    for (const [bestTime, pointer] of cases) {
      const { status, body } = await owner.send("POST", "/api/jobs",
        { json: { ...someone, phoneNumbers: ["+442079461234"], bestTime } });
      assert.equal(status, 422, JSON.stringify(bestTime));
      assert.deepEqual(body.issues.map((issue) => issue.pointer), [pointer]);
    }
    assert.equal((await owner.must("GET", "/api/jobs")).total, before);
  });
});

describe("what is known", () => {
  test("of an hour of the week, and the best of the next", async () => {
    const known = await owner.must("GET", `${best}?timezone=Europe/London&after=2027-03-10T00:00:00Z`);
    assert.equal(known.timezone, "Europe/London");
    assert.equal(known.hours.length, 168);
    assert.deepEqual(known.hours[25], { day: 1, hour: 1, dials: 0, answers: 0, answersPerThousand: 300 });
    assert.ok(known.optimal.from >= "2027-03-10T08:00:00.000Z" && known.optimal.until > known.optimal.from);
    assert.ok(known.lowTraffic.length > 0);
    for (const { from, until: end } of known.lowTraffic) {
      assert.ok(from < end && end <= "2027-03-18T00:00:00.000Z");
    }
  });

  test("a simulated carrier rings nobody, so nothing is learnt of it", async () => {
    const job = await owner.must("POST", "/api/jobs", { json: { ...someone, schedule: "now", phoneNumbers: ["+442079461235"] } });
    await until("the dial ends", async () => (await owner.must("GET", `/api/jobs/${job.id}`)).attempts > 0);
    const { learntFrom } = await owner.must("GET", `${best}?number=%2B442079461235&jobId=${job.id}`);
    assert.deepEqual(learntFrom.assistant, { dials: 0, answers: 0 });
    assert.equal((await owner.send("DELETE", `/api/jobs/${job.id}`)).status, 204);
  });

  test("a question that cannot be answered says what is missing", async () => {
    const cases = [
      ["?timezone=Europe/Londinium", 422, "?timezone"],
      ["?number=%2B15", 422, "?number"],
      ["?number=%2B5511987654321&timezone=nowhere", 422, "?timezone"],
      ["?timezone=UTC&after=then", 400, "?after"],
      ["?timezone=UTC&hours=2", 400, "?hours"],
    ];
    for (const [query, status, pointer] of cases) {
      const answer = await owner.send("GET", best + query);
      assert.equal(answer.status, status, query + JSON.stringify(answer.body));
      assert.ok(answer.body.issues.some((issue) => issue.pointer === pointer), JSON.stringify(answer.body));
    }
    assert.equal((await owner.must("GET", best)).timezone, "UTC");  // of the business hours
    assert.equal((await owner.send("GET", `${best}?timezone=UTC&jobId=job_x`)).status, 404);
    assert.equal((await fetch(`${host.url}${best}`)).status, 401);
  });
});

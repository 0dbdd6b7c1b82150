// All calls of the workspace in one list: which are in it, in which order, page by page.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { openHost, until } from "./host.mjs";
import { mismatches } from "./schema.mjs";

let host;
let owner;
let openapi;
let jobs;
let calls; // as their jobs list them, in the order in which they were added
const path = "/api/calls";
const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
const inAnHour = new Date(Date.now() + 3_600_000).toISOString();

const newJob = (name, json) => owner.must("POST", "/api/jobs", { json: { name, assistantId: "a", phoneNumberId: "p", ...json } });
// Of those added by this file: a host may have others.
let since;
const list = async (query = "") => {
  const time = query.includes("from=") ? "" : `&from=${since}`;
  const said = await owner.send("GET", `${path}?${query}${time}`);
  assert.equal(said.status, 200, `${query}: ${JSON.stringify(said.body)}`);
  const { schema } = openapi.paths[path].get.responses[200].content["application/json"];
  assert.deepEqual(mismatches(openapi, schema, said.body), []);
  return said.body;
};
const ids = ({ calls: some }) => some.map(({ id }) => id);
const numbersOf = (some) => some.map(({ phoneNumber }) => phoneNumber.slice(-3));

before(async () => {
  host = await openHost();
  owner = host.owner;
  openapi = await (await fetch(`${host.url}/openapi.json`)).json();
  const people = [["+12125550301", "Ann", "Abbot"], ["+12125550302", "Ben", "Abbot"], ["+12125550303", "Cat", "Stone"]]
    .map(([phoneNumber, firstName, lastName]) => ({ phoneNumber, firstName, lastName }));
  const low = await newJob("Low", { priority: 5, recipients: people });
  const high = await newJob("High", { priority: 1, phoneNumbers: ["+12125550303", "+12125550304", "+12125550305"] });
  const gone = await newJob("Gone", { phoneNumbers: ["+12125550301", "+12125550309"] });
  await owner.must("DELETE", `/api/jobs/${gone.id}`);
  await owner.must("POST", "/api/suppressions", { json: { phoneNumber: "+12125550310" } });
  const last = await newJob("Last", { phoneNumbers: ["+12125550310", "+12125550306"] });
  await owner.must("POST", `/api/jobs/${low.id}/recipients`, { json: { phoneNumbers: ["+12125550307"] } });
  jobs = { low, high, last };
  since = low.createdAt;
  calls = [];
  for (const { id } of [low, high, last]) {
    calls.push(...(await owner.must("GET", `/api/jobs/${id}/calls`)).calls);
  }
  const of = (end) => calls.find(({ phoneNumber }) => phoneNumber.endsWith(end));
  await owner.must("POST", `${path}/${of("302").id}/reschedule`, { json: { notBefore: tomorrow } });
  await owner.must("POST", `${path}/${of("305").id}/reschedule`, { json: { notBefore: inAnHour } });
  await owner.must("POST", `${path}/${of("304").id}/cancel`);
});
after(() => host.close());

describe("the list", () => {
  test("has every call of every job that is not hidden, newest first", async () => {
    const all = await list();
    assert.deepEqual(numbersOf(all.calls), ["307", "306", "310", "305", "304", "303", "303", "302", "301"]);
    assert.deepEqual([all.total, all.totalIsExact, all.page, all.pages], [9, true, 1, 1]);
    assert.deepEqual(ids(all).sort(), calls.map(({ id }) => id).sort());
    assert.deepEqual((await list("direction=asc")).calls, [...all.calls].reverse());
  });

  test("is paged without a gap in every order", async () => {
    for (const sort of ["createdAt", "nextAttemptTime", "priority"]) {
      for (const direction of ["asc", "desc"]) {
        const whole = await list(`sort=${sort}&direction=${direction}`);
        const paged = [];
        for (let page = 1; page <= 5; ++page) {
          const part = await list(`sort=${sort}&direction=${direction}&page=${page}&limit=2`);
          assert.deepEqual([part.total, part.pages, part.page], [9, 5, page]);
          paged.push(...part.calls);
        }
        assert.deepEqual(paged, whole.calls, `${sort} ${direction}`);
        assert.deepEqual((await list(`sort=${sort}&page=6&limit=2`)).calls, []);
      }
    }
  });

  test("stands in the order that is asked for", async () => {
    const order = async (query) => numbersOf((await list(query)).calls);
    assert.deepEqual(await order("sort=nextAttemptTime&direction=asc"), ["301", "303", "303", "306", "307", "305", "302", "304", "310"]);
    assert.deepEqual(await order("sort=nextAttemptTime&direction=desc"), ["302", "305", "307", "306", "303", "303", "301", "310", "304"]);
    assert.deepEqual(await order("sort=priority&direction=desc"), ["305", "304", "303", "306", "310", "307", "303", "302", "301"]);
    assert.deepEqual(await order("sort=priority&direction=asc"), ["301", "302", "303", "307", "310", "306", "303", "304", "305"]);
  });

  test("has those that are asked for, and counts them", async () => {
    const some = async (query) => {
      const { calls: found, total } = await list(query);
      assert.equal(total, found.length, query);
      return numbersOf(found).sort();
    };
    assert.deepEqual(await some("status=waiting"), ["301", "302", "303", "303", "305", "306", "307"]);
    assert.deepEqual(await some("status=pending"), ["301", "303", "303", "306", "307"]);
    assert.deepEqual(await some("status=scheduled&sort=nextAttemptTime"), ["302", "305"]);
    assert.deepEqual(await some("status=canceled,blocked"), ["304", "310"]);
    assert.deepEqual(await some("status=failed"), []);
    assert.deepEqual(await some("status=live"), []);
    assert.deepEqual(await some(`jobId=${jobs.low.id}`), ["301", "302", "303", "307"]);
    assert.deepEqual(await some(`jobId=${jobs.low.id}&status=scheduled`), ["302"]);
    assert.deepEqual(await some(`number=%2B12125550303`), ["303", "303"]);
    assert.deepEqual(await some(`number=%2B12125550303&jobId=${jobs.high.id}`), ["303"]);
    assert.deepEqual(await some(`number=%2B12125550301`), ["301"], "not that of a hidden job");
    assert.deepEqual(await some("search=abbot"), ["301", "302"]);
    assert.deepEqual(await some("search=ABBOT&status=scheduled"), ["302"]);
    assert.deepEqual(await some("search=212555030"), ["301", "302", "303", "303", "304", "305", "306", "307"]);
    assert.deepEqual(await some("search=nobody"), []);
    const stone = calls.find(({ phoneNumber }) => phoneNumber.endsWith("303"));
    assert.deepEqual(await some(`contactId=${stone.contactId}`), ["303", "303"], "the second job's caller is known");
    const all = await list("direction=asc");
    const middle = all.calls[4].createdAt;
    const early = all.calls.filter(({ createdAt }) => createdAt < middle);
    assert.deepEqual(await some(`before=${middle}`), numbersOf(early).sort());
    assert.deepEqual((await some(`from=${middle}`)).length, 9 - early.length);
    assert.deepEqual(await some(`from=${tomorrow}`), []);
  });

  test("tells of calls of a paused job that they are paused", async () => {
    await owner.must("POST", "/api/workspace/pause");
    await owner.must("POST", `/api/jobs/${jobs.last.id}/start`);
    await owner.must("POST", `/api/jobs/${jobs.last.id}/pause`);
    assert.deepEqual(numbersOf((await list("status=paused")).calls), ["306"]);
    assert.deepEqual(numbersOf((await list("status=paused&search=212555&sort=nextAttemptTime")).calls), ["306"]);
    assert.deepEqual(numbersOf((await list("status=pending&direction=asc&sort=nextAttemptTime")).calls), ["301", "303", "303", "307"]);
    await owner.must("POST", "/api/workspace/resume");
  });

  test("refuses what it cannot take, by its place", async () => {
    for (const [query, place] of [
      ["status=asleep", "?status"], ["sort=name", "?sort"], ["direction=up", "?direction"], ["page=0", "?page"], ["limit=101", "?limit"],
      ["page=101&limit=100", "?page"], ["number=303", "?number"], ["search=x", "?search"], ["surplus=1", "?surplus"],
      ["number=%2B12125550303&search=ann", "?search"], ["from=soon", "?from"],
    ]) {
      const { status, body } = await owner.send("GET", `${path}?${query}`);
      assert.deepEqual([status, body.issues[0].pointer], [400, place], query);
    }
    assert.equal((await owner.send("GET", `${path}?jobId=job_x`)).status, 404);
    assert.equal((await owner.send("GET", `${path}?contactId=ct_x`)).status, 404);
  });

  test("shows a viewer masked numbers and no names", async () => {
    const viewer = host.as("viewer");
    const { calls: seen } = await viewer.must("GET", `${path}?jobId=${jobs.low.id}&from=${since}`);
    const shown = seen.map(({ phoneNumber, firstName, lastName }) => [phoneNumber, firstName, lastName]);
    assert.deepEqual(shown.sort(), ["01", "02", "03", "07"].map((end) => [`+12*******${end}`, undefined, undefined]));
    for (const query of ["number=%2B12125550301", "search=ann"]) {
      assert.equal((await viewer.send("GET", `${path}?${query}`)).status, 403, "nor do they find out whose it is");
    }
  });
});

test("calls that are live or have ended are found by how they stand", async () => {
  const job = await newJob("Called", { schedule: "now", maxAttempts: 1, phoneNumbers: ["+12125550320", "+12125550321"] });
  await until("both have ended", async () => (await owner.must("GET", `/api/jobs/${job.id}`)).openCalls === 0, 60);
  const ended = (await list(`jobId=${job.id}&status=completed,failed`)).calls;
  assert.equal(ended.length, 2);
  assert.equal((await owner.must("GET", `${path}?jobId=${job.id}&status=completed,failed`)).total, 2, "by the job's own counters");
  assert.equal((await list(`jobId=${job.id}&status=failed`)).total, ended.filter(({ status }) => status === "failed").length);
  assert.equal((await list(`jobId=${job.id}&status=dialing,ringing,in_progress`)).total, 0);
});

// Commands about calls, a job's redrive and the workspace's pause, asked from outside.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";

import { openHost, until } from "./host.mjs";
import { mismatches } from "./schema.mjs";

let host;
let owner;
let openapi;
before(async () => {
  host = await openHost();
  owner = host.owner;
  openapi = await (await fetch(`${host.url}/openapi.json`)).json();
});
afterEach(() => owner.must("POST", "/api/workspace/resume"));
after(() => host.close());

function conforms(method, pattern, answer) {
  const documented = openapi.paths[pattern][method.toLowerCase()].responses[answer.status];
  assert.ok(documented, `${method} ${pattern} documents no ${answer.status}: ${JSON.stringify(answer.body)}`);
  const schema = documented.content?.["application/json"]?.schema;
  assert.deepEqual(schema ? mismatches(openapi, schema, answer.body) : [], []);
  return answer.body;
}
let people = 0;
const numbers = (count) => Array.from({ length: count }, () => `+1646555${1000 + people++}`);
const newJob = (phoneNumbers, more = {}) => owner.must("POST", "/api/jobs", {
  json: { name: `Job ${people}`, assistantId: "a", phoneNumberId: "p", phoneNumbers, ...more },
});
const jobNow = (id) => owner.must("GET", `/api/jobs/${id}`);
const ended = (id) => until("the job has completed", async () => {
  const job = await jobNow(id);
  return job.status === "completed" && job;
}, 40);
const command = async (call, verb, json) =>
  ({ verb, ...(await owner.send("POST", `/api/calls/${call.id}/${verb}`, json && { json })) });
const tell = (answer) => conforms("POST", `/api/calls/{id}/${answer.verb}`, answer);

describe("a job", () => {
  test("is redriven by how its calls ended, after they were counted", async () => {
    const { id } = await newJob(numbers(40), { schedule: "now", maxAttempts: 1 });
    const { failedCalls, completedCalls } = await ended(id);
    assert.ok(failedCalls > 0 && completedCalls > 0);
    const path = `/api/jobs/${id}/redrive`;
    const redrive = async (json) => conforms("POST", "/api/jobs/{id}/redrive", await owner.send("POST", path, { json }));
    assert.deepEqual(await redrive({ dryRun: true }), { matched: failedCalls, redriven: 0 });
    const busy = await redrive({ dryRun: true, outcomes: ["busy"] });
    assert.ok(busy.matched < failedCalls);
    assert.deepEqual(await redrive({}), { matched: failedCalls, redriven: failedCalls });
    await ended(id);
    const calls = await owner.callsOf(id);
    assert.equal(calls.filter(({ round }) => round === 2).length, failedCalls);
    for (const { round, attempts } of calls.filter(({ round }) => round === 2)) {
      assert.equal(attempts.filter((attempt) => attempt.round === round).length >= 1, true);
      assert.equal(attempts[0].round, undefined);
    }
    for (const json of [{ states: [] }, { states: ["live"] }, { outcomes: ["soon"] }, { dryRun: 1 }, { surplus: 1 }]) {
      assert.equal((await owner.send("POST", path, { json })).status, 422, JSON.stringify(json));
    }
    await owner.must("POST", path);
    const canceled = await newJob(numbers(1));
    await owner.must("POST", `/api/jobs/${canceled.id}/cancel`);
    assert.equal((await owner.send("POST", `/api/jobs/${canceled.id}/redrive`)).status, 409);
  });
});

describe("a call", () => {
  test("that waits is put off, brought forward, called back and canceled", async () => {
    const { id } = await newJob(numbers(3), { schedule: "2099-01-01T00:00:00Z" });
    const calls = await owner.callsOf(id);
    const at = "2027-12-01T10:00:00.000Z";
    assert.equal(tell(await command(calls[0], "reschedule", { notBefore: at })).notBefore, at);
    assert.equal(tell(await command(calls[0], "reschedule", { notBefore: "now" })).notBefore, undefined);
    assert.equal(tell(await command(calls[1], "callback", { at })).notBefore, at);
    assert.equal(tell(await command(calls[2], "cancel")).status, "canceled");
    assert.equal(tell(await command(calls[2], "cancel")).status, "canceled");
    assert.equal((await jobNow(id)).canceledCalls, 1);
    assert.equal((await command(calls[2], "reschedule", { notBefore: at })).status, 409);
    assert.equal((await command(calls[0], "redrive")).status, 409);
    const again = tell(await command(calls[2], "redrive"));
    assert.deepEqual([again.status, again.round], ["pending", 2]);
    assert.equal((await jobNow(id)).canceledCalls, 0);
    const mistakes = [
      ["reschedule", {}, "/notBefore"], ["reschedule", { notBefore: "soon" }, "/notBefore"],
      ["reschedule", { notBefore: "2020-01-01T00:00:00Z" }, "/notBefore"], ["callback", { at: "now" }, "/at"],
      ["callback", { at: "2090-01-01T00:00:00Z" }, "/at"], ["callback", { at, surplus: 1 }, "/surplus"],
    ];
    for (const [verb, json, pointer] of mistakes) {
      const { status, body } = await command(calls[0], verb, json);
      assert.deepEqual([status, body.issues.map((issue) => issue.pointer)], [422, [pointer]], JSON.stringify(body));
    }
    for (const verb of ["redrive", "cancel", "call-now"]) {
      assert.equal((await command({ id: "call_00000000000000000000000001" }, verb)).status, 404);
    }
  });

  test("that is live is canceled, and the answer does not wait longer than the call lasts", async () => {
    await host.carrier.configure({ answer: 1, talk_ms: [60_000, 60_000] });
    const { id } = await newJob(numbers(12), { schedule: "now" });
    const live = await until("all of them talk", async () => {
      const calls = await owner.callsOf(id);
      return calls.every(({ status }) => status === "in_progress") && calls;
    });
    const began = Date.now();
    const answers = await Promise.all(live.map((call) => command(call, "cancel")));
    assert.ok(Date.now() - began < 8000, `it took ${Date.now() - began} ms`);
    assert.deepEqual(answers.map(({ status }) => status), live.map(() => 200));
    answers.forEach((answer) => tell(answer));
    await host.carrier.configure({ answer: 0.5, busy: 0.1, no_answer: 0.25, voicemail: 0.1, talk_ms: [10, 50] });
  });

  test("goes out now, past its time, and the answer names the provider's id", async () => {
    const { id } = await newJob(numbers(1), { schedule: "now", maxAttempts: 1 });
    await ended(id);
    const [call] = await owner.callsOf(id);
    const said = tell(await command(call, "call-now"));
    assert.deepEqual([said.round, said.attempt], [2, 2]);
    await ended(id);
    const [now] = await owner.callsOf(id);
    assert.equal(now.attempts.length, 2);
    if (said.providerCallId !== undefined) {
      assert.equal(now.attempts[1].providerCallId, said.providerCallId);
    }
  });

  test("does not go out now when its number is on the do-not-call list", async () => {
    const [phoneNumber] = numbers(1);
    const { id } = await newJob([phoneNumber], { schedule: "now", maxAttempts: 1 });
    await ended(id);
    await owner.must("POST", "/api/suppressions", { json: { phoneNumber } });
    const [call] = await owner.callsOf(id);
    const refused = await command(call, "call-now");
    assert.deepEqual([refused.status, refused.body.code], [409, "do_not_call"]);
    assert.equal((await owner.callsOf(id))[0].round, 1);
  });
});

describe("the workspace", () => {
  test("dials nobody while it is paused, and says who paused it and why", async () => {
    const paused = conforms("POST", "/api/workspace/pause", await owner.send("POST", "/api/workspace/pause", { json: { note: "Drill" } }));
    assert.deepEqual([paused.paused, paused.note], [true, "Drill"]);
    const { id } = await newJob(numbers(2), { schedule: "now" });
    const [call] = await owner.callsOf(id);
    const told = await owner.must("GET", `/api/calls/${call.id}/explain`);
    assert.deepEqual([told.dueNow, told.reasons[0].code], [false, "workspace_paused"]);
    assert.match(told.reasons[0].detail, /Drill/);
    assert.equal((await command(call, "call-now")).body.code, "workspace_paused");
    await new Promise((done) => setTimeout(done, 300));
    assert.equal((await jobNow(id)).attempts, 0);
    const resumed = conforms("POST", "/api/workspace/resume", await owner.send("POST", "/api/workspace/resume"));
    assert.deepEqual([resumed.paused, resumed.note, resumed.pausedAt], [false, undefined, undefined]);
    await owner.must("POST", `/api/jobs/${id}/cancel`);
  });

  test("is paused by operators, not by analysts", async () => {
    const analyst = host.as("analyst");
    assert.equal((await analyst.send("POST", "/api/workspace/pause")).status, 403);
    assert.equal((await analyst.send("GET", "/api/workspace")).status, 200);
    assert.equal((await host.as("operator").send("POST", "/api/workspace/pause")).status, 200);
    const { id } = await newJob(numbers(1));
    const [call] = await owner.callsOf(id);
    for (const verb of ["redrive", "cancel", "call-now"]) {
      assert.equal((await analyst.send("POST", `/api/calls/${call.id}/${verb}`)).status, 403);
    }
    assert.equal((await analyst.send("POST", `/api/jobs/${id}/redrive`)).status, 403);
  });
});

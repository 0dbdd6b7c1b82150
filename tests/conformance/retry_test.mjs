// A job's own rules for retries, asked from outside: read as they were given, refused with every mistake.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { openHost, until } from "./host.mjs";

let host;
let owner;
before(async () => {
  host = await openHost();
  owner = host.owner;
});
after(() => host.close());

const post = (more) => owner.send("POST", "/api/jobs", {
  json: { name: "Again", assistantId: "a", phoneNumberId: "p", phoneNumbers: ["+12125550123"], ...more },
});
const rules = {
  backoff: { kind: "list", delaysSeconds: [300, 900], factor: 2, maxDelaySeconds: 7200, jitterPercent: 10 },
  outcomes: [
    { outcome: "busy", retries: 3, backoff: { kind: "exponential", delaySeconds: 60, maxDelaySeconds: 86400, jitterPercent: 0 } },
    { outcome: "voicemail", retries: 0 },
  ],
  onUnknown: "fail",
};

describe("rules", () => {
  test("are shown as they were given", async () => {
    const { status, body } = await post({ retry: rules, maxAttempts: 5 });
    assert.equal(status, 201, JSON.stringify(body));
    assert.deepEqual(body.retry, rules);
    assert.deepEqual((await owner.must("GET", `/api/jobs/${body.id}`)).retry, rules);
    assert.equal((await post({})).body.retry, undefined);
    assert.equal((await post({ retry: {} })).body.retry, undefined);
  });

  test("of a streamed list stand in the query", async () => {
    const send = (retry) => owner.send("POST", `/api/jobs?${new URLSearchParams({
      name: "Streamed", assistantId: "a", phoneNumberId: "p", maxAttempts: 5, retry,
    })}`, { body: "phone\n+12125550124\n", headers: { "content-type": "text/csv" } });
    assert.deepEqual((await send(JSON.stringify(rules))).body.retry, rules);
    const bad = await send(JSON.stringify({ backoff: { kind: "fixed" } }));
    assert.deepEqual([bad.status, bad.body.issues[0].pointer], [422, "?retry/backoff/delaySeconds"]);
    assert.equal((await send("{")).body.issues[0].pointer, "?retry");
  });

  test("of a schedule come to its jobs", async () => {
    const schedule = await owner.must("POST", "/api/schedules", {
      json: {
        name: "Daily", timezone: "UTC", cron: "0 9 * * *",
        job: { name: "Its job", assistantId: "a", phoneNumberId: "p", phoneNumbers: ["+12125550125"], maxAttempts: 5, retry: rules },
      },
    });
    const job = await owner.must("POST", `/api/schedules/${schedule.id}/trigger`);
    assert.deepEqual(job.retry, rules);
  });

  test("with a mistake are refused, all at once by their place, and nothing is made", async () => {
    const before = (await owner.must("GET", "/api/jobs")).total;
    const cases = [
      [{ retry: { backoff: { kind: "fixed" } } }, ["/retry/backoff/delaySeconds"]],
      [{ retry: { backoff: { kind: "list", delaySeconds: 5 } } }, ["/retry/backoff/delaySeconds", "/retry/backoff/delaysSeconds"]],
      [{ retry: { backoff: { kind: "fixed", delaySeconds: 5, delaysSeconds: [5] } } }, ["/retry/backoff/delaysSeconds"]],
      [{ retry: { backoff: { kind: "linear", delaySeconds: 90, factor: 2, maxDelaySeconds: 60 } } },
        ["/retry/backoff/delaySeconds", "/retry/backoff/factor"]],
      [{ retry: { backoff: { kind: "soon", delaySeconds: 5, jitterPercent: 51 } } }, ["/retry/backoff/jitterPercent", "/retry/backoff/kind"]],
      [{ retry: { backoff: { kind: "fixed", delaySeconds: 5 } }, maxAttempts: 1 }, ["/retry/backoff"]],
      [{ retry: { backoff: { kind: "fixed", delaySeconds: 5 } }, retryDelaySeconds: 60 }, ["/retry/backoff"]],
      [{ retry: { outcomes: [{ outcome: "busy", retries: 4 }, { outcome: "busy", retries: 1 }, { outcome: "answered", retries: 1 }, { outcome: "ivr" }] } },
        ["/retry/outcomes/0/retries", "/retry/outcomes/1/outcome", "/retry/outcomes/2/outcome", "/retry/outcomes/3"]],
      [{ retry: { onUnknown: "guess", surplus: 1 } }, ["/retry/onUnknown", "/retry/surplus"]],
    ];
    for (const [json, pointers] of cases) {
      const { status, body } = await post(json);
      assert.equal(status, 422, JSON.stringify(json));
      assert.deepEqual(body.issues.map(({ pointer }) => pointer).sort(), pointers, JSON.stringify(body));
    }
    assert.equal((await owner.must("GET", "/api/jobs")).total, before);
  });

  test("decide when a call that was not reached goes again", async () => {
    const phoneNumbers = Array.from({ length: 40 }, (_, i) => `+1415555${1000 + i}`);
    const { body: job } = await post({
      schedule: "now", phoneNumbers, maxAttempts: 3, retry: { backoff: { kind: "fixed", delaySeconds: 1 } },
    });
    await until("the job has completed", async () => (await owner.must("GET", `/api/jobs/${job.id}`)).status === "completed", 40);
    const calls = await owner.callsOf(job.id);
    let again = 0;
    for (const { attempts, attemptsUsed, round } of calls) {
      assert.ok(attemptsUsed <= 3);
      assert.equal(round, 1);
      for (let i = 1; i < attempts.length; ++i) {
        assert.ok(new Date(attempts[i].dialedAt) - new Date(attempts[i - 1].endedAt) >= 1000);
        again += 1;
      }
    }
    assert.ok(again > 3);
  });
});

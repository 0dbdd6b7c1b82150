// The HTTP contract, from outside: what every host of callgate must answer.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { eventsOf } from "../e2e/client.mjs";
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
after(() => host.close());

let names = 0;
const newJob = (more = {}) => ({
  name: `Job ${++names}`, assistantId: "assistant-1", phoneNumberId: "number-1",
  phoneNumbers: ["+14155550132", "+14155550133"], ...more,
});
const listQuery = (more = {}) => new URLSearchParams({
  name: `List ${++names}`, assistantId: "assistant-1", phoneNumberId: "number-1", ...more,
});
const sendList = (body, type = "text/csv", more = {}) =>
  owner.send("POST", `/api/jobs?${listQuery(more)}`, { body, headers: { "content-type": type } });

// The answer must have the shape that /openapi.json gives for this route and status.
function conforms(method, pattern, answer) {
  const documented = openapi.paths[pattern][method.toLowerCase()].responses[answer.status];
  assert.ok(documented, `${method} ${pattern} documents no ${answer.status}`);
  const schema = documented.content?.["application/json"]?.schema;
  if (schema) {
    assert.deepEqual(mismatches(openapi, schema, answer.body), []);
  }
  return answer.body;
}

describe("making a job", () => {
  test("from numbers alone: it waits until somebody starts it", async () => {
    const answer = await owner.send("POST", "/api/jobs", { json: newJob() });
    assert.equal(answer.status, 201);
    const job = conforms("POST", "/api/jobs", answer);
    assert.equal(answer.headers.get("location"), `/api/jobs/${job.id}`);
    assert.equal(job.status, "pending");
    assert.deepEqual(job.phoneNumbers, ["+14155550132", "+14155550133"]);
    assert.equal(job.import.accepted, 2);
  });

  test("from recipients: what cannot be called is told by row, duplicates are counted", async () => {
    const recipients = [
      { phoneNumber: "(415) 555-0132", firstName: "Ada", timezone: "America/New_York", metadata: { plan: "gold" } },
      { phoneNumber: "+1 415 555 0132" },
      { phoneNumber: "12" },
      { phoneNumber: "+14155550134", timezone: "Mars/Olympus" },
      { phoneNumber: "" },
    ];
    const answer = await owner.send("POST", "/api/jobs", {
      json: newJob({ phoneNumbers: undefined, recipients }),
    });
    const job = conforms("POST", "/api/jobs", answer);
    const { rows, accepted, rejected, duplicates, rejects } = job.import;
    assert.deepEqual({ rows, accepted, rejected, duplicates }, { rows: 5, accepted: 1, rejected: 3, duplicates: 1 });
    assert.deepEqual(rejects.map(({ row, code }) => [row, code]),
      [[3, "phone_invalid"], [4, "timezone_unknown"], [5, "phone_missing"]]);
    assert.deepEqual(rejects.map(({ value }) => value), ["12", "Mars/Olympus", undefined]);
    for (const [role, path] of [["viewer", `/api/jobs/${job.id}`], ["analyst", `/api/imports/${job.import.id}`], ["analyst", job.import.rejectsUrl]]) {
      const seen = await host.as(role).must("GET", path);
      assert.deepEqual((seen.import ?? seen).rejects.map(({ value }) => value), [undefined, undefined, undefined], "rows are about people");
    }
    const { calls } = await owner.must("GET", `/api/jobs/${job.id}/calls`);
    assert.equal(calls[0].firstName, "Ada");
    assert.deepEqual(calls[0].metadata, { plan: "gold" });
  });

  for (const [what, text] of Object.entries({
    "a comma and the header Phone Number": "Name,Phone Number\r\nAda,+14155550132\r\n",
    "a semicolon and a byte order mark": "\uFEFFfirst_name;mobile\nAda;+14155550132\n",
    "a tab": "phone\tname\n+14155550132\tAda\n",
    "a quoted newline": "Notes,phone\n\"two\nlines, and \"\"quotes\"\"\",+14155550132\n",
    "a single column": "cell\r+14155550132\r",
  })) {
    test(`from CSV with ${what}`, async () => {
      const answer = await sendList(text);
      assert.equal(answer.status, 201, JSON.stringify(answer.body));
      assert.equal(conforms("POST", "/api/jobs", answer).import.accepted, 1);
    });
  }

  test("from NDJSON", async () => {
    const lines = [{ phoneNumber: "+14155550132", metadata: { a: 1 } }, { phone: "+14155550133", city: "Rome" }, { x: 1 }];
    const answer = await sendList(lines.map((one) => JSON.stringify(one)).join("\n"), "application/x-ndjson");
    const { accepted, rejected } = conforms("POST", "/api/jobs", answer).import;
    assert.deepEqual({ accepted, rejected }, { accepted: 2, rejected: 1 });
  });

  test("more than a hundred rejects are paged at the import", async () => {
    const rows = Array.from({ length: 250 }, (_, i) => `bad-${i}`);
    const answer = await sendList(["phone", "+14155550132", ...rows, ""].join("\n"));
    const { id, rejects, rejectsUrl } = answer.body.import;
    assert.equal(rejects.length, 100);
    const all = [];
    for await (const one of owner.pages(rejectsUrl, "rejects", 100)) {
      all.push(one);
    }
    assert.equal(all.length, 250);
    assert.equal(all.at(-1).value, "bad-249");
    conforms("GET", "/api/imports/{id}", await owner.send("GET", `/api/imports/${id}`));
    conforms("GET", "/api/imports/{id}/rejects", await owner.send("GET", rejectsUrl));
  });

  test("twice with one Idempotency-Key is one job; with another body it is refused", async () => {
    const json = newJob();
    const headers = { "idempotency-key": `key-${Math.random()}` };
    const first = await owner.send("POST", "/api/jobs", { json, headers });
    const second = await owner.send("POST", "/api/jobs", { json, headers });
    assert.equal(second.body.id, first.body.id);
    assert.equal(second.headers.get("idempotency-replayed"), "true");
    const third = await owner.send("POST", "/api/jobs", { json: newJob(), headers });
    assert.equal(third.status, 409);
  });
});

describe("the life of a job", () => {
  test("it runs to its end, and every call tells its attempts", async () => {
    const job = await owner.must("POST", "/api/jobs", {
      json: newJob({ schedule: "now", retryDelaySeconds: 0 }),
    });
    const ended = await until("the job completes", async () => {
      const now = await owner.must("GET", `/api/jobs/${job.id}`);
      return now.status === "completed" && now;
    }, 60);
    assert.equal(ended.completedCalls + ended.failedCalls, 2);
    assert.equal(ended.progress, 100);
    const answer = await owner.send("GET", `/api/jobs/${job.id}/calls`);
    for (const call of conforms("GET", "/api/jobs/{id}/calls", answer).calls) {
      assert.ok(call.attempts.length >= 1);
      assert.ok(["completed", "failed"].includes(call.status));
      conforms("GET", "/api/calls/{id}", await owner.send("GET", `/api/calls/${call.id}`));
    }
  });

  test("pause, resume, cancel and their refusals", async () => {
    const { id } = await owner.must("POST", "/api/jobs", { json: newJob() });
    const ask = (verb) => owner.send("POST", `/api/jobs/${id}/${verb}`);
    assert.equal((await ask("pause")).status, 409);
    assert.equal((await ask("resume")).status, 409);
    await owner.must("PUT", "/api/scheduler/config", {
      json: { businessHours: { daysOfWeek: [new Date(Date.now() + 3 * 864e5).getUTCDay()], startTime: "09:00", endTime: "09:01", timezone: "UTC" } },
    });
    assert.equal((await ask("start")).body.status, "running");
    assert.equal((await ask("pause")).body.status, "paused");
    assert.equal((await ask("start")).status, 409);
    assert.equal((await ask("resume")).body.status, "running");
    const canceled = await ask("cancel");
    assert.equal(conforms("POST", "/api/jobs/{id}/cancel", canceled).status, "canceled");
    assert.equal(canceled.body.canceledCalls, 2);
    assert.equal((await ask("start")).status, 409);
    await owner.must("PUT", "/api/scheduler/config", { json: {} });
  });

  test("a deleted job is gone from everywhere", async () => {
    const job = await owner.must("POST", "/api/jobs", { json: newJob() });
    assert.equal((await owner.send("DELETE", `/api/jobs/${job.id}`)).status, 204);
    for (const path of [`/api/jobs/${job.id}`, `/api/jobs/${job.id}/calls`, `/api/imports/${job.import.id}`]) {
      assert.equal((await owner.send("GET", path)).status, 404, path);
    }
    assert.ok((await owner.jobs()).every(({ id }) => id !== job.id));
  });

  test("people can be added, each number once", async () => {
    const { id } = await owner.must("POST", "/api/jobs", { json: newJob() });
    const answer = await owner.send("POST", `/api/jobs/${id}/recipients`, {
      json: { phoneNumbers: ["+14155550133", "+14155550139", "nobody"] },
    });
    const { accepted, duplicates, rejected } = conforms("POST", "/api/jobs/{id}/recipients", answer);
    assert.deepEqual({ accepted, duplicates, rejected }, { accepted: 1, duplicates: 1, rejected: 1 });
  });

  test("jobs and calls come in pages that miss nothing", async () => {
    const phoneNumbers = Array.from({ length: 25 }, (_, i) => `+141555501${10 + i}`);
    const { id } = await owner.must("POST", "/api/jobs", { json: newJob({ phoneNumbers }) });
    const calls = [];
    for await (const call of owner.pages(`/api/jobs/${id}/calls`, "calls", 7)) {
      calls.push(call.phoneNumber);
    }
    assert.deepEqual(calls, phoneNumbers);
    const jobs = [];
    for await (const job of owner.pages("/api/jobs", "jobs", 3)) {
      jobs.push(job.id);
    }
    assert.equal(new Set(jobs).size, jobs.length);
    assert.deepEqual(jobs, (await owner.jobs()).map((job) => job.id));
  });
});

describe("settings", () => {
  test("hours and limits are read as they were set", async () => {
    const json = {
      businessHours: { daysOfWeek: [1, 5], startTime: "22:00", endTime: "06:30", timezone: "Asia/Kolkata" },
      rateLimits: { global: 7, perJob: 2 },
    };
    const answer = await owner.send("PUT", "/api/scheduler/config", { json });
    const shown = { ...json, blackoutPeriods: [], priorityWindows: [], defaultPriority: 3 };
    assert.deepEqual(conforms("PUT", "/api/scheduler/config", answer), shown);
    assert.deepEqual((await owner.send("GET", "/api/scheduler/config")).body, shown);
    await owner.must("PUT", "/api/scheduler/config", { json: { rateLimits: { global: 50, perJob: 50 } } });
  });

  test("every mistake in the hours is told at once", async () => {
    const { status, body } = await owner.send("PUT", "/api/scheduler/config", {
      json: { businessHours: { daysOfWeek: [1], startTime: "9:00", endTime: "25:00", timezone: "../etc/passwd" } },
    });
    assert.equal(status, 422);
    assert.deepEqual(body.issues.map(({ pointer }) => pointer).sort(),
      ["/businessHours/endTime", "/businessHours/startTime", "/businessHours/timezone"]);
  });

  test("a provider's secrets never come out", async () => {
    const { key, webhookSecret } = host.carrier;
    for (const path of ["/api/providers", "/api/providers/vapi"]) {
      const text = JSON.stringify((await owner.send("GET", path)).body);
      assert.ok(!text.includes(key) && !text.includes(webhookSecret), path);
    }
    conforms("GET", "/api/providers/{name}", await owner.send("GET", "/api/providers/vapi"));
    const check = await owner.send("POST", "/api/providers/vapi/check");
    assert.equal(conforms("POST", "/api/providers/{name}/check", check).keyAccepted, true);
  });
});

describe("live events", () => {
  test("a new subscriber is told of what happens, and a returning one of what it missed", async () => {
    const abort = new AbortController();
    const seen = [];
    const reading = (async () => {
      for await (const event of eventsOf(host.url, owner.token, { signal: abort.signal })) {
        seen.push(event);
      }
    })().catch(() => {});
    await new Promise((done) => setTimeout(done, 200));
    const first = await owner.must("POST", "/api/jobs", { json: newJob() });
    await until("the first job is told", () => seen.some(({ data }) => data.id === first.id));
    abort.abort();
    await reading;
    const last = seen.at(-1).id;

    const missed = await owner.must("POST", "/api/jobs", { json: newJob() });
    for await (const event of eventsOf(host.url, owner.token, { headers: { "last-event-id": last } })) {
      assert.ok(Number(event.id) > Number(last));
      if (event.data.id === missed.id) {
        assert.equal(event.event, "job");
        break;
      }
    }
  });

  test("a subscriber of one job hears of that job alone", async () => {
    const job = await owner.must("POST", "/api/jobs", { json: newJob({ schedule: "now", retryDelaySeconds: 0 }) });
    await owner.must("POST", "/api/jobs", { json: newJob() });
    for await (const { data } of eventsOf(host.url, owner.token, { path: `/api/events?jobId=${job.id}` })) {
      assert.equal(data.id, job.id);
      if (data.status === "completed") {
        break;
      }
    }
  });
});

describe("the whole surface", () => {
  test("health, readiness and the index are open; metrics are not", async () => {
    for (const path of ["/healthz", "/readyz", "/api", "/openapi.json"]) {
      assert.equal((await fetch(host.url + path)).status, 200, path);
    }
    assert.equal((await fetch(`${host.url}/metrics`)).status, 401);
    assert.match((await owner.send("GET", "/metrics")).body, /^callgate_calls_open \d+$/m);
  });

  test("HEAD answers as GET without a body, OPTIONS names the methods", async () => {
    const head = await fetch(`${host.url}/healthz`, { method: "HEAD" });
    assert.equal(head.status, 200);
    assert.equal(await head.text(), "");
    const options = await fetch(`${host.url}/api/jobs`, { method: "OPTIONS" });
    assert.equal(options.status, 204);
    assert.match(options.headers.get("allow"), /GET/);
  });

  test("every documented route but the open ones refuses who has not signed in", async () => {
    const open = new Set(["/api", "/openapi.json", "/healthz", "/readyz"]);
    for (const [pattern, methods] of Object.entries(openapi.paths)) {
      for (const method of Object.keys(methods)) {
        if (!open.has(pattern)) {
          const path = pattern.replace("{id}", "job_00000000000000000000000000");
          const { status } = await fetch(host.url + path, { method: method.toUpperCase(), redirect: "manual" });
          assert.equal(status, 401, `${method} ${path}`);
        }
      }
    }
  });

  // Reports of a provider are the provider's to describe.
  const isProviders = (pattern) => pattern.startsWith("/api/webhooks/");

  test("every JSON body that is described has an example, which is as its schema says", () => {
    let found = 0;
    for (const [pattern, methods] of Object.entries(openapi.paths).filter(([path]) => !isProviders(path))) {
      for (const [method, { requestBody, responses }] of Object.entries(methods)) {
        const answers = Object.entries(responses).filter(([status]) => status < "300").map(([, answer]) => answer);
        for (const body of [requestBody, ...answers].map((one) => one?.content?.["application/json"]).filter((one) => one?.schema)) {
          assert.notEqual(body.example, undefined, `${method} ${pattern}: node core/api/examples/generate.mjs`);
          assert.deepEqual(mismatches(openapi, body.schema, body.example), [], `${method} ${pattern}`);
          found += 1;
        }
      }
    }
    assert.ok(found > 150, `only ${found}`);
  });
});

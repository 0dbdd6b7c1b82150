// The TypeScript client against the API that it was generated from.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";

import { CallgateError, createCallgate } from "../../client/index.js";
import { clientOf } from "../../scripts/client.mjs";
import { openHost } from "./host.mjs";

let host;
let callgate;
before(async () => {
  host = await openHost();
  callgate = createCallgate({ url: `${host.url}/`, token: async () => host.owner.token });
});
after(() => host.close());

const job = (name, more) => ({ name, assistantId: "a", phoneNumberId: "p", phoneNumbers: ["+14155550132"], ...more });

test("what is committed is what scripts/client.mjs makes of this host's description", async () => {
  const openapi = await (await fetch(`${host.url}/openapi.json`)).json();
  for (const [name, text] of Object.entries(clientOf(openapi))) {
    const committed = readFileSync(new URL(`../../client/${name}`, import.meta.url), "utf8");
    assert.ok(committed === text, `client/${name} is old: ./dev run, then node scripts/client.mjs http://127.0.0.1:8787/openapi.json`);
  }
});

test("its main story: make a job, follow it to its end, read its calls", async () => {
  const made = await callgate.postJobs({ body: job("By the client", { schedule: "now" }), headers: { "idempotency-key": "client-1" } });
  assert.match(made.id, /^job_/);
  for await (const { id, event, data } of callgate.events({ jobId: made.id })) {
    assert.match(id, /^\d+$/);
    assert.equal(event, "job");
    if (data.status === "completed") {
      break;
    }
  }
  const { calls } = await callgate.getJobsByIdCalls({ id: made.id, query: { limit: 10 } });
  assert.equal(calls.length, 1);
  const { total } = await callgate.getCalls({ query: { jobId: made.id, status: ["completed", "failed"], from: new Date(0) } });
  assert.equal(total, 1);
  assert.equal(await callgate.deleteJobsById({ id: made.id }), undefined);
});

test("a list goes as it is", async () => {
  const made = await callgate.postJobs({
    query: { name: "A list", assistantId: "a", phoneNumberId: "p" },
    body: "phone\n+14155550133\nnobody\n", headers: { "content-type": "text/csv" },
  });
  assert.equal(made.totalCalls, 1);
});

describe("refusals", () => {
  test("are thrown, with every issue", async () => {
    const refused = await callgate.postJobs({ body: { name: "" } }).catch((error) => error);
    assert.ok(refused instanceof CallgateError);
    assert.deepEqual([refused.status, refused.code], [422, "validation_failed"]);
    assert.ok(refused.issues.some(({ pointer }) => pointer === "/name"));
    assert.match(refused.message, /\S/);
  });

  test("of a path without its parameter never leave the client", async () => {
    await assert.rejects(async () => callgate.getJobsById({ id: "" }), TypeError);
    await assert.rejects(callgate.getJobsById({ id: "../limits" }), ({ status }) => status === 400 || status === 404);
  });

  test("end the loop of events", async () => {
    const nobody = createCallgate({ url: host.url, token: "no.such.token" });
    await assert.rejects(nobody.events().next(), ({ status }) => status === 401);
  });
});

test("what was refused for now is sent again, and not oftener than asked", async () => {
  const answers = [429, 503, 200];
  const sent = [];
  const send = (url, { method }) => {
    sent.push(method);
    return Promise.resolve(new Response("{}", { status: answers[sent.length - 1], headers: { "content-type": "application/json", "retry-after": "0" } }));
  };
  const waits = createCallgate({ fetch: send });
  assert.deepEqual(await waits.postJobs({ body: job("x") }), {});
  assert.deepEqual(sent, ["POST", "POST", "POST"]);
  answers.splice(0, 3, 429, 200);
  sent.length = 0;
  await assert.rejects(createCallgate({ fetch: send, retries: 0 }).getJobs(), ({ status }) => status === 429);
  assert.equal(sent.length, 1);
});

test("events go on after a lost connection, from the last one that came", async () => {
  const asked = [];
  const send = (url) => {
    asked.push(url);
    const id = asked.length;
    return Promise.resolve(new Response(`retry: 1000\n\n:\n\nid: ${id}\nevent: job\ndata: {"id":"j"}\n\n`));
  };
  const ids = [];
  for await (const { id } of createCallgate({ fetch: send }).events()) {
    ids.push(id);
    if (ids.length === 2) {
      break;
    }
  }
  assert.deepEqual(ids, ["1", "2"]);
  assert.deepEqual(asked, ["/api/events", "/api/events?lastEventId=1"]);
});

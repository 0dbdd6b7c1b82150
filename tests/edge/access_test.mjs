// What credentials cost at the edge in rows, and that what was used once stays used when the object is forgotten;
// pages of other origins; how much one principal may ask.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { useHarness } from "./harness.mjs";

const edge = useHarness({ vars: { CORS_ORIGINS: "https://app.example, http://localhost:3000", REQUESTS_MAX: "400" } });

const bearer = (token) => ({ authorization: `Bearer ${token}` });
const makeKey = (more) => edge.client.must("POST", "/api/keys", { json: { name: "edge", ...more } });

async function ask(method, path, headers = {}) {
  const answer = await fetch(edge.url + path, { method, headers, redirect: "manual" });
  const isStream = /event-stream/.test(answer.headers.get("content-type") ?? "");
  await (isStream ? answer.body.cancel() : answer.text());
  return answer;
}

async function rowsOf(work) {
  await edge.object("rowsWritten");
  await work();
  return (await edge.object("rowsWritten")).rows;
}

describe("rows", () => {
  test("a ticket costs none when it is made, one when it is used, and stays used without its object", async () => {
    await ask("GET", "/api/jobs", bearer(edge.token()));
    let ticket;
    assert.equal(await rowsOf(async () => {
      ({ ticket } = await edge.client.must("POST", "/api/tickets"));
    }), 0);
    const open = () => ask("GET", `/api/events?ticket=${ticket}`);
    assert.equal(await rowsOf(async () => assert.equal((await open()).status, 200)), 1);
    assert.equal((await open()).status, 401);
    await edge.evict("close");
    assert.equal((await open()).status, 401);
  });

  test("a key's use is one row an hour; a session's, and a token's, none", async () => {
    const { key } = await makeKey({ role: "viewer" });
    const signedIn = await ask("GET", new URL(edge.token("--link")).search.replace(/^/, "/sign-in"));
    const [cookie] = signedIn.headers.get("set-cookie").split(";");
    const read = (headers) => rowsOf(async () => assert.equal((await ask("GET", "/api/jobs", headers)).status, 200));
    assert.ok(await read(bearer(key)) <= 1);
    for (const headers of [bearer(key), { "x-api-key": key }, { cookie }, bearer(edge.token())]) {
      assert.equal(await read(headers), 0);
    }
  });
});

test("a page of a listed origin may read every answer, and no other may", async () => {
  const authorized = bearer(edge.token());
  for (const origin of ["https://app.example", "http://localhost:3000", "https://evil.example", "null", "*"]) {
    const allowed = /app|localhost/.test(origin) ? origin : null;
    for (const [method, path, headers] of [
      ["GET", "/api/jobs", authorized], ["GET", "/api/jobs", {}], ["GET", "/api/jobs/none", authorized],
      ["GET", "/healthz", {}], ["GET", "/api/nothing", {}], ["GET", "/api/events", authorized], ["GET", "/", {}],
      ["OPTIONS", "/api/jobs", { "access-control-request-method": "POST" }],
      ["OPTIONS", "/api/nothing", { "access-control-request-method": "POST" }],
    ]) {
      const answer = await ask(method, path, { origin, ...headers });
      assert.equal(answer.headers.get("access-control-allow-origin"), allowed, `${method} ${path} for ${origin}`);
      assert.match(answer.headers.get("vary") ?? "", /origin/i, `${method} ${path}`);
    }
  }
});

test("who asks too often is told when to come again, and is not let in by another path", async () => {
  const { key } = await makeKey({ role: "viewer" });
  const answers = [];
  for (let times = 0; times < 420; times += 20) {
    answers.push(...await Promise.all(Array.from({ length: 20 }, () => ask("GET", "/api/session", bearer(key)))));
  }
  const refused = answers.filter(({ status }) => status === 429);
  const let_in = answers.filter(({ status }) => status === 200);
  assert.ok(let_in.length >= 400 && answers.length === refused.length + let_in.length);
  assert.equal(let_in[0].headers.get("ratelimit-limit"), "400");
  if (refused.length > 0) {
    assert.match(refused[0].headers.get("retry-after"), /^\d+$/);
    assert.equal(refused[0].headers.get("ratelimit-remaining"), "0");
  }
  assert.equal((await ask("GET", "/api/jobs", bearer(edge.token()))).status, 200);
});

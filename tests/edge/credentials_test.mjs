// Who is refused, and that a refusal comes before anything is stored: no object is made, no row is written.
import assert from "node:assert/strict";
import { createHmac, hkdfSync } from "node:crypto";
import { after, before, describe, test } from "node:test";

import { raw } from "../conformance/host.mjs";
import { Harness } from "./harness.mjs";

let edge;
before(async () => {
  edge = new Harness({ vars: { WORKSPACES: "sales, support-2" } });
  await edge.begin();
});
after(() => edge.close());

const now = () => Math.floor(Date.now() / 1000);
const keyOf = (purpose, secret = edge.secret) =>
  Buffer.from(hkdfSync("sha256", Buffer.from(secret, "base64"), "", purpose, 32));
const mac = (purpose, text, secret) => createHmac("sha256", keyOf(purpose, secret)).update(text).digest("base64url");
const base64 = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

function jwt(more = {}, secret = edge.secret) {
  const claims = {
    iss: "callgate", aud: "callgate", sub: "x", workspace: "default", role: "owner", exp: now() + 600, ...more,
  };
  const text = `${base64({ alg: "HS256", typ: "JWT" })}.${base64(claims)}`;
  return `${text}.${mac("jwt", text, secret)}`;
}
const timed = (purpose, prefix, workspace, expires, secret) => {
  const text = `${prefix}.${workspace}.owner.${expires}`;
  return `${text}.${mac(purpose, text, secret)}`;
};
const other = Buffer.alloc(32, 7).toString("base64");
const bearer = (token) => ["/api/jobs", { headers: { authorization: `Bearer ${token}` } }];
const cookie = (session) => ["/api/jobs", { headers: { cookie: `callgate_session=${session}` } }];
const ticket = (text) => [`/sign-in?ticket=${text}`, { redirect: "manual" }];
const webhook = (key) => [`/api/webhooks/vapi?key=${key}`, { method: "POST", body: "{}" }];
const webhookKey = (workspace, secret) => `cgw.${workspace}.${mac("webhook", `cgw.${workspace}`, secret)}`;

describe("refused before any object is made", () => {
  const credentials = {
    "no credential": () => ["/api/jobs", {}],
    "a token of another deployment": () => bearer(jwt({}, other)),
    "a token for another audience": () => bearer(jwt({ aud: "another" })),
    "a token of another issuer": () => bearer(jwt({ iss: "another" })),
    "an expired token": () => bearer(jwt({ exp: now() - 120 })),
    "a good token of a workspace that does not exist": () => bearer(jwt({ workspace: "nowhere" })),
    "a good token whose workspace is a path": () => bearer(jwt({ workspace: "../default" })),
    "a good token whose workspace is a name and more": () => bearer(jwt({ workspace: "default,sales" })),
    "a token without a workspace": () => bearer(jwt({ workspace: undefined })),
    "a session with a wrong MAC": () => cookie(timed("session", "cgs", "default", now() + 600, other)),
    "a session made as a ticket": () => cookie(timed("ticket", "cgs", "default", now() + 600)),
    "an expired session": () => cookie(timed("session", "cgs", "default", now() - 1)),
    "a session of a workspace that does not exist": () => cookie(timed("session", "cgs", "nowhere", now() + 600)),
    "a stale ticket": () => ticket(timed("ticket", "cgt", "default", now() - 1)),
    "a ticket with a wrong MAC": () => ticket(timed("ticket", "cgt", "default", now() + 600, other)),
    "a ticket for a workspace that does not exist": () => ticket(timed("ticket", "cgt", "nowhere", now() + 600)),
    "a webhook without a key": () => ["/api/webhooks/vapi", { method: "POST", body: "{}" }],
    "a webhook with a key of another deployment": () => webhook(webhookKey("default", other)),
    "a webhook whose key was moved to another workspace": () => webhook(webhookKey("default").replace("default", "sales")),
    "a webhook of a workspace that does not exist": () => webhook(webhookKey("nowhere")),
  };
  for (const [what, make] of Object.entries(credentials)) {
    test(what, async () => {
      const [path, options] = make();
      const answer = await fetch(edge.url + path, options);
      assert.equal(answer.status, 401, await answer.text());
      assert.match(answer.headers.get("www-authenticate"), /^Bearer/);
      assert.deepEqual(await edge.objects(), []);
    });
  }

  test("what needs no workspace needs no object either", async () => {
    for (const [path, status] of [["/healthz", 200], ["/openapi.json", 200], ["/api/nothing", 404], ["/", 200]]) {
      const answer = await fetch(edge.url + path);
      await answer.text();
      assert.equal(answer.status, status, path);
      assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
      assert.match(answer.headers.get("x-request-id"), /^[0-9a-f]{12}$/);
    }
    assert.deepEqual(await edge.objects(), []);
  });

  test("what the platform refuses or rewrites reaches no object", async () => {
    for (const text of [
      "nonsense\r\n\r\n", "GET /healthz HTTP/3.0\r\nhost: a\r\n\r\n",
      "POST /api/jobs HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
      "POST /api/jobs HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST /api/jobs HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip\r\n\r\n",
      "GET /api/jobs/../../etc/passwd HTTP/1.1\r\nhost: a\r\n\r\n",
      "GET /api/jobs/%2e%2e/keys HTTP/1.1\r\nhost: a\r\n\r\n",
      "GET /api/jobs/\xff HTTP/1.1\r\nhost: a\r\n\r\n",
    ]) {
      const { status } = await raw(edge.url, Buffer.from(text, "latin1"));
      assert.ok(status === 0 || status >= 400, `${JSON.stringify(text.slice(0, 60))} is ${status}`);
    }
    assert.deepEqual(await edge.objects(), []);
  });

  test("many refusals in a row are no longer looked at", async () => {
    const statuses = await Promise.all(Array.from({ length: 450 }, async () => {
      const answer = await fetch(`${edge.url}/api/jobs`, { headers: { authorization: "Bearer a.b.c" } });
      await answer.text();
      return answer.status;
    }));
    assert.deepEqual([...new Set(statuses)].sort(), [401, 429]);
    assert.deepEqual(await edge.objects(), []);
  });
});

describe("with an object", () => {
  before(() => edge.begin());

  test("each workspace of this deployment has its own", async () => {
    for (const workspace of ["default", "sales", "support-2"]) {
      const answer = await fetch(`${edge.url}/api/session`, { headers: { authorization: `Bearer ${jwt({ workspace })}` } });
      assert.equal((await answer.json()).workspace, workspace);
    }
    assert.equal((await edge.objects()).length, 3);
  });

  test("a report that is unsigned, signed with another secret or stale changes nothing", async () => {
    const secret = "webhook-secret-1";
    await edge.client.must("PUT", "/api/providers/vapi", {
      json: { baseUrl: "http://127.0.0.1:9", apiKey: "key-12345678", publicUrl: edge.url, webhookSecret: secret },
    });
    const target = (await edge.client.must("GET", "/api/providers/vapi")).webhookUrl;
    const body = JSON.stringify({ message: { type: "status-update", status: "ended", call: { id: "x" } } });
    const storage = await edge.worker.getDurableObjectStorage("Workspace", { name: "default" });
    const tables = (await storage.exec("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"))
      .map(({ name }) => name).filter((name) => !/^(_cf|sqlite)/.test(name));
    const all = async () =>
      JSON.stringify(await Promise.all(tables.map((name) => storage.exec(`SELECT * FROM "${name}"`))));
    assert.ok(tables.length > 5);
    const before = await all();
    const signed = (by, at) => {
      const timestamp = String(Math.floor(at / 1000));
      return { "x-timestamp": timestamp, "x-signature": createHmac("sha256", by).update(`${timestamp}.${body}`).digest("hex") };
    };
    for (const headers of [
      {}, signed("another", Date.now()), signed(secret, Date.now() - 3_600_000), signed(secret, Date.now() + 3_600_000),
    ]) {
      const answer = await fetch(target, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });
      assert.equal(answer.status, 401, await answer.text());
    }
    assert.equal(await all(), before);
    const taken = await fetch(target, {
      method: "POST", body, headers: { "content-type": "application/json", ...signed(secret, Date.now()) },
    });
    assert.equal(taken.status, 200);
  });
});

test("without a usable secret every request that needs one says what to do", async () => {
  for (const secret of ["", "short", Buffer.alloc(31, 1).toString("base64"), "not base64 at all!!!!!!!!!!!!!!!!!!!!!!!!!!!!!"]) {
    const bare = new Harness({ secret });
    await bare.server.listen();
    const url = String((await bare.server.listen()).url);
    const answer = await fetch(`${url}api/jobs`);
    const { code, detail } = await answer.json();
    assert.deepEqual([answer.status, code], [503, "not_configured"], secret);
    assert.match(detail, /CALLGATE_SECRET/);
    await bare.close();
  }
});

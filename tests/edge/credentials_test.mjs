// Who is refused, and that a refusal comes before anything is stored: no object is made, no row is written.
import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync, hkdfSync, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { before, describe, test } from "node:test";

import { raw } from "../conformance/host.mjs";
import { Harness, useHarness } from "./harness.mjs";

const edge = useHarness({ vars: { WORKSPACES: "sales, support-2" } });

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

const session = (host, token) =>
  fetch(`${host.url}/api/session`, { headers: { authorization: `Bearer ${token}` } });

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
    "a webhook whose key was moved to another workspace": () =>
      webhook(webhookKey("default").replace("default", "sales")),
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
      const answer = await session(edge, jwt({ workspace }));
      assert.equal((await answer.json()).workspace, workspace);
    }
    assert.equal((await edge.objects()).length, 3);
  });

  test("a session's cookie stays on TLS where the browser speaks it", async () => {
    for (const [home, secure] of [["https://calls.example", true], [edge.url, false]]) {
      const [path] = ticket(timed("ticket", "cgt", "default", now() + 600));
      const signedIn = await edge.worker.fetch(home + path, { redirect: "manual" });
      assert.equal(signedIn.status, 303);
      const given = signedIn.headers.get("set-cookie");
      assert.equal(/; Secure(;|$)/.test(given), secure, given);
      const signedOut = await edge.worker.fetch(`${home}/sign-out`, {
        method: "POST", headers: { authorization: `Bearer ${edge.token()}` },
      });
      assert.equal(signedOut.status, 204);
      assert.equal(/; Secure(;|$)/.test(signedOut.headers.get("set-cookie")), secure);
    }
  });

  test("a report that is unsigned, signed with another secret or stale changes nothing", async () => {
    const secret = "webhook-secret-1";
    await edge.client.must("PUT", "/api/providers/vapi", {
      json: { baseUrl: "http://127.0.0.1:9", apiKey: "key-12345678", publicUrl: edge.url, webhookSecret: secret },
    });
    const target = (await edge.client.must("GET", "/api/providers/vapi")).webhookUrl;
    const body = JSON.stringify({ message: { type: "status-update", status: "ended", call: { id: "x" } } });
    const storage = await edge.worker.getDurableObjectStorage("Workspace", { name: "default" });
    const tables = (await storage.exec(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"))
      .map(({ name }) => name).filter((name) => !/^(_cf|sqlite)/.test(name));
    const all = async () =>
      JSON.stringify(await Promise.all(tables.map((name) => storage.exec(`SELECT * FROM "${name}"`))));
    assert.ok(tables.length > 5);
    const before = await all();
    const signed = (by, at) => {
      const timestamp = String(Math.floor(at / 1000));
      const signature = createHmac("sha256", by).update(`${timestamp}.${body}`).digest("hex");
      return { "content-type": "application/json", "x-timestamp": timestamp, "x-signature": signature };
    };
    for (const headers of [
      { "content-type": "application/json" }, signed("another", Date.now()),
      signed(secret, Date.now() - 3_600_000), signed(secret, Date.now() + 3_600_000),
    ]) {
      const answer = await fetch(target, { method: "POST", body, headers });
      assert.equal(answer.status, 401, await answer.text());
    }
    assert.equal(await all(), before);
    const taken = await fetch(target, { method: "POST", body, headers: signed(secret, Date.now()) });
    assert.equal(taken.status, 200);
  });
});

describe("tokens of somebody else", () => {
  const pairs = [1, 2].map(() => generateKeyPairSync("rsa", { modulusLength: 2048 }));
  const keys = pairs.map(({ publicKey }, at) => ({ ...publicKey.export({ format: "jwk" }), kid: `key-${at}` }));
  const trust = { JWT_ISSUER: "https://identity.example", JWT_AUDIENCE: "calls", JWT_WORKSPACE: "default" };
  const signed = ({ privateKey }, header = {}) => {
    const claims = { iss: trust.JWT_ISSUER, aud: trust.JWT_AUDIENCE, sub: "x", role: "viewer", exp: now() + 600 };
    const text = `${base64({ alg: "RS256", ...header })}.${base64(claims)}`;
    return `${text}.${sign("sha256", Buffer.from(text), privateKey).toString("base64url")}`;
  };

  test("that names none of several keys is verified with each of them", async () => {
    const host = new Harness({ vars: { ...trust, JWKS: JSON.stringify({ keys }) } });
    await host.begin();
    for (const pair of pairs) {
      assert.equal((await session(host, signed(pair))).status, 200);
      assert.equal((await session(host, signed(pair, { kid: "key-9" }))).status, 401);
    }
    assert.equal((await session(host, signed(generateKeyPairSync("rsa", { modulusLength: 2048 })))).status, 401);
    await host.close();
  });

  test("are verified with keys that are fetched, and not for each of them", async () => {
    let fetched = 0;
    const provider = createServer((_request, answer) => {
      fetched += 1;
      answer.setHeader("content-type", "application/json");
      answer.end(JSON.stringify({ keys }));
    });
    provider.listen(0, "127.0.0.1");
    await once(provider, "listening");
    const host = new Harness({ vars: { ...trust, JWKS_URL: `http://127.0.0.1:${provider.address().port}/keys` } });
    await host.begin();
    for (let times = 0; times < 5; ++times) {
      const answer = await session(host, signed(pairs[times % 2], { kid: `key-${times % 2}` }));
      assert.deepEqual((await answer.json()).roles, ["viewer"]);
    }
    assert.ok(fetched >= 1 && fetched < 5, `${fetched} fetches`);
    await host.close();
    provider.close();
  });

  test("with settings that cannot be meant, say what is missing", async () => {
    for (const vars of [
      { JWKS: JSON.stringify({ keys }) }, { ...trust, JWKS: "{" },
      { ...trust, JWKS_URL: "http://identity.example/keys" },
    ]) {
      const host = new Harness({ vars });
      await host.server.listen();
      const answer = await fetch(`${(await host.server.listen()).url}api/jobs`);
      const { code, detail } = await answer.json();
      assert.deepEqual([answer.status, code], [503, "not_configured"]);
      assert.match(detail, /JW/);
      await host.close();
    }
  });
});

test("without a usable secret every request, also for the page, says what to do", async () => {
  for (const secret of ["", "short", Buffer.alloc(31, 1).toString("base64"), "not base64 at all".repeat(3)]) {
    const bare = new Harness({ secret });
    await bare.server.listen();
    const url = String((await bare.server.listen()).url);
    for (const path of ["api/jobs", ""]) {
      const answer = await fetch(url + path);
      const { code, detail } = await answer.json();
      assert.deepEqual([answer.status, code], [503, "not_configured"], secret);
      assert.match(detail, /CALLGATE_SECRET/);
    }
    await bare.close();
  }
});

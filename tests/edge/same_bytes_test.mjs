// The same request, asked of the native server and of the edge: the same status, headers and bytes, where an
// answer names no time and no id.
import assert from "node:assert/strict";
import { createHmac, hkdfSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { CallgateServer, freePort, makeFolder, removeFolder } from "../e2e/processes.mjs";
import { binary } from "./edge.mjs";
import { Harness } from "./harness.mjs";

let folder;
let native;
let edge;
let homes;

before(async () => {
  folder = await makeFolder("same-bytes");
  native = new CallgateServer({ binary, folder, port: await freePort(), flags: ["--log-level", "warn"] });
  await native.start();
  edge = new Harness({ vars: { REQUESTS_MAX: "0" } }); // where there is a limit, answers count
  await edge.begin();
  const secrets = [readFileSync(`${native.data}/secret`), Buffer.from(edge.secret, "base64")];
  const [nativeKey, edgeKey] = secrets.map((secret) => Buffer.from(hkdfSync("sha256", secret, "", "jwt", 32)));
  homes = [
    { url: native.url, token: await native.token(), key: nativeKey },
    { url: edge.url, token: edge.token(), key: edgeKey },
  ];
});
after(async () => {
  await native.stop();
  await edge.close();
  await removeFolder(folder);
});

// Of the connection, or of this one request.
const APART = new Set([
  "connection", "content-length", "date", "etag", "keep-alive", "transfer-encoding", "x-request-id",
  "cf-cache-status", "content-encoding",
]);

async function ask({ url, token: owner, key }, { method = "GET", path, body, headers = {}, signedIn = true, sign }) {
  const token = sign === undefined ? owner : sign(key);
  const answer = await fetch(url + path, {
    method, body, redirect: "manual",
    headers: { ...(signedIn && { authorization: `Bearer ${token}` }), ...headers },
  });
  return {
    status: answer.status,
    headers: Object.fromEntries([...answer.headers].filter(([name]) => !APART.has(name))),
    body: await answer.text(),
  };
}

const json = (body, method = "POST") => ({ method, body, headers: { "content-type": "application/json" } });
const csv = (body) => ({ method: "POST", body, headers: { "content-type": "text/csv" } });
const settings = "name=x&assistantId=a&phoneNumberId=p";
const anonymous = { signedIn: false };

const base64 = (text) => Buffer.from(text).toString("base64url");
const exp = Math.floor(Date.now() / 1000) + 600;
const CLAIMS = { iss: "callgate", aud: "callgate", sub: "x", workspace: "default", role: "viewer", exp };
/** A token of the home's own, rightly signed; header and claims are values, or texts to be sent as they are. */
const own = (claims, header = { alg: "HS256" }) => (key) => {
  const text = [header, claims].map((part) => base64(typeof part === "string" ? part : JSON.stringify(part))).join(".");
  return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
};
const claiming = (more) => own({ ...CLAIMS, ...more });
const headed = (more) => own(CLAIMS, { alg: "HS256", ...more });
const twice = (member) => own(`${JSON.stringify(CLAIMS).slice(0, -1)},${member}}`);
const goodTokens = {
  "as it should be": claiming({}),
  "for several": claiming({ aud: ["x", "callgate"] }),
  "with words": claiming({ role: "owner admin" }),
  "with an exp in parts": claiming({ exp: exp + 0.5 }),
  "with a key's name": headed({ kid: "x" }),
};
const badTokens = {
  "for words": claiming({ aud: "x callgate" }),
  "for nobody": claiming({ aud: [] }),
  "for others": claiming({ aud: "x" }),
  "of others": claiming({ iss: "x" }),
  "of nobody": claiming({ iss: undefined }),
  "without exp": claiming({ exp: undefined }),
  "with an exp in words": claiming({ exp: String(exp) }),
  expired: claiming({ exp: exp - 700 }),
  "of the far future": claiming({ nbf: 1e300 }),
  "issued later": claiming({ iat: exp }),
  "without sub": claiming({ sub: "" }),
  "without workspace": claiming({ workspace: 7 }),
  "of another workspace": claiming({ workspace: "nowhere" }),
  "with a NUL": claiming({ sub: "a\0b" }),
  "too long": claiming({ x: "x".repeat(8_192) }),
  "of two": twice('"sub":"y"'),
  "of two inside": twice('"x":{"y":1,"y":2}'),
  "of no object": own([]),
  "of no JSON": own("{"),
  "with a tail": own(`${JSON.stringify(CLAIMS)}\0{}`),
  "with two algorithms": own(CLAIMS, '{"alg":"none","alg":"HS256"}'),
  "of no algorithm": own(CLAIMS, {}),
  "of none": headed({ alg: "none" }),
  "of another algorithm": headed({ alg: "HS512" }),
  "of a foreign algorithm": headed({ alg: "RS256" }),
  "that is critical": headed({ crit: ["exp"] }),
  "of another type": headed({ typ: "JWE" }),
  "without signature": () => `${base64('{"alg":"none"}')}.${base64(JSON.stringify(CLAIMS))}.`,
  "signed with another key": () => own(CLAIMS)("x"),
};

const requests = [
  ...["/", "/app.js", "/app.css", "/docs", "/docs.js", "/vendor/swagger-ui-bundle.js", "/vendor/swagger-ui.css", "/api",
    "/openapi.json", "/healthz", "/readyz", "/nothing", "/api/nothing"].map((path) => ({ path, ...anonymous })),
  ...["/api/jobs", "/metrics", "/api/session", "/sign-in?ticket=x", "/sign-in"].map((path) => ({ path, ...anonymous })),
  ...["/sign-in?ticket=x", "/sign-in"].map((path) => ({ path, headers: { accept: "text/html" }, ...anonymous })),
  { path: "/api/webhooks/vapi?key=x", ...anonymous, ...json("{}") },
  { path: "/healthz", method: "HEAD", ...anonymous },
  { path: "/api/jobs", method: "OPTIONS", ...anonymous },
  { path: "/", method: "POST", ...anonymous },
  { path: "/api/jobs", headers: { authorization: "Basic x" }, ...anonymous },
  { path: "/api/jobs", headers: { authorization: "Bearer a.b.c" }, ...anonymous },
  { path: "/api/jobs", headers: { cookie: "callgate_session=x" }, ...anonymous },
  ...["/api/jobs", "/api/jobs?limit=0", "/api/jobs?x=1", "/api/jobs/x", "/api/jobs/job_00000000000000000000000000",
    "/api/providers", "/api/providers/vapi", "/api/scheduler/config", "/api/jobs/%zz", "/api/calls/x",
    "/api/events?jobId=x", `/${"x".repeat(9_000)}`].map((path) => ({ path })),
  { path: "/api/jobs", method: "DELETE" },
  ...["", "{", "[]", "{}", "{\"a\":1,\"a\":2}", "[".repeat(1_000), JSON.stringify({ name: 7, phoneNumbers: "x" }),
    JSON.stringify({ name: "x", assistantId: "a", phoneNumberId: "p", phoneNumbers: ["x", "12"] })].map(
    (body) => ({ path: "/api/jobs", ...json(body) })),
  { path: "/api/jobs", ...json("x".repeat(9 * 1024 * 1024)) },
  { path: "/api/jobs", method: "POST", body: "x", headers: { "content-type": "text/xml" } },
  { path: "/api/scheduler/config", ...json(JSON.stringify({ rateLimits: { global: 7, perJob: 3 } }), "PUT") },
  { path: "/api/scheduler/config", ...json("{\"rateLimits\":{\"global\":-1}}", "PUT") },
  ...["", "a,b\n1,2\n", "phone\nx\n", "phone\n\"+1"].map((body) => ({ path: `/api/jobs?${settings}`, ...csv(body) })),
  { path: "/api/jobs", ...csv("phone\n+14155550132\n") },
  ...["Text/CSV", "text/csv ; charset=utf-8", "text/csv; charset=latin1"].map((type) => (
    { path: `/api/jobs?${settings}`, method: "POST", body: "phone\nx\n", headers: { "content-type": type } })),
  { path: "/api/scheduler/config", ...csv("phone\n") },
  { path: "/api/scheduler/validate", ...csv("phone\n") },
  { path: "/sign-out", method: "POST" },
];

for (const request of requests) {
  const { method = "GET", path, body = "", signedIn = true } = request;
  const what = `${method} ${path.slice(0, 60)} ${body.slice(0, 30).replace(/\s/g, " ")} ${signedIn ? "" : "(nobody)"}`;
  test(what, async () => {
    const [natively, atTheEdge] = await Promise.all(homes.map((home) => ask(home, request)));
    assert.deepEqual(atTheEdge, natively);
  });
}

for (const [status, tokens] of [[200, goodTokens], [401, badTokens]]) {
  for (const [kind, sign] of Object.entries(tokens)) {
    test(`a token ${kind} is answered with ${status}`, async () => {
      const [natively, atTheEdge] = await Promise.all(homes.map((home) => ask(home, { path: "/api/session", sign })));
      assert.deepEqual(atTheEdge, natively);
      assert.equal(natively.status, status);
    });
  }
}

test("/metrics has the same gauges, before those of the native process", async () => {
  const [natively, atTheEdge] = await Promise.all(homes.map((home) => ask(home, { path: "/metrics" })));
  assert.match(atTheEdge.body, /^callgate_jobs 0$/m);
  assert.ok(natively.body.startsWith(atTheEdge.body));
});

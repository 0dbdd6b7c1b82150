// The same request, asked of the native server and of the edge: the same status, headers and bytes, where an
// answer names no time and no id.
import assert from "node:assert/strict";
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
  edge = new Harness();
  await edge.begin();
  homes = [{ url: native.url, token: await native.token() }, { url: edge.url, token: edge.token() }];
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

async function ask({ url, token }, { method = "GET", path, body, headers = {}, signedIn = true }) {
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
const requests = [
  ...["/", "/app.js", "/app.css", "/api", "/openapi.json", "/healthz", "/readyz", "/nothing", "/api/nothing"].map(
    (path) => ({ path, ...anonymous })),
  ...["/api/jobs", "/metrics", "/api/session", "/sign-in?ticket=x", "/sign-in"].map((path) => ({ path, ...anonymous })),
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
  { path: "/api/scheduler/config", ...csv("phone\n") },
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

test("/metrics has the same gauges, before those of the native process", async () => {
  const [natively, atTheEdge] = await Promise.all(homes.map((home) => ask(home, { path: "/metrics" })));
  assert.match(atTheEdge.body, /^callgate_jobs 0$/m);
  assert.ok(natively.body.startsWith(atTheEdge.body));
});

// The wasm core behind its door, in node 24:  node --test tests/wasm/door_test.mjs
// CALLGATE_WASM names another callgate.mjs, CALLGATE_RECORD_DAY another record_day and
// CALLGATE_SIMULATE another simulate, than the presets build.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

import { call, decode, encode, records } from "../../wasm/wire.mjs";
import { handle, load, NodeHost, replay } from "./node_host.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const modulePath = process.env.CALLGATE_WASM ?? join(root, "build/wasm/wasm/callgate.mjs");
const recordDay =
  process.env.CALLGATE_RECORD_DAY ?? join(root, "build/dev/tests/wasm/record_day");
const simulate = process.env.CALLGATE_SIMULATE ?? join(root, "build/dev/tests/sim/simulate");
// tests/sim/world.cpp has the same.
const simulationSecret = "a deployment secret for the simulation only";
const folder = await mkdtemp(join(tmpdir(), "callgate-wasm-"));
after(() => rm(folder, { recursive: true }));

const OWNER = { workspace: "default", subject: "test", roles: ["owner"], scopes: [] };
let clock = 1_798_000_000_000;

function input(event) {
  clock += 1000;
  return encode({
    now: clock,
    entropy: clock.toString(16).padStart(64, "0"),
    limits: {
      body_bytes_max: 8 * 1024 * 1024, task_rows_max: 1000, attempts_per_row: 1, effects_given: 1000,
    },
    more: false,
    ...event,
  });
}

function request(method, target, body = "", more = { principal: OWNER }) {
  const headers = [["content-type", "application/json"], ...(more.headers ?? [])];
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return input({
    http_request: {
      method,
      target,
      headers,
      body: bytes,
      body_is_stream: false,
      over_tls: more.overTls ?? false,
      ...(more.principal && { principal: more.principal }),
    },
  });
}

// A workspace's first Input is a wake, which makes its tables.
function open(module, number, host) {
  const home = { module, host, core: new module.Core(number) };
  assert.equal(handle(module, home.core, host, input({ wake: {} })).status, 0);
  return home;
}

async function start() {
  const host = new NodeHost("default", "secret");
  return open(await load(modulePath, new Map([[1, host]])), 1, host);
}

// Handles a request and answers its status and JSON body.
function ask({ module, core, host }, ...of) {
  const result = handle(module, core, host, request(...of));
  assert.equal(result.status, 0, Buffer.from(result.bytes).toString());
  const { response } = decode(result.bytes).answer;
  const text = Buffer.from(response.body).toString();
  return { status: response.status, body: JSON.parse(text || "null") };
}

const A_JOB = {
  name: "one",
  assistantId: "a1",
  phoneNumberId: "p1",
  phoneNumbers: ["+14155550132"],
};

for (const seed of existsSync(recordDay) ? ["1", "2"] : []) {
  test(`a day recorded natively has the same trace hash in wasm (seed ${seed})`, async () => {
    const log = join(folder, `day-${seed}.log`);
    const printed = execFileSync(recordDay, [log, seed], { encoding: "utf8" });
    const [trace, inputs] = printed.trim().split(" ");
    const replayed = await replay(modulePath, await readFile(log), simulationSecret);
    assert.ok(Number(inputs) > 500, `a day of ${inputs} Inputs shows little`);
    assert.equal(replayed.inputs, Number(inputs));
    assert.equal(replayed.trace, trace);
  });
}
// Plays of tests/sim, with every fault there is: what was rolled back is not in the log, and a core
// that started anew must have said what one says that never did.
for (const seed of existsSync(simulate) ? ["4", "9", "15", "40", "82"] : []) {
  test(`a play of the simulator has the same trace hash in wasm (seed ${seed})`, async () => {
    const log = join(folder, `play-${seed}.log`);
    const printed = execFileSync(simulate, ["--seed", seed, "--log", log], { encoding: "utf8" });
    const [, trace, inputs] = /^([0-9a-f]{64}) (\d+)$/m.exec(printed);
    const replayed = await replay(modulePath, await readFile(log), simulationSecret);
    assert.ok(Number(inputs) > 500, `a play of ${inputs} Inputs shows little`);
    assert.equal(replayed.inputs, Number(inputs));
    assert.equal(replayed.trace, trace);
  });
}
test("record_day and simulate are built, so that native and wasm can be compared", () => {
  assert.ok(existsSync(recordDay));
  assert.ok(existsSync(simulate));
});

test("a log decodes and encodes in JavaScript to the core's own bytes", async () => {
  const log = join(folder, "wire.log");
  execFileSync(recordDay, [log, "3"]);
  let count = 0;
  for (const record of records(await readFile(log))) {
    assert.deepEqual(Buffer.from(encode(decode(record))), Buffer.from(record));
    count += 1;
  }
  assert.ok(count > 500);
});

test("a job is made, read back and kept in SQLite", async () => {
  const home = await start();
  const made = ask(home, "POST", "/api/jobs", JSON.stringify(A_JOB));
  assert.equal(made.status, 201);
  const read = ask(home, "GET", `/api/jobs/${made.body.id}`);
  assert.equal(read.status, 200);
  assert.equal(read.body.name, "one");
  const again = new home.module.Core(1); // another core on the same storage
  assert.equal(ask({ ...home, core: again }, "GET", `/api/jobs/${made.body.id}`).body.name, "one");
});

test("two workspaces in one instance see only their own jobs", async () => {
  const hosts = new Map([
    [1, new NodeHost("alpha", "secret")],
    [2, new NodeHost("beta", "secret")],
  ]);
  const module = await load(modulePath, hosts);
  const alpha = open(module, 1, hosts.get(1));
  const beta = open(module, 2, hosts.get(2));
  const of = (workspace) => ({ principal: { ...OWNER, workspace } });
  ask(alpha, "POST", "/api/jobs", JSON.stringify(A_JOB), of("alpha"));
  assert.equal(ask(alpha, "GET", "/api/jobs", "", of("alpha")).body.total, 1);
  assert.equal(ask(beta, "GET", "/api/jobs", "", of("beta")).body.total, 0);
});

test("bytes that are no Input are refused with the reason, and nothing is touched", async () => {
  const home = await start();
  const noise = new Uint8Array(100).fill(255);
  for (const bytes of [new Uint8Array(0), new Uint8Array(3), noise, encode({ now: 1 })]) {
    const result = handle(home.module, home.core, home.host, bytes);
    assert.equal(result.status, 1);
    assert.notEqual(result.bytes.length, 0);
  }
  assert.equal(ask(home, "GET", "/healthz").status, 200);
});

test("a failing SQL statement rolls the Input back, and the core goes on", async () => {
  const home = await start();
  ask(home, "POST", "/api/jobs", JSON.stringify(A_JOB));
  const answers = () => ({ error: "disk I/O error" });
  const throws = () => {
    throw new Error("disk I/O error");
  };
  for (const failing of [answers, throws]) {
    const exec = home.host.exec;
    let writes = 0;
    home.host.exec = function (statement, params) {
      writes += /^\s*(insert|update)/i.test(statement) ? 1 : 0;
      return writes === 3 ? failing() : exec.call(this, statement, params);
    };
    const another = request("POST", "/api/jobs", JSON.stringify(A_JOB));
    const failed = handle(home.module, home.core, home.host, another);
    home.host.exec = exec;
    assert.equal(failed.status, 2);
    assert.match(Buffer.from(failed.bytes).toString(), /disk I\/O error/);
    assert.equal(ask(home, "GET", "/api/jobs").body.total, 1);
  }
  assert.equal(ask(home, "POST", "/api/jobs", JSON.stringify(A_JOB)).status, 201);
  assert.equal(ask(home, "GET", "/api/jobs").body.total, 2);
});

test("an eight-megabyte body crosses, memory grows, and the view is taken anew", async () => {
  const home = await start();
  const before = home.module.HEAPU8.length;
  const body = new Uint8Array(8 * 1024 * 1024).fill(0x20);
  const result = handle(home.module, home.core, home.host, request("POST", "/api/jobs", body));
  assert.equal(result.status, 0);
  assert.equal(decode(result.bytes).answer.response.status, 400);
  assert.ok(home.module.HEAPU8.length > before);
  assert.equal(ask(home, "GET", "/healthz").status, 200);
});

test("an Input that memory cannot hold is refused, and the next one is taken", async () => {
  const home = await start();
  const result = handle(home.module, home.core, home.host, new Uint8Array(70 * 1024 * 1024));
  assert.equal(result.status, 1);
  assert.ok(home.module.HEAPU8.length <= 64 * 1024 * 1024);
  assert.equal(ask(home, "GET", "/healthz").status, 200);
});

test("memory does not grow with the number of Inputs", async () => {
  const home = await start();
  ask(home, "POST", "/api/jobs", JSON.stringify(A_JOB));
  const settled = home.module.HEAPU8.length;
  for (let i = 0; i < 3000; ++i) {
    ask(home, "GET", "/api/jobs");
  }
  assert.equal(home.module.HEAPU8.length, settled);
});

test("what needs no workspace is answered without storage", async () => {
  const { module, core, host } = await start();
  host.exec = () => assert.fail("storage was asked");
  const answer = (...of) => decode(call(module, core, "answerEarly", request(...of)).bytes).answer;
  assert.equal(answer("GET", "/healthz", "", {}).response.status, 200);
  assert.equal(answer("GET", "/no/such/path", "", {}).response.status, 404);
  assert.equal(answer("GET", "/api/jobs", "", { principal: OWNER }), undefined);
});

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const tokenOf = (claims) => `${part({ alg: "ES256", kid: "k1" })}.${part(claims)}.AAAA`;

// What becomes of a request that arrives, with what its host has found out so far.
function arrive({ module, core }, { method = "GET", principal, headers = [], bytes = "", ...found } = {}) {
  const http_request = {
    method, target: "/api/jobs", headers, body: new TextEncoder().encode(bytes), body_is_stream: false,
    ...(principal && { principal }),
  };
  return call(module, core, "arrive", encode({ now: clock, http_request, workspaces: "w", ...found }));
}
const arrived = (...of) => decode(arrive(...of).bytes);

test("a request is told who asks: nobody, or a token whose signature the host verifies", async () => {
  const home = await start();
  assert.equal(arrived(home).denied.status, 401);
  assert.equal(arrived(home, { headers: [["authorization", "Bearer aa.bb.cc"]] }).denied.status, 401);
  const token = tokenOf({});
  assert.deepEqual(arrived(home, { headers: [["authorization", `Bearer ${token}`]] }),
    { jwt: { token, algorithm: "ES256", key_id: "k1" } });
});

test("a token's claims are judged once its signature is verified, under the trust of the key", async () => {
  const home = await start();
  const judge = (claims, signature, more) =>
    arrived(home, { headers: [["authorization", `Bearer ${tokenOf(claims)}`]], signature, ...more });
  const why = (...of) => JSON.parse(Buffer.from(judge(...of).denied.body).toString()).detail;
  const claims = { iss: "callgate", aud: "callgate", sub: "x", workspace: "w", role: "viewer", exp: clock / 1000 + 60 };
  assert.deepEqual(judge(claims, { verified: true }).admitted, {
    principal: { workspace: "w", subject: "x", roles: ["viewer"], scopes: [] },
    is_list: false, is_stream: false, is_report: false, only_reads: true, repeatable: true,
  });
  assert.equal(why(claims, { verified: false }), "the token's signature does not fit");
  assert.equal(why(claims, { verified: true }, { now: clock + 120_000 }), "the token has expired");
  assert.equal(why(claims, { verified: true }, { workspaces: "v" }), "There is no such workspace here.");
  const trust = { issuer: "https://identity.example", audience: "calls", workspace: "w" };
  assert.equal(why(claims, { verified: true, trust }), "the token is of another issuer");
  const theirs = { ...claims, iss: trust.issuer, aud: ["x", "calls"], workspace: undefined };
  assert.equal(judge(theirs, { verified: true, trust }).admitted.principal.workspace, "w");
  assert.equal(why(theirs, { verified: true }), "the token is of another issuer");
  assert.equal(arrive(home, { signature: {} }).status, 1); // it does not say whether it is verified
});

test("a request with its body is answered, or is for its workspace", async () => {
  const home = await start();
  assert.equal(arrived(home, { principal: OWNER }).admitted.principal.subject, "test");
  for (const [found, status] of [[{ body: "broken" }, 400], [{ body: "too_large" }, 413]]) {
    assert.equal(arrived(home, { method: "POST", principal: OWNER, ...found }).response.status, status);
  }
  // Whether they may is known to the workspace, and what they may not is not looked at.
  for (const found of [{ bytes: "{}" }, { body: "whole" }]) {
    assert.equal(arrived(home, { method: "POST", principal: OWNER, ...found }).admitted.principal.subject, "test");
  }
});

test("a session's cookie stays on TLS where the client speaks it, also when it is taken away", async () => {
  const { module, core, host } = await start();
  const ticket = { workspace: "default", subject: "sign-in-link", roles: ["owner"], scopes: [], credential: "link" };
  const cookie = (method, target, overTls) => {
    const asked = request(method, target, "", { principal: ticket, overTls });
    const { headers } = decode(handle(module, core, host, asked).bytes).answer.response;
    return headers.find(([name]) => name === "set-cookie")[1];
  };
  for (const visit of [["GET", "/sign-in?ticket=x"], ["POST", "/sign-out"]]) {
    assert.match(cookie(...visit, true), /^callgate_session=.*; HttpOnly; SameSite=Lax; Secure; Max-Age=\d+$/);
    assert.doesNotMatch(cookie(...visit, false), /Secure/);
  }
});

test("a host's own problem has the words of its name, or those it is given", async () => {
  const { module, core } = await start();
  const problem = (said) => decode(call(module, core, "problem", new TextEncoder().encode(said)).bytes).response;
  const { status, headers, body } = problem("too_many_requests");
  assert.equal(status, 429);
  assert.deepEqual(headers.at(-1), ["retry-after", "10"]);
  assert.equal(JSON.parse(Buffer.from(body)).code, "too_many_requests");
  assert.equal(JSON.parse(Buffer.from(problem("not_configured\nSet a secret.").body)).detail, "Set a secret.");
  assert.throws(() => problem("nothing_of_ours"), WebAssembly.RuntimeError);
});

test("entering the core from inside a host function traps", async () => {
  const home = await start();
  const { module, core, host } = home;
  let trapped;
  const exec = host.exec;
  host.exec = function (statement, params) {
    try {
      call(module, core, "handle", input({ wake: {} }));
    } catch (error) {
      trapped ??= error;
    }
    return exec.call(this, statement, params);
  };
  handle(module, core, host, input({ wake: {} }));
  assert.ok(trapped instanceof WebAssembly.RuntimeError);
});

// What is refused, with what words, and that nothing is changed by it.
import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { after, before, describe, test } from "node:test";

import { keysAtHand, openHost, platform, raw, until } from "./host.mjs";

let host;
let owner;
before(async () => {
  host = await openHost();
  owner = host.owner;
});
after(() => host.close());

const state = async () => JSON.stringify([await owner.jobs(), (await owner.send("GET", "/api/scheduler/config")).body]);

// The request must be refused with a problem of this status and code, and leave everything as it was.
async function refused(status, code, answer, before) {
  const { body } = answer;
  assert.equal(answer.status, status, JSON.stringify(body));
  assert.match(answer.headers?.get("content-type") ?? "application/problem+json", /^application\/problem\+json/);
  assert.equal(body.status, status);
  assert.ok(body.type && body.title && body.code && body.detail, JSON.stringify(body));
  if (code !== undefined) {
    assert.equal(body.code, code, JSON.stringify(body));
  }
  if (before !== undefined) {
    assert.equal(await state(), before);
  }
  return body;
}

const job = { name: "Refused", assistantId: "a", phoneNumberId: "p", phoneNumbers: ["+14155550132"] };
const post = (body, headers = {}) =>
  owner.send("POST", "/api/jobs", { body, headers: { "content-type": "application/json", ...headers } });
const list = (body, name = `list-${Math.random()}`) =>
  owner.send("POST", `/api/jobs?name=${name}&assistantId=a&phoneNumberId=p`, {
    body, headers: { "content-type": "text/csv" },
  });

describe("bodies", () => {
  const bodies = {
    "malformed JSON": ['{"name": "x",', 400],
    "nothing": ["", 400],
    "an array": ["[]", 422],
    "nesting of 10,000": ["[".repeat(10_000), 400],
    "nesting of 5,000,000": ["[".repeat(5_000_000), 400],
    "invalid UTF-8": [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400],
    "a NUL in a string": [JSON.stringify({ ...job, name: "a\u0000b" }), 422],
    "a member given twice": ['{"name":"a","name":"b"}', 422],
    "wrong types": [JSON.stringify({ ...job, name: 7, phoneNumbers: "x", maxAttempts: "3" }), 422],
    "an unknown field": [JSON.stringify({ ...job, phonNumbers: [] }), 422],
    "a fraction for an integer": [JSON.stringify({ ...job, maxAttempts: 1.5 }), 422],
    "an empty list": [JSON.stringify({ ...job, phoneNumbers: [] }), 422],
    "nobody at all": [JSON.stringify({ ...job, phoneNumbers: undefined }), 422],
    "nobody who can be called": [JSON.stringify({ ...job, phoneNumbers: ["x", "12"] }), 422],
    "too many recipients": [JSON.stringify({ ...job, phoneNumbers: Array(10_001).fill("+14155550132") }), 422],
    "a schedule that is no time": [JSON.stringify({ ...job, schedule: "tomorrow" }), 422],
    "20 MB": [JSON.stringify({ ...job, notes: "x".repeat(20 * 1024 * 1024) }), 413],
  };
  for (const [what, [body, status]] of Object.entries(bodies)) {
    test(`${what} is refused with ${status}`, async () => {
      const before = await state();
      const answer = await post(body);
      const problem = await refused(status, undefined, answer, before);
      if (status === 422) {
        assert.ok(problem.issues.length > 0 && problem.issues.every(({ pointer, detail }) => pointer !== undefined && detail));
      }
    });
  }

  test("every mistake is told at once, with its place", async () => {
    const { body } = await post(JSON.stringify({ ...job, name: "", maxAttempts: 99, extra: 1, schedule: 5 }));
    assert.deepEqual(body.issues.map(({ pointer }) => pointer).sort(), ["/extra", "/maxAttempts", "/name", "/schedule"]);
  });

  test("another media type is refused, and the accepted ones are named", async () => {
    const answer = await owner.send("POST", "/api/jobs", { body: "x", headers: { "content-type": "text/xml" } });
    const problem = await refused(415, undefined, answer);
    assert.match(problem.detail, /application\/json/);
  });
});

describe("lists", () => {
  const lists = {
    "no phone column": ["Name,City\nAda,London\n", 422, "phone_column_missing"],
    "no header": ["+14155550132,Ada\n", 422, "header_missing"],
    "UTF-16": [Buffer.from("\uFEFFphone\n+14155550132\n", "utf16le"), 422, "encoding_utf16"],
    "Windows-1252": [Buffer.from("phone,name\n+14155550132,Andr\u00e9\n", "latin1"), 422, "encoding_not_utf8"],
    "a quote that never ends": ['phone,name\n+14155550132,"Ada\n', 422, "quote_unterminated"],
    "no valid number": ["phone\nx\ny\n", 422, "no_valid_recipients"],
    "no body": ["", 400, undefined],
  };
  for (const [what, [body, status, code]] of Object.entries(lists)) {
    test(`${what} is refused as a whole, and nothing stays`, async () => {
      const before = await state();
      await refused(status, code, await list(body), before);
    });
  }

  test("a list that comes twice under one name is refused the second time", async () => {
    const text = "phone\n+14155550132\n+14155550133\n";
    assert.equal((await list(text, "twice")).status, 201);
    const before = await state();
    await refused(409, "already_imported", await list(text, "twice"), before);
    assert.equal((await list(text, "another name")).status, 201);
  });

  test("a list cut in the middle leaves nothing", async () => {
    const before = await state();
    const head = `POST /api/jobs?name=cut&assistantId=a&phoneNumberId=p HTTP/1.1\r\nhost: x\r\n` +
      `authorization: Bearer ${owner.token}\r\ncontent-type: text/csv\r\ncontent-length: 100000\r\n\r\n`;
    const rows = Array.from({ length: 900 }, (_, i) => `+1415555${1000 + i},x`).join("\n");
    await raw(host.url, head, `phone,name\n${rows}`, { halfClose: true }).catch(() => {});
    await until("the cut list is gone", async () => (await state()) === before);
  });

  test("a list without its settings names those that are missing", async () => {
    const answer = await owner.send("POST", "/api/jobs", { body: "phone\n1\n", headers: { "content-type": "text/csv" } });
    const problem = await refused(400, "query_invalid", answer);
    assert.deepEqual(problem.issues.map(({ pointer }) => pointer), ["?name", "?assistantId", "?phoneNumberId"]);
  });
});

describe("targets and methods", () => {
  for (const [target, skip] of [
    ["/api/jobs/../../etc/passwd", platform.normalises], ["/api/jobs/%2e%2e/keys", platform.normalises],
    ["/api/jobs/..%2fx"], ["//api/jobs"], ["/api/jobs/%00"], ["/api/jobs/%zz"],
    ["/api/jobs/\xff", platform.refuses],
  ]) {
    test(`${JSON.stringify(target)} is refused`, { skip: skip ?? false }, async () => {
      const answer = await raw(host.url, Buffer.from(
        `GET ${target} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${owner.token}\r\n\r\n`, "latin1"));
      await refused(400, undefined, { ...answer, body: JSON.parse(answer.text) });
    });
  }

  for (const [what, [text, status, seenByUs]] of Object.entries({
    "no HTTP at all": ["nonsense\r\n\r\n", 400],
    "no host": ["GET /healthz HTTP/1.1\r\n\r\n", 400],
    "two hosts": ["GET /healthz HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", 400],
    "two lengths": ["POST /api/jobs HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab", 400],
    "a length and chunks": [
      "POST /api/jobs HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", 400],
    "an unknown coding": ["POST /api/jobs HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip\r\n\r\n", 501],
    "a later HTTP": ["GET /healthz HTTP/3.0\r\nhost: a\r\n\r\n", 505],
    "a huge header": [`GET /healthz HTTP/1.1\r\nhost: a\r\nx: ${"x".repeat(200_000)}\r\n\r\n`, 431],
    "a huge target": [`GET /${"x".repeat(9_000)} HTTP/1.1\r\nhost: a\r\n\r\n`, 414, true],
  })) {
    test(`a request with ${what} is refused with ${status}, in the words of every refusal`, { skip: !seenByUs && platform.refuses }, async () => {
      const before = await state();
      const answer = await raw(host.url, Buffer.from(text, "latin1"));
      const problem = await refused(status, undefined, { ...answer, body: JSON.parse(answer.text) }, before);
      assert.equal(problem.type, `/problems/${problem.code}`);
    });
  }

  test("an unknown path is 404, a wrong method 405 with Allow", async () => {
    await refused(404, undefined, await owner.send("GET", "/api/nothing"));
    const answer = await owner.send("PATCH", "/api/scheduler/config");
    await refused(405, undefined, answer);
    assert.match(answer.headers.get("allow"), /PUT/);
  });

  test("an unknown query parameter and a foreign cursor are refused", async () => {
    await refused(400, undefined, await owner.send("GET", "/api/jobs?limitt=5"));
    await refused(400, "cursor_invalid", await owner.send("GET", "/api/jobs?cursor=call_x"));
    await refused(404, "job_not_found", await owner.send("GET", "/api/jobs/job_00000000000000000000000000"));
  });
});

describe("credentials", () => {
  const base64 = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
  const claims = (more = {}) => {
    const payload = JSON.parse(Buffer.from(owner.token.split(".")[1], "base64url"));
    return { ...payload, ...more };
  };
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const signed = (header, payload, signature) => {
    const text = `${base64(header)}.${base64(payload)}`;
    return `${text}.${signature(text)}`;
  };
  const hmac = (key) => (text) => createHmac("sha256", key).update(text).digest("base64url");
  const now = Math.floor(Date.now() / 1000);
  // Made when they are sent: they begin from the owner's token, which the host has by then.
  const forged = {
    "absent": () => undefined,
    "empty": () => "",
    "no token": () => "abc",
    "alg none": () => signed({ alg: "none", typ: "JWT" }, claims(), () => ""),
    "alg None": () => signed({ alg: "None" }, claims(), () => ""),
    "signed with another secret": () => signed({ alg: "HS256" }, claims(), hmac("x".repeat(32))),
    "signed with an empty secret": () => signed({ alg: "HS256" }, claims(), hmac("")),
    "signed with a public key as secret": () => signed({ alg: "HS256" }, claims(), hmac(publicKey.export({ type: "spki", format: "pem" }))),
    "signed by an unknown RSA key": () => signed({ alg: "RS256" }, claims(), (text) => sign("sha256", Buffer.from(text), privateKey).toString("base64url")),
    "with a key in its header": () => signed({ alg: "RS256", jwk: publicKey.export({ format: "jwk" }) }, claims(), (text) => sign("sha256", Buffer.from(text), privateKey).toString("base64url")),
    "another payload under a good signature": () => owner.token.split(".").map((part, i) => (i === 1 ? base64(claims({ sub: "x" })) : part)).join("."),
    "a good token and more": () => `${owner.token}.x`,
    "huge": () => "a".repeat(10_000),
  };
  for (const [what, make] of Object.entries(forged)) {
    test(`a token that is ${what} is refused`, async () => {
      const token = make();
      const answer = await fetch(`${host.url}/api/jobs`, {
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      });
      const text = await answer.text();
      assert.ok([401, 431].includes(answer.status), `${answer.status} ${text}`);
      if (answer.status === 401) {
        assert.match(answer.headers.get("www-authenticate"), /^Bearer/);
        assert.equal(JSON.parse(text).status, 401);
      }
    });
  }

  // The deployment's own key, where the host lets the suite have it.
  test("an expired, a premature and a foreign token under a good signature are refused",
    { skip: keysAtHand ? false : "this host's signing key is not at hand" },
    async () => {
      const hs256 = (more) => signed({ alg: "HS256", typ: "JWT" }, claims(more), hmac(host.signingKey()));
      const status = async (token) =>
        (await fetch(`${host.url}/api/jobs`, { headers: { authorization: `Bearer ${token}` } })).status;
      assert.equal(await status(hs256({})), 200);
      assert.equal(await status(hs256({ exp: now - 120 })), 401);
      assert.equal(await status(hs256({ nbf: now + 600 })), 401);
      assert.equal(await status(hs256({ aud: "another" })), 401);
      assert.equal(await status(hs256({ iss: "another" })), 401);
      assert.equal(await status(hs256({ exp: undefined })), 401);
    });

  test("a viewer sees masked numbers and changes nothing", async () => {
    const { id } = await owner.must("POST", "/api/jobs", { json: { ...job, name: "masked" } });
    const viewer = host.as("viewer");
    const before = await state();
    await refused(403, undefined, await viewer.send("POST", "/api/jobs", { json: job }), before);
    await refused(403, undefined, await viewer.send("DELETE", `/api/jobs/${id}`), before);
    await refused(403, undefined, await viewer.send("GET", "/api/providers"));
    const seen = await viewer.must("GET", `/api/jobs/${id}`);
    assert.deepEqual(seen.phoneNumbers, ["+14*******32"]);
  });

  test("the sign-in link makes a session that only this site may use", async () => {
    const link = new URL(host.tokenOf("--link"));
    const signIn = await fetch(`${host.url}${link.pathname}${link.search}`, { redirect: "manual" });
    assert.equal(signIn.status, 303);
    const cookie = signIn.headers.get("set-cookie");
    assert.match(cookie, /HttpOnly/);
    assert.match(cookie, /SameSite=Lax/);
    const headers = { cookie: cookie.split(";")[0], "content-type": "application/json" };
    assert.equal((await fetch(`${host.url}/api/session`, { headers })).status, 200);
    const send = (origin) => fetch(`${host.url}/api/jobs`, {
      method: "POST", body: JSON.stringify({ ...job, name: "by cookie" }),
      headers: { ...headers, ...(origin && { origin }) },
    });
    assert.equal((await send("https://evil.example")).status, 403);
    assert.equal((await send(undefined)).status, 403);
    assert.equal((await send(host.url)).status, 201);
    const changed = `${cookie.split(";")[0].slice(0, -3)}aaa`;
    assert.equal((await fetch(`${host.url}/api/session`, { headers: { cookie: changed } })).status, 401);
    assert.equal((await fetch(`${host.url}/sign-in?ticket=x`, { redirect: "manual" })).status, 401);
  });
});

describe("webhooks", () => {
  const body = JSON.stringify({ message: { type: "status-update", status: "ended", call: { id: "x" } } });
  let url;
  before(async () => {
    url = (await owner.must("GET", "/api/providers/vapi")).webhookUrl;
  });
  const send = (target, text, secret, at = Date.now()) => {
    const timestamp = String(Math.floor(at / 1000));
    const signature = createHmac("sha256", secret).update(`${timestamp}.${text}`).digest("hex");
    return fetch(target, {
      method: "POST", body: text,
      headers: { "content-type": "application/json", "x-timestamp": timestamp, "x-signature": signature },
    });
  };

  test("a signed one is taken, whatever call it is about", async () => {
    assert.equal((await send(url, body, host.carrier.webhookSecret)).status, 200);
  });

  test("unsigned, re-signed, stale, altered and misdirected ones are refused", async () => {
    const secret = host.carrier.webhookSecret;
    const hour = 3_600_000;
    const statuses = [
      (await fetch(url, { method: "POST", body, headers: { "content-type": "application/json" } })).status,
      (await send(url, body, "another secret")).status,
      (await send(url, body, secret, Date.now() - hour)).status,
      (await send(url, body, secret, Date.now() + hour)).status,
      (await send(url.replace("key=cgw.", "key=cgw.x"), body, secret)).status,
      (await send(url.slice(0, url.indexOf("?")), body, secret)).status,
      (await send(`${url}x`, body, secret)).status,
    ];
    assert.deepEqual(statuses, Array(statuses.length).fill(401));
  });
});

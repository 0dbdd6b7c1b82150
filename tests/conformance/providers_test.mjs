// More than one provider account: how they are named, ordered and removed, that one stands in for another that is
// away, and that each reports to its own address under its own secret.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, afterEach, before, describe, test } from "node:test";

import { Carrier, makeFolder, removeFolder } from "../e2e/processes.mjs";
import { binary, openHost, platform, until } from "./host.mjs";

let host;
let owner;
const nowhere = "http://127.0.0.1:1";
const others = ["second", "third"];
const second = (json) => owner.send("PUT", "/api/providers/second", { json: { baseUrl: nowhere, apiKey: "a key", ...json } });
const names = async () => (await owner.must("GET", "/api/providers")).providers.map(({ name }) => name);

before(async () => {
  host = await openHost();
  owner = host.owner;
});
afterEach(async () => {
  await owner.must("PUT", "/api/limits", { json: { workspace: { concurrency: 50 }, job: { concurrency: 50 } } });
  for (const name of others) {
    await owner.send("DELETE", `/api/providers/${name}`);
  }
  await owner.must("PUT", "/api/providers/vapi", {
    json: { baseUrl: host.carrier.url, publicUrl: host.url, lookupGraceSeconds: 3, pollAfterSeconds: 3, order: 1 },
  });
});
after(() => host.close());

let made = 0;
const newJob = (more = {}) => {
  made += 1;
  return {
    name: `Accounts ${made}`, schedule: "now", assistantId: "a", phoneNumberId: "p", maxAttempts: 1,
    phoneNumbers: [`+1646555${1000 + made}`], ...more,
  };
};
const ended = (id) =>
  until(`${id} has ended`, async () => (await owner.must("GET", `/api/jobs/${id}`)).status === "completed", 60);
const waitsFor = (id, code) =>
  until(`${id} waits for ${code}`, async () => {
    const { reasons } = await owner.must("GET", `/api/jobs/${id}/explain`);
    return reasons.find((one) => one.code === code);
  }, 20);

describe("the accounts", () => {
  test("a new one stands last, and keeps what is left out", async () => {
    const { status, body } = await second({ publicUrl: host.url, ids: { assistants: { a: "b" } }, overflow: true });
    assert.equal(status, 200);
    assert.deepEqual(
      { name: body.name, type: body.type, order: body.order, overflow: body.overflow, ids: body.ids },
      { name: "second", type: "vapi", order: 2, overflow: true, ids: { assistants: { a: "b" }, phoneNumbers: {} } });
    assert.match(body.webhookUrl, /\/api\/webhooks\/vapi\/second\?key=/);
    assert.deepEqual(await names(), ["vapi", "second"]);
    const kept = (await owner.send("PUT", "/api/providers/second", { json: { baseUrl: nowhere, publicUrl: host.url } })).body;
    assert.deepEqual(kept, body);
    assert.deepEqual((await owner.must("GET", "/api/providers/second")), body);
    assert.equal((await second({ ids: {}, overflow: false })).body.ids, undefined);
  });

  test("the order is the one that was said last", async () => {
    await second({ order: 7 });
    await owner.must("PUT", "/api/providers/third", { json: { baseUrl: nowhere, apiKey: "k", order: 3 } });
    assert.deepEqual(await names(), ["vapi", "third", "second"]);
    await second({ order: 1 });
    assert.deepEqual(await names(), ["vapi", "second", "third"], "of one place, as they were made");
  });

  test("what is wrong is told with its place, and nothing is stored", async () => {
    const { status, body } = await second({ order: 0, type: "other", ids: { assistants: { a: "" } }, overflow: "yes" });
    assert.equal(status, 422);
    assert.deepEqual(body.issues.map(({ pointer }) => pointer).sort(), ["/ids/assistants/a", "/order", "/overflow", "/type"]);
    const noKey = await owner.send("PUT", "/api/providers/second", { json: { baseUrl: nowhere } });
    assert.deepEqual([noKey.status, noKey.body.issues[0].pointer], [422, "/apiKey"]);
    const elsewhere = await owner.send("PUT", "/api/providers/vapi", { json: { baseUrl: "http://127.0.0.1:2", publicUrl: host.url } });
    assert.deepEqual([elsewhere.status, elsewhere.body.issues.map(({ pointer }) => pointer)], [422, ["/apiKey"]],
      "a stored key goes to no other address");
    assert.equal((await owner.must("GET", "/api/providers/vapi")).baseUrl, host.carrier.url);
    for (const name of ["Second", "2nd", "a_b", "a".repeat(41)]) {
      assert.equal((await owner.send("PUT", `/api/providers/${name}`, { json: { apiKey: "k" } })).status, 404, name);
    }
    assert.deepEqual(await names(), ["vapi"]);
  });

  test("there are eight at most", async () => {
    const more = Array.from({ length: 7 }, (_, at) => `more-${at}`);
    for (const name of more) {
      await owner.must("PUT", `/api/providers/${name}`, { json: { apiKey: "k" } });
    }
    const { status, body } = await second({});
    assert.deepEqual([status, body.code], [409, "too_many_providers"]);
    for (const name of more) {
      assert.equal((await owner.send("DELETE", `/api/providers/${name}`)).status, 204);
    }
  });

  test("one that is not there is not found, and one that is removed is gone", async () => {
    for (const [method, path] of [["GET", ""], ["DELETE", ""], ["POST", "/check"]]) {
      const { status, body } = await owner.send(method, `/api/providers/second${path}`);
      assert.deepEqual([status, body.code], [404, "provider_not_found"], method);
    }
    await second({});
    await owner.must("PUT", "/api/limits", { json: { providers: [{ name: "second", concurrency: 2, adaptive: true }] } });
    assert.equal((await owner.send("DELETE", "/api/providers/second")).status, 204);
    assert.equal((await owner.must("GET", "/api/limits")).limits.providers, undefined);
    const { entries } = await owner.must("GET", "/api/audit");
    const removed = entries.find(({ action }) => action === "provider.removed");
    assert.equal(removed.subject, "second");
  });

  test("the check asks the account that is named", async () => {
    await second({});
    const { body } = await owner.send("POST", "/api/providers/second/check");
    assert.equal(body.reached, false);
    assert.equal((await owner.send("POST", "/api/providers/vapi/check")).body.keyAccepted, true);
  });
});

describe("limits", () => {
  test("an account has its own, the others those of each", async () => {
    await second({});
    const wanted = {
      workspace: { concurrency: 50 }, job: { concurrency: 50 }, provider: { concurrency: 9 },
      providers: [{
        name: "second", concurrency: 4, perSecond: 2, perMinute: 60, perDay: 500, timezone: "Europe/Rome",
        breaker: { failures: 2, waitSeconds: 5, waitSecondsMax: 50 }, adaptive: true,
      }],
    };
    const body = await owner.must("PUT", "/api/limits", { json: wanted });
    assert.deepEqual(body.limits, wanted);
    assert.deepEqual(body.providers.map(({ name, ceiling }) => [name, ceiling]), [["vapi", 9], ["second", 4]]);
    const { liveCalls, callsToday, ...first } = body.providers[0];
    assert.deepEqual([body.provider, liveCalls, callsToday], [first, 0, 0]);
  });

  test("a name that is none, or comes twice, is refused", async () => {
    const one = { name: "nobody" };
    const { status, body } = await owner.send("PUT", "/api/limits", { json: { providers: [one, { name: "vapi" }, { name: "vapi" }] } });
    assert.equal(status, 422);
    assert.deepEqual(body.issues.map(({ pointer, code }) => [pointer, code]),
      [["/providers/0/name", "unknown_provider"], ["/providers/2/name", "duplicate"]]);
  });
});

describe("calls", () => {
  const skip = platform.cannotTell;
  test("another account stands in for one that is away, and the attempt says which", { skip }, async () => {
    await second({ order: 1 });
    await owner.must("PUT", "/api/providers/vapi", {
      json: { baseUrl: host.carrier.url, publicUrl: host.url, lookupGraceSeconds: 3, pollAfterSeconds: 3, order: 2 },
    });
    await owner.must("PUT", "/api/limits", { json: { provider: { breaker: { failures: 1, waitSeconds: 600, waitSecondsMax: 600 } } } });
    const { id } = await owner.must("POST", "/api/jobs", { json: newJob() });
    await ended(id);
    const [{ attempts }] = await owner.callsOf(id);
    assert.deepEqual(attempts.map(({ outcome, provider }) => [outcome, provider]).slice(0, 1), [["not_placed", "second"]]);
    assert.equal(attempts.at(-1).provider, "vapi");
    assert.equal(attempts.at(-1).evidence.provider, "vapi");
    const { providers } = await owner.must("GET", "/api/limits");
    assert.deepEqual(providers.map(({ name, state }) => [name, state]), [["second", "open"], ["vapi", "closed"]]);
  });

  for (const [what, flag, outcome, more] of [
    ["that is out of order", "--fault-5xx-before", "not_placed", {}],
    ["that has no room and overflows", "--fault-429", "capacity", { overflow: true }],
  ]) {
    test(`another account stands in for one ${what}`, async () => {
      const folder = await makeFolder("providers");
      const away = new Carrier({ binary, folder, flags: [flag, "1"] });
      await away.start();
      try {
        await second({ baseUrl: away.url, apiKey: away.key, order: 1, lookupGraceSeconds: 3, pollAfterSeconds: 3, ...more });
        await owner.must("PUT", "/api/providers/vapi", {
          json: { baseUrl: host.carrier.url, publicUrl: host.url, lookupGraceSeconds: 3, pollAfterSeconds: 3, order: 2 },
        });
        const breaker = { failures: 1, waitSeconds: 600, waitSecondsMax: 600 };
        await owner.must("PUT", "/api/limits", { json: { provider: { breaker } } });
        const { id } = await owner.must("POST", "/api/jobs", { json: newJob() });
        await ended(id);
        const [{ attempts }] = await owner.callsOf(id);
        assert.deepEqual([attempts[0].outcome, attempts[0].provider], [outcome, "second"]);
        assert.equal(attempts.at(-1).provider, "vapi");
      } finally {
        await away.stop();
        await removeFolder(folder);
      }
    });
  }

  test("a job's own accounts are checked when it is made and when it is changed", { skip }, async () => {
    const wrong = await owner.send("POST", "/api/jobs", { json: newJob({ providers: ["vapi", "nobody", "vapi"] }) });
    assert.equal(wrong.status, 422);
    assert.deepEqual(wrong.body.issues.map(({ pointer, code }) => [pointer, code]),
      [["/providers/1", "unknown_provider"], ["/providers/2", "duplicate"]]);
    await second({});
    await owner.must("PUT", "/api/limits", { json: { providers: [{ name: "second", breaker: { failures: 1, waitSeconds: 600, waitSecondsMax: 600 } }] } });
    const { id, providers } = await owner.must("POST", "/api/jobs", { json: newJob({ providers: ["second"] }) });
    assert.deepEqual(providers, ["second"]);
    const { provider } = await waitsFor(id, "provider_unavailable");
    assert.equal(provider, "second");
    const refused = await owner.send("PATCH", `/api/jobs/${id}`, { json: { providers: ["nobody"] } });
    assert.deepEqual([refused.status, refused.body.issues[0].pointer], [422, "/providers/0"]);
    const changed = await owner.must("PATCH", `/api/jobs/${id}`, { json: { providers: [] } });
    assert.equal(changed.providers, undefined);
    assert.deepEqual((await owner.must("GET", `/api/jobs/${id}`)).changes.at(-1).fields, ["providers"]);
    await ended(id);
  });
});

describe("reports", () => {
  const report = JSON.stringify({ message: { type: "status-update", status: "ended", call: { id: "x" } } });
  const send = (target, secret) => {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac("sha256", secret).update(`${timestamp}.${report}`).digest("hex");
    return fetch(target, {
      method: "POST", body: report,
      headers: { "content-type": "application/json", "x-timestamp": timestamp, "x-signature": signature },
    });
  };

  test("each account's are verified with its own secret alone", async () => {
    const { webhookUrl } = (await second({ publicUrl: host.url, webhookSecret: "its own secret" })).body;
    const first = (await owner.must("GET", "/api/providers/vapi")).webhookUrl;
    const statuses = [
      (await send(webhookUrl, "its own secret")).status, (await send(first, host.carrier.webhookSecret)).status,
      (await send(webhookUrl, host.carrier.webhookSecret)).status, (await send(first, "its own secret")).status,
      (await send(webhookUrl.replace("/second?", "/nobody?"), "its own secret")).status,
      (await send(webhookUrl.slice(0, webhookUrl.indexOf("?")), "its own secret")).status,
    ];
    assert.deepEqual(statuses, [200, 200, 401, 401, 401, 401]);
  });
});

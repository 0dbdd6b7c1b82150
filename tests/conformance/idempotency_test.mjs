// Every create that is asked twice with one Idempotency-Key is done once, and what it showed once is not shown again.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";

import { Client } from "../e2e/client.mjs";
import { openHost, tokenOf } from "./host.mjs";

let host;
let owner;
let openapi;
let job;
before(async () => {
  host = await openHost();
  owner = host.owner;
  openapi = await (await fetch(`${host.url}/openapi.json`)).json();
  job = await owner.must("POST", "/api/jobs", { json: settings() });
});
after(() => host?.close());

let people = 0;
const phoneNumber = () => `+1212555${String(1000 + ++people)}`;
const settings = () => ({ name: "Repeated", assistantId: "a", phoneNumberId: "p", phoneNumbers: [phoneNumber()] });
const later = () => new Date(Date.now() + 90 * 86_400_000).toISOString();

// What each create takes; `list` is where what it made is counted.
const creates = {
  "/api/jobs": { json: settings, list: ["/api/jobs?limit=200", "jobs"] },
  "/api/jobs/{id}/clone": { json: () => ({}), list: ["/api/jobs?limit=200", "jobs"] },
  "/api/contacts": { json: () => ({ firstName: "Ada", phoneNumbers: [phoneNumber()] }), list: ["/api/contacts?limit=100", "contacts"] },
  "/api/suppressions": { json: () => ({ phoneNumber: phoneNumber() }), list: ["/api/suppressions?limit=100", "suppressions"] },
  "/api/schedules": {
    json: () => ({ name: "Yearly", timezone: "UTC", cron: "0 9 1 1 *", job: settings() }), list: ["/api/schedules?limit=100", "schedules"],
  },
  "/api/schedules/{id}/trigger": { json: () => undefined, list: ["/api/jobs?limit=200", "jobs"] },
  "/api/views": { json: () => ({ name: randomUUID(), of: "jobs", query: {} }), list: ["/api/views", "views"] },
  "/api/keys": { json: () => ({ name: randomUUID(), role: "viewer" }), list: ["/api/keys", "keys"], once: true },
  "/api/members/invitations": { json: () => ({ role: "viewer" }), list: ["/api/members/invitations", "invitations"], once: true },
  "/api/call-queue": {
    json: async () => ({ campaignId: job.id, contactId: (await person()).seq }), list: ["/api/call-queue?limit=100", "queueItems"],
  },
  "/api/call-queue/bulk": {
    json: async () => ({ campaignId: job.id, contacts: [(await person()).seq, 999_999] }), list: ["/api/call-queue?limit=100", "queueItems"],
  },
  "/api/clients/{clientId}/queue": {
    json: async () => ({ leadId: (await person()).id, scheduledAt: later() }), list: ["/api/clients/repeated/queue?limit=100", "items"],
  },
  "/api/clients/{clientId}/queue/schedule-batch": {
    json: async () => ({ leadIds: [(await person()).id, "nobody"], scheduledAt: later() }),
    list: ["/api/clients/repeated/queue?limit=100", "items"],
  },
  "/api/v1/scheduling/schedule": {
    json: () => ({ phoneNumber: phoneNumber(), agentId: "a", userId: "u", scheduledFor: later(), phoneNumberId: "p" }),
    list: ["/api/jobs?limit=200", "jobs"],
  },
};
const person = () => owner.must("POST", "/api/contacts", { json: { firstName: "Bea", phoneNumbers: [phoneNumber()] } });

test("every create of the description is known here", () => {
  const described = Object.entries(openapi.paths)
    .filter(([, { post }]) => post?.responses[201] !== undefined).map(([path]) => path);
  // A session is a cookie, a ticket is spent within a minute.
  assert.deepEqual(described.filter((path) => !["/api/sessions", "/api/tickets"].includes(path)).sort(), Object.keys(creates).sort());
});

for (const [pattern, { json, list: [path, member], once }] of Object.entries(creates)) {
  test(`POST ${pattern} is done once`, async () => {
    // What it lists, and of how many: in a workspace with more than a page the new one may be on another.
    const listed = async () => {
      const page = await owner.must("GET", path);
      const ids = page[member].map(({ id, queueId }) => id ?? queueId).sort();
      return { ids, total: page.total ?? ids.length };
    };
    const target = pattern.replace("{clientId}", "repeated").replace("{id}", pattern.includes("schedules")
      ? (await owner.must("POST", "/api/schedules", { json: await creates["/api/schedules"].json() })).id : job.id);
    const key = { "idempotency-key": randomUUID() };
    const body = await json();
    const before = await listed();
    const first = await owner.send("POST", target, { json: body, headers: key });
    assert.ok([201, 202].includes(first.status), JSON.stringify(first.body));
    assert.equal(first.headers.get("idempotency-replayed"), null);
    const made = await listed();
    assert.equal(made.total, before.total + 1);
    if (made.ids.length === made.total) {
      assert.equal(made.ids.filter((id) => !before.ids.includes(id)).length, 1);
    }
    const again = await owner.send("POST", target, { json: body, headers: key });
    if (once) {
      assert.deepEqual([again.status, again.body.code], [409, "idempotency_key_used"]);
      assert.ok(!JSON.stringify(again.body).includes("cg_live"));
    } else {
      assert.deepEqual([again.status, again.headers.get("idempotency-replayed")], [first.status, "true"]);
      assert.deepEqual(again.body, first.body);
      assert.equal(again.headers.get("location"), first.headers.get("location"));
    }
    const other = await owner.send("POST", target, { json: { ...body, name: "Another" }, headers: key });
    assert.ok(other.status >= 400 && other.status < 500, "the key with another request");
    assert.deepEqual(await listed(), made);
  });
}

test("a key is its user's: another gets no answer of theirs", async () => {
  const key = { "idempotency-key": randomUUID() };
  const json = { firstName: "Cy", phoneNumbers: [phoneNumber()] };
  await owner.must("POST", "/api/contacts", { json, headers: key });
  if (host.identity) {
    const other = new Client(host.url, tokenOf(host.identity, { sub: "somebody-else", role: "owner" }));
    const { body, status } = await other.send("POST", "/api/contacts", { json, headers: key });
    assert.deepEqual([status, body.code], [409, "idempotency_key_reused"]);
  }
});

test("what was refused may be repeated, and a key has at most 255 bytes", async () => {
  const key = { "idempotency-key": randomUUID() };
  const json = { firstName: "Dan", phoneNumbers: ["12"] };
  assert.equal((await owner.send("POST", "/api/contacts", { json, headers: key })).status, 422);
  assert.equal((await owner.send("POST", "/api/contacts", { json: { ...json, phoneNumbers: [phoneNumber()] }, headers: key })).status, 201);
  const long = await owner.send("POST", "/api/contacts", { json, headers: { "idempotency-key": "k".repeat(256) } });
  assert.deepEqual([long.status, long.body.code], [400, "idempotency_key_invalid"]);
});

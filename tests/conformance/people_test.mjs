// What is shown of people to a credential without pii:read: nothing, wherever it may stand.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";

import { Client } from "../e2e/client.mjs";
import { openHost, tokenOf } from "./host.mjs";

let host;
let owner;
before(async () => {
  host = await openHost();
  owner = host.owner;
});
after(() => host?.close());

const number = "+12125550739";
// A person of that subject, whose credential says what it may.
const person = (claims) => new Client(host.url, tokenOf(host.identity, { sub: "people-test", ...claims }));

test("the audit log says what was done, and not to whom", async () => {
  const entry = await owner.must("POST", "/api/suppressions", { json: { phoneNumber: number, reason: "Her mother asked" } });
  assert.equal(entry.reason, "Her mother asked");
  const seen = await host.as("analyst").must("GET", `/api/suppressions/${entry.id}`);
  assert.deepEqual([seen.reason, seen.phoneNumber.includes("0739")], [undefined, false]);
  await owner.must("DELETE", `/api/suppressions/${entry.id}`);
  const removed = async (client) =>
    (await client.must("GET", "/api/audit?limit=100")).entries.find(({ action, subject }) => action === "suppression.removed" && subject === entry.id);
  assert.match((await removed(owner)).detail, /\+12125550739.*Her mother asked/u);
  const told = await removed(person({ scope: "audit:read" }));
  assert.equal(told.detail, undefined);
  assert.equal(told.subject, entry.id);
});

test("a view that looks for somebody is shown to those alone who may look", async () => {
  const make = (query) => owner.must("POST", "/api/views", { json: { name: randomUUID(), of: "calls", shared: true, query } });
  const [byName, byNumber, harmless] = [await make({ search: "Lovelace" }), await make({ number }), await make({ status: ["failed"] })];
  const viewer = host.as("viewer");
  const seen = (await viewer.must("GET", "/api/views?of=calls")).views.map(({ id }) => id);
  for (const { id } of [byName, byNumber]) {
    assert.equal(seen.includes(id), false);
    assert.equal((await viewer.send("GET", `/api/views/${id}`)).status, 404);
  }
  assert.equal(seen.includes(harmless.id), true);
  for (const { id } of [byName, byNumber, harmless]) await owner.must("DELETE", `/api/views/${id}`);
});

test("a repeated create shows a weaker credential of the same person nothing of the first answer", async () => {
  const json = { firstName: "Grace", lastName: "Hopper", phoneNumbers: ["+12125550738"] };
  const headers = { "idempotency-key": randomUUID() };
  const scope = "contacts:read contacts:write";
  const whole = person({ scope: `${scope} pii:read` });
  const made = await whole.send("POST", "/api/contacts", { json, headers });
  assert.deepEqual([made.status, made.body.firstName], [201, "Grace"]);
  const masked = await person({ scope }).send("POST", "/api/contacts", { json, headers });
  assert.deepEqual([masked.status, masked.body.code], [409, "idempotency_key_reused"]);
  assert.doesNotMatch(JSON.stringify(masked.body), /Grace|Hopper|0738/u);
  const again = await whole.send("POST", "/api/contacts", { json, headers });
  assert.deepEqual([again.status, again.body], [201, made.body]);
});

test("why somebody changed a call by hand is for those who see people", async () => {
  const job = await owner.must("POST", "/api/jobs", {
    json: { name: "Why", assistantId: "a", phoneNumberId: "p", phoneNumbers: ["+12125550737"] },
  });
  const [call] = await owner.callsOf(job.id);
  const { queueItems: [item] } = await owner.must("GET", `/api/call-queue?campaignId=${job.id}`);
  await owner.must("POST", `/api/call-queue/${item.id}/cancel`, { json: { reason: "Her mother asked", notes: "Mary said so" } });
  for (const path of [`/api/calls/${call.id}`, `/api/call-queue/${item.id}`]) {
    assert.match(JSON.stringify(await owner.must("GET", path)), /Her mother asked.*Mary said so/u);
    const seen = await host.as("viewer").must("GET", path);
    assert.doesNotMatch(JSON.stringify(seen), /mother|Mary/u);
    assert.match(JSON.stringify(seen), /canceled/u);
  }
});

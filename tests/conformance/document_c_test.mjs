// Document C, sample by sample: every request and response of its text, as shapes and the values that follow
// from them. Samples are shapes, not literals: ids, times and names are this workspace's.
// A title begins with the rows of inventory.tsv that its test shows; those that none shows stand in elsewhere.tsv.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { openHost, until } from "./host.mjs";
import { mismatches } from "./schema.mjs";

let host;
let owner;
let openapi;
const root = "/api/call-queue";
const later = (hours) => new Date(Math.floor(Date.now() / 1000) * 1000 + hours * 3_600_000).toISOString();

before(async () => {
  host = await openHost();
  owner = host.owner;
  openapi = await (await fetch(`${host.url}/openapi.json`)).json();
});
after(() => host.close());

function conforms(method, pattern, answer) {
  const documented = openapi.paths[pattern][method.toLowerCase()].responses;
  const { schema } = (documented[answer.status] ?? documented.default).content["application/json"];
  assert.deepEqual(mismatches(openapi, schema, answer.body), [], `${method} ${pattern}: ${JSON.stringify(answer.body)}`);
  return answer;
}
const patternOf = (path) => path.split("?")[0]
  .replace(/^\/api\/call-queue\/(?!status|bulk)[^/]+/, "/api/call-queue/{id}");
async function ask(method, path, json, headers) {
  const answer = await owner.send(method, root + path, { ...(json && { json }), ...(headers && { headers }) });
  return conforms(method, patternOf(root + path), answer);
}
async function must(method, path, json, status = 200) {
  const answer = await ask(method, path, json);
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.equal(answer.body.success, true);
  return answer.body;
}
async function refused(method, path, json, status, error) {
  const { status: said, body } = await ask(method, path, json);
  assert.deepEqual([said, body.success, body.error], [status, false, error], JSON.stringify(body));
  assert.equal(typeof body.message, "string");
  return body;
}

let people = 0;
const newContact = (more = {}) => owner.must("POST", "/api/contacts", {
  json: { phoneNumbers: [`+1646556${2000 + people++}`], firstName: "John", lastName: "Doe", email: "john.doe@example.com", ...more },
});
// A campaign that nobody starts until a test does: its calls wait.
const newCampaign = async (more = {}) => {
  const seed = await newContact();
  return owner.must("POST", "/api/jobs", {
    json: { name: "Q3 Sales Outreach", assistantId: "agent-1", phoneNumberId: "p", phoneNumbers: seed.phoneNumbers, ...more },
  });
};
const add = async (campaign, more = {}, contact = undefined) => {
  const { seq } = contact ?? await newContact();
  return (await must("POST", "", { contactId: seq, campaignId: campaign.id, ...more }, 201)).queueItem;
};

const kFields = ["id", "queueId", "contactId", "campaignId", "priority", "status", "attemptCount", "nextAttemptTime",
  "lastAttemptTime", "lastAttemptResult", "callSid", "agentId", "callbackRequested", "callbackTime", "retryAfter",
  "maxAttempts", "metadata", "createdAt", "updatedAt"];

describe("one item", () => {
  test("C-057 C-058 C-059: a contact is added, and gets 201 with the item", async () => {
    const campaign = await newCampaign();
    const contact = await newContact();
    const metadata = { source: "manual-entry", notes: "Customer requested information about premium package" };
    const wanted = {
      contactId: contact.seq, campaignId: campaign.id, priority: 3, nextAttemptTime: later(20), agentId: "agent-789",
      retryAfter: 60, maxAttempts: 3, metadata,
    };
    const { message, queueItem } = await must("POST", "", wanted, 201);
    assert.equal(message, "Item added to queue successfully");
    assert.match(queueItem.queueId, /^queue_/);
    assert.equal(typeof queueItem.id, "number");
    const { contactId, campaignId, priority, nextAttemptTime, agentId, retryAfter, maxAttempts } = queueItem;
    assert.deepEqual({ contactId, campaignId, priority, nextAttemptTime, agentId, retryAfter, maxAttempts, metadata: queueItem.metadata }, wanted);
    assert.deepEqual([queueItem.status, queueItem.attemptCount, queueItem.createdAt], ["pending", 0, queueItem.updatedAt]);
    await refused("POST", "", wanted, 409, "already_queued");
    await refused("POST", "", { ...wanted, contactId: 999_999_999 }, 404, "contact_not_found");
    await refused("POST", "", { ...wanted, campaignId: "campaign-123" }, 404, "job_not_found");
  });

  test("C-001 … C-019 C-025 C-026 C-051 C-052: it is found by its number and by its queueId, with every field of the document", async () => {
    const campaign = await newCampaign();
    const contact = await newContact();
    const { id, queueId } = await add(campaign, { nextAttemptTime: later(5), retryAfter: 60, maxAttempts: 3 }, contact);
    const { queueItem, history } = await must("GET", `/${id}`);
    assert.deepEqual(await must("GET", `/${queueId}`), { success: true, queueItem, history });
    for (const field of kFields) {
      assert.ok(field in queueItem, field);
    }
    const nulls = ["lastAttemptTime", "lastAttemptResult", "callSid", "callbackTime", "metadata"];
    assert.deepEqual(nulls.map((field) => queueItem[field]), nulls.map(() => null));
    assert.equal(queueItem.callbackRequested, false);
    assert.equal(queueItem.agentId, "agent-1"); // the campaign's
    assert.deepEqual(queueItem.contact, {
      id: contact.seq, firstName: "John", lastName: "Doe", phoneNumber: contact.phoneNumbers[0], email: "john.doe@example.com",
    });
    assert.deepEqual(queueItem.campaign, { id: campaign.id, name: "Q3 Sales Outreach" });
    assert.deepEqual(history, [{ timestamp: queueItem.createdAt, action: "created", details: "Added to queue" }]);
    for (const other of ["999999999", "queue_00000000000000000000000001", "nothing", `${queueId}x`]) {
      await refused("GET", `/${other}`, undefined, 404, "call_not_found");
    }
  });

  test("C-005 C-053 C-054 C-055 C-056: a priority that is raised is told with its reason", async () => {
    const item = await add(await newCampaign(), { priority: 3 });
    const said = await must("PUT", `/${item.id}`, { priority: 5, reason: "high-value-customer" });
    assert.equal(said.message, "Queue item updated successfully");
    assert.equal(said.queueItem.priority, 5);
    const { queueItem, history } = await must("GET", `/${item.id}`);
    assert.deepEqual(queueItem.metadata, { initialPriority: 3, priorityBoost: { reason: "high-value-customer", value: 2 } });
    const { timestamp, ...entry } = history.at(-1);
    assert.deepEqual(entry, { action: "priority_updated", details: "Priority increased from 3 to 5", reason: "high-value-customer" });
    assert.equal(timestamp, queueItem.updatedAt);
    const down = await must("PUT", `/${item.id}`, { priority: -40 });
    assert.equal(down.queueItem.priority, -40);
    assert.match((await must("GET", `/${item.id}`)).history.at(-1).details, /decreased from 5 to -40/);
  });

  test("C-060 C-061 C-062: it is changed, and only where its state allows it", async () => {
    const item = await add(await newCampaign());
    const at = later(19);
    const { queueItem } = await must("PUT", `/${item.queueId}`, {
      priority: 7, nextAttemptTime: at, status: "pending", metadata: { notes: "High priority lead, follow up ASAP" },
    });
    assert.deepEqual([queueItem.priority, queueItem.nextAttemptTime, queueItem.status, queueItem.metadata.notes],
      [7, at, "pending", "High priority lead, follow up ASAP"]);
    assert.deepEqual((await must("PUT", `/${item.id}`, { agentId: "agent-2", retryAfter: 5, maxAttempts: 9 })).queueItem.agentId, "agent-2");
    await refused("PUT", `/${item.id}`, { status: "completed" }, 409, "wrong_state");
    const wrong = await refused("PUT", `/${item.id}`, { priority: "high", maxAttempts: 0, surplus: 1, status: "gone" }, 422, "validation_failed");
    assert.deepEqual(wrong.errors.map(({ field }) => field).sort(), ["/maxAttempts", "/priority", "/status", "/surplus"]);
    assert.equal((await must("GET", `/${item.id}`)).queueItem.maxAttempts, 9);
    assert.equal((await must("PUT", `/${item.id}`, { status: "cancelled" })).queueItem.status, "canceled");
    await refused("PUT", `/${item.id}`, { nextAttemptTime: at }, 409, "wrong_state");
    const again = await must("PUT", `/${item.id}`, { status: "pending", nextAttemptTime: at, priority: 8 });
    assert.deepEqual([again.queueItem.status, again.queueItem.nextAttemptTime, again.queueItem.priority], ["pending", at, 8]);
  });

  test("C-063 C-064: it is deleted: neither found, listed nor counted, and its contact may be added again", async () => {
    const campaign = await newCampaign();
    const contact = await newContact();
    const item = await add(campaign, {}, contact);
    const before = (await must("GET", `/status?campaignId=${campaign.id}`)).queueStatus;
    assert.deepEqual(await must("DELETE", `/${item.queueId}`), { success: true, message: "Queue item deleted successfully" });
    await refused("GET", `/${item.id}`, undefined, 404, "call_not_found");
    await refused("DELETE", `/${item.id}`, undefined, 404, "call_not_found");
    assert.equal((await must("GET", `?campaignId=${campaign.id}`)).total, 1);
    const now = (await must("GET", `/status?campaignId=${campaign.id}`)).queueStatus;
    assert.deepEqual([now.totalItems, now.pendingItems], [before.totalItems - 1, before.pendingItems - 1]);
    assert.equal(now.canceledItems, undefined);
    const again = await add(campaign, {}, contact);
    assert.notEqual(again.id, item.id);
    await must("DELETE", `/${again.id}`);
    assert.equal((await must("GET", `?campaignId=${campaign.id}`)).total, 1);
    const { entries } = await owner.must("GET", "/api/audit?limit=20");
    assert.ok(entries.some(({ action, detail }) => action === "call.removed" && detail.includes(item.queueId)));
  });

  test("C-069 C-070 C-071: a call is canceled, with the reason in its history", async () => {
    const item = await add(await newCampaign());
    const { message, queueItem } = await must("POST", `/${item.id}/cancel`, { reason: "customer_request", notes: "Customer asked to cancel the call" });
    assert.equal(message, "Call canceled successfully");
    assert.deepEqual([queueItem.id, queueItem.queueId, queueItem.status, queueItem.lastAttemptResult, queueItem.nextAttemptTime],
      [item.id, item.queueId, "canceled", "canceled", null]);
    const { timestamp, ...entry } = (await must("GET", `/${item.id}`)).history.at(-1);
    assert.deepEqual(entry, { action: "canceled", details: "Call canceled", reason: "customer_request", notes: "Customer asked to cancel the call" });
    assert.equal(timestamp, queueItem.updatedAt);
  });

  test("C-073 C-074 C-075: a callback is scheduled, and its item waits for it", async () => {
    const campaign = await newCampaign();
    const item = await add(campaign, { priority: 2 });
    const at = later(23);
    const { message, queueItem } = await must("POST", `/${item.id}/callback`, {
      callbackTime: at, priority: 5, notes: "Customer requested callback tomorrow afternoon",
    });
    assert.equal(message, "Callback scheduled successfully");
    const { status, callbackRequested, callbackTime, priority, nextAttemptTime } = queueItem;
    assert.deepEqual([status, callbackRequested, callbackTime, priority, nextAttemptTime], ["pending", true, at, 5, at]);
    assert.equal((await must("GET", `/status?campaignId=${campaign.id}`)).queueStatus.callbackItems, 1);
    assert.equal((await must("GET", `/${item.id}`)).history.at(-1).action, "callback_scheduled");
    await refused("POST", `/${item.id}/callback`, { callbackTime: "soon" }, 422, "validation_failed");
  });

  test("tolerates how people write a time, and takes one that has passed for now", async () => {
    const campaign = await newCampaign();
    const day = later(30).slice(0, 10);
    for (const [written, at] of [
      [`${day}T18:00:00Z`, `${day}T18:00:00.000Z`], [`${day} 18:00`, `${day}T18:00:00.000Z`],
      [`${day}T18:00:00+0200`, `${day}T16:00:00.000Z`], [`${day}T18:00:00`, `${day}T18:00:00.000Z`],
      [day, `${day}T00:00:00.000Z`], [Date.parse(`${day}T18:00:00Z`), `${day}T18:00:00.000Z`],
    ]) {
      assert.equal((await add(campaign, { nextAttemptTime: written })).nextAttemptTime, at, written);
    }
    const item = await add(campaign);
    const ms = Date.parse(`${day}T19:00:00.250Z`);
    const changed = await must("PUT", `/${item.id}`, { nextAttemptTime: ms });
    assert.equal(changed.queueItem.nextAttemptTime, `${day}T19:00:00.250Z`);
    const called = await must("POST", `/${item.id}/callback`, { callbackTime: ms });
    assert.equal(called.queueItem.callbackTime, `${day}T19:00:00.250Z`);
    await refused("PUT", `/${item.id}`, { nextAttemptTime: 1_700_000_000 }, 422, "validation_failed");
    const past = await add(campaign, { nextAttemptTime: "2023-07-29T18:00:00Z" });
    assert.ok(Math.abs(Date.parse(past.nextAttemptTime) - Date.parse(past.createdAt)) < 1000);
  });

  test("is added once, however often the request comes with its Idempotency-Key", async () => {
    const campaign = await newCampaign();
    const wanted = { contactId: (await newContact()).seq, campaignId: campaign.id };
    const headers = { "idempotency-key": `c-${campaign.id}` };
    const first = await ask("POST", "", wanted, headers);
    const second = await ask("POST", "", wanted, headers);
    assert.deepEqual([first.status, second.status], [201, 201]);
    assert.deepEqual(second.body, first.body);
    assert.equal((await ask("POST", "", { ...wanted, priority: 1 }, headers)).body.error, "idempotency_key_reused");
    const bulk = { campaignId: campaign.id, contacts: [(await newContact()).seq, wanted.contactId] };
    const bulkHeaders = { "idempotency-key": `c-bulk-${campaign.id}` };
    const made = await ask("POST", "/bulk", bulk, bulkHeaders);
    assert.deepEqual((await ask("POST", "/bulk", bulk, bulkHeaders)).body, made.body);
    assert.deepEqual([made.body.addedCount, made.body.failedCount], [1, 1]);
  });
});

describe("many items", () => {
  test("C-065 C-066 C-067 C-068: many are added, some time apart, and those who cannot be are counted", async () => {
    const campaign = await newCampaign();
    const contacts = [];
    for (let i = 0; i < 5; ++i) {
      contacts.push((await newContact()).seq);
    }
    const startTime = later(40);
    const wanted = {
      campaignId: campaign.id, contacts, priority: 3, startTime, spacing: 300, agentId: "agent-789", retryAfter: 60,
      maxAttempts: 3, metadata: { source: "bulk-upload", notes: "Monthly follow-up batch" },
    };
    const said = await must("POST", "/bulk", wanted, 201);
    assert.deepEqual([said.message, said.addedCount, said.failedCount, said.queueIds.length, said.failed],
      ["5 items added to queue successfully", 5, 0, 5, undefined]);
    for (const [i, queueId] of said.queueIds.entries()) {
      const { queueItem } = await must("GET", `/${queueId}`);
      assert.equal(queueItem.contactId, contacts[i]);
      assert.equal(Date.parse(queueItem.nextAttemptTime), Date.parse(startTime) + i * 300_000);
      assert.deepEqual([queueItem.priority, queueItem.agentId, queueItem.metadata], [3, "agent-789", wanted.metadata]);
    }
    const more = await must("POST", "/bulk", { ...wanted, contacts: [contacts[0], 999_999_999, (await newContact()).seq] }, 201);
    assert.deepEqual([more.addedCount, more.failedCount], [1, 2]);
    assert.deepEqual(more.failed, [{ contactId: contacts[0], reason: "already_queued" }, { contactId: 999_999_999, reason: "contact_not_found" }]);
    await refused("POST", "/bulk", { ...wanted, contacts: [] }, 422, "validation_failed");
    await refused("POST", "/bulk", { ...wanted, spacing: -1 }, 422, "validation_failed");
  });

  test("C-040 … C-050: the list is paged, filtered, searched and sorted", async () => {
    const campaign = await newCampaign();
    const named = await newContact({ firstName: "Zebulon", lastName: "Quince" });
    const items = [];
    for (const hours of [3, 1, 2]) {
      items.push(await add(campaign, { nextAttemptTime: later(hours) }, hours === 1 ? named : undefined));
    }
    const list = (query) => must("GET", `?campaignId=${campaign.id}&${query}`);
    const ids = ({ queueItems }) => queueItems.map(({ id }) => id);
    const all = await list("");
    assert.deepEqual([all.count, all.total, all.page, all.pages], [4, 4, 1, 1]);
    assert.deepEqual(ids(all).slice(1), [items[1].id, items[2].id, items[0].id]); // the campaign's own first: due at once
    for (const field of [...kFields, "contact"]) {
      assert.ok(field in all.queueItems[1], field);
    }
    assert.deepEqual(all.queueItems[1].contact, { firstName: "Zebulon", lastName: "Quince", phoneNumber: named.phoneNumbers[0] });
    const paged = await list("page=2&limit=3");
    assert.deepEqual([paged.count, paged.total, paged.page, paged.pages, ids(paged)], [1, 4, 2, 2, [items[0].id]]);
    assert.deepEqual(ids(await list("sortBy=createdAt&sortDir=desc")).slice(0, 3), items.map(({ id }) => id).reverse());
    assert.deepEqual(ids(await list("sortDir=desc"))[0], items[0].id);
    const seed = all.queueItems[0].id; // of its campaign's priority, 5
    await must("PUT", `/${items[0].id}`, { priority: -7 });
    await must("PUT", `/${items[1].id}`, { priority: 6 });
    await must("PUT", `/${items[2].id}`, { priority: 90 });
    const byRank = [items[2].id, items[1].id, seed, items[0].id];
    assert.deepEqual(ids(await list("sortBy=priority&sortDir=desc")), byRank);
    assert.deepEqual(ids(await list("sortBy=priority&page=2&limit=2")), [byRank[1], byRank[0]]);
    assert.deepEqual(ids(await must("GET", `?contactId=${named.seq}`)), [items[1].id]);
    assert.deepEqual(ids(await list("search=zebu")), [items[1].id]);
    assert.deepEqual(ids(await list(`search=${encodeURIComponent(named.phoneNumbers[0])}`)), [items[1].id]);
    const wrong = await refused("GET", "?sortBy=favourite", undefined, 400, "query_invalid");
    assert.match(wrong.errors[0].message, /nextAttemptTime/);
    await refused("GET", "?limit=101", undefined, 400, "query_invalid");
    await refused("GET", "?page=0", undefined, 400, "query_invalid");
  });

  test("C-020 … C-024: every state is listed by its word, in either spelling", async () => {
    const campaign = await newCampaign();
    const canceled = await add(campaign);
    await must("POST", `/${canceled.id}/cancel`);
    const count = async (status) => (await must("GET", `?campaignId=${campaign.id}&status=${status}`)).total;
    assert.deepEqual(await Promise.all(["pending", "canceled", "cancelled", "completed", "failed", "in-progress", "in_progress"].map(count)),
      [1, 1, 1, 0, 0, 0, 0]);
    await refused("GET", "?status=waiting", undefined, 400, "query_invalid");
  });

  test("C-029 … C-039: the status counts by campaign", async () => {
    const campaign = await newCampaign({ name: "Support Follow-up" });
    const [first, second] = [await add(campaign), await add(campaign)];
    await must("POST", `/${first.id}/cancel`);
    await must("POST", `/${second.id}/callback`, { callbackTime: later(50) });
    const { queueStatus } = await must("GET", `/status?campaignId=${campaign.id}`);
    assert.deepEqual(queueStatus, {
      totalItems: 3, pendingItems: 2, inProgressItems: 0, completedItems: 0, failedItems: 0, canceledItems: 1,
      callbackItems: 1,
      campaignCounts: [{
        campaignId: campaign.id, name: "Support Follow-up", total: 3, pending: 2, inProgress: 0, completed: 0, failed: 0, canceled: 1,
      }],
      nextScheduledCall: null, currentRate: 0,
    });
    const whole = (await must("GET", "/status")).queueStatus;
    const sum = (field) => whole.campaignCounts.reduce((all, one) => all + (one[field] ?? 0), 0);
    assert.deepEqual([whole.totalItems, whole.pendingItems, whole.inProgressItems, whole.completedItems, whole.failedItems],
      ["total", "pending", "inProgress", "completed", "failed"].map(sum));
    await refused("GET", "/status?campaignId=job_none", undefined, 404, "job_not_found");
  });
});

describe("calls that go out", () => {
  const ended = (id) => until("the item has ended", async () => {
    const { queueItem, history } = await must("GET", `/${id}`);
    return ["completed", "failed"].includes(queueItem.status) && { queueItem, history };
  }, 40);

  test("C-027 C-076 C-077 C-078: call-now dials at once, as it is overridden", async () => {
    const campaign = await newCampaign({ maxAttempts: 1 });
    const contact = await newContact();
    const item = await add(campaign, { nextAttemptTime: later(90) }, contact);
    await refused("POST", `/${item.id}/call-now`, {}, 409, "wrong_state"); // its campaign does not run
    await owner.must("POST", `/api/jobs/${campaign.id}/start`);
    const { status, body } = await ask("POST", `/${item.id}/call-now`, {
      agentId: "agent-789", priority: 10, override: { callerIdNumber: "+18005559876", recordCall: true },
    });
    assert.ok([200, 202].includes(status), JSON.stringify(body));
    assert.deepEqual([body.success, body.message], [true, "Call initiated successfully"]);
    assert.deepEqual([body.call.status, body.call.from, body.call.to], ["initiated", "+18005559876", contact.phoneNumbers[0]]);
    assert.deepEqual([body.queueItem.priority, body.queueItem.agentId, body.queueItem.attemptCount], [10, "agent-789", 1]);
    const { queueItem, history } = await ended(item.id);
    assert.ok(queueItem.lastAttemptTime >= item.createdAt);
    assert.equal(queueItem.callSid, null); // no call is active
    const attempt = history.find(({ action }) => action === "attempted");
    assert.match(attempt.details, /^Attempt 1: /);
    if (body.call.callSid !== null) {
      const [call] = (await owner.callsOf(campaign.id)).filter(({ phoneNumber }) => phoneNumber === contact.phoneNumbers[0]);
      assert.equal(call.attempts[0].providerCallId, body.call.callSid);
      assert.deepEqual(call.own, { rank: 100, assistantId: "agent-789", phoneNumberId: "+18005559876", recordCall: true });
    }
    await refused("POST", `/${item.id}/cancel`, {}, 409, "wrong_state");
  });

  test("C-079 … C-083: what is due goes out by itself, and a campaign that had completed goes on", async () => {
    const campaign = await newCampaign({ schedule: "now", maxAttempts: 1 });
    await until("the campaign has completed", async () =>
      (await owner.must("GET", `/api/jobs/${campaign.id}`)).status === "completed", 40);
    const contact = await newContact();
    const item = await add(campaign, { priority: 10 }, contact);
    await ended(item.id);
    const round = await must("POST", "", { contactId: contact.seq, campaignId: campaign.id, priority: 4 }, 201);
    assert.deepEqual([round.queueItem.id, round.queueItem.priority], [item.id, 4]);
    const { queueItem, history } = await ended(item.id);
    assert.equal(queueItem.attemptCount, 2);
    assert.ok(history.some(({ action }) => action === "redriven"));
    const { queueStatus } = await must("GET", `/status?campaignId=${campaign.id}`);
    assert.ok(queueStatus.currentRate >= 1, JSON.stringify(queueStatus));
    await owner.must("POST", `/api/jobs/${(await newCampaign()).id}/cancel`);
  });

  test("a canceled campaign takes nobody", async () => {
    const campaign = await newCampaign();
    await owner.must("POST", `/api/jobs/${campaign.id}/cancel`);
    await refused("POST", "", { contactId: (await newContact()).seq, campaignId: campaign.id }, 409, "wrong_state");
  });
});

describe("who may", () => {
  test("C-028: nobody comes in without a token, and reading is not writing", async () => {
    const nobody = await fetch(`${host.url}${root}`);
    assert.equal(nobody.status, 401);
    assert.equal(nobody.headers.get("www-authenticate"), 'Bearer error="invalid_token"');
    const { success, error } = await nobody.json();
    assert.deepEqual([success, error], [false, "credential_invalid"]);
    const viewer = host.as("viewer");
    const item = await add(await newCampaign());
    const seen = await viewer.send("GET", `${root}/${item.id}`);
    assert.equal(seen.status, 200);
    assert.deepEqual([seen.body.queueItem.contact.firstName, seen.body.queueItem.contact.email], [null, null]);
    assert.match(seen.body.queueItem.contact.phoneNumber, /\*{3}/);
    for (const [method, path, json] of [["DELETE", `/${item.id}`], ["POST", `/${item.id}/call-now`, {}], ["PUT", `/${item.id}`, {}]]) {
      const { status, body } = await viewer.send(method, root + path, json && { json });
      assert.deepEqual([status, body.success], [403, false]);
    }
  });
});

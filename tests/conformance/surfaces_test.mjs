// The five published surfaces and our own routes are views of the same calls: what is added through one is seen,
// found, canceled and counted through all.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { openHost, until } from "./host.mjs";

let host;
let owner;
let campaign; // of our own routes, which document A's are
before(async () => {
  host = await openHost({ carrierFlags: ["--answer", "1"] });
  owner = host.owner;
  await owner.must("PUT", "/api/surfaces/scheduling", { json: { timezone: "UTC" } });
  await owner.must("PUT", "/api/clients/surfaces/queue/config", { json: {
    assistantId: "a", phoneNumberId: "p", activeDays: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    businessHours: { start: "00:00", end: "24:00", timezone: "UTC" },
  } });
});
after(() => host?.close());

let people = 0;
const phoneNumber = () => `+1646555${String(3000 + ++people)}`;
const soon = () => new Date(Date.now() + 300).toISOString();
const later = new Date(Math.floor(Date.now() / 1000) * 1000 + 60 * 86_400_000).toISOString();
const person = (number) => owner.must("POST", "/api/contacts", { json: { firstName: "Ada", phoneNumbers: [number] } });

/** By surface: how a call to a number is put in, for `at`. Each answers with the call's id in our own routes. */
const add = {
  "jobs (A)": async (number, at) => {
    const job = await owner.must("POST", "/api/jobs", {
      json: { name: "Surfaces", assistantId: "a", phoneNumberId: "p", schedule: at, phoneNumbers: [number], maxAttempts: 1 },
    });
    return (await owner.callsOf(job.id))[0].id;
  },
  "client's queue (B)": async (number, at) => {
    const { id: leadId } = await person(number);
    return (await owner.must("POST", "/api/clients/surfaces/queue", {
      json: { leadId, priority: "urgent", scheduledAt: at, maxRetries: 0 },
    })).id;
  },
  "call-queue (C)": async (number, at) => {
    const { queueItem } = await owner.must("POST", "/api/call-queue", {
      json: { campaignId: campaign.id, contactId: (await person(number)).seq, nextAttemptTime: at, maxAttempts: 1 },
    });
    return queueItem.queueId.replace("queue_", "call_");
  },
  "scheduling (D)": async (number, at) => {
    const { data } = await owner.must("POST", "/api/v1/scheduling/schedule", {
      json: { phoneNumber: number, agentId: "a", phoneNumberId: "p", userId: "surfaces", scheduledFor: at, respectBusinessHours: false },
    });
    return (await owner.callsOf(data.scheduledCallId))[0].id;
  },
};

const removed = (jobs) => jobs.reduce((all, job) => all + (job.removedCalls ?? 0), 0);
/** By surface: how many calls it counts, in words that all share: {total, waiting, ended}. */
const counts = {
  "calls": async () => {
    const count = async (status) => (await owner.must("GET", `/api/calls?limit=1${status ? `&status=${status}` : ""}`)).total;
    return { total: await count(), waiting: await count("pending,scheduled,paused,retry_scheduled"), completed: await count("completed") };
  },
  "jobs (A)": async () => {
    const jobs = await owner.jobs();
    const sum = (member) => jobs.reduce((all, job) => all + job[member], 0);
    return { total: sum("totalCalls") - removed(jobs), waiting: sum("openCalls") - sum("liveCalls"), completed: sum("completedCalls") };
  },
  "call-queue (C)": async () => {
    const { queueStatus } = await owner.must("GET", "/api/call-queue/status");
    return { total: queueStatus.totalItems, waiting: queueStatus.pendingItems, completed: queueStatus.completedItems };
  },
  "scheduling (D)": async () => {
    const { data: { queue } } = await owner.must("GET", "/api/v1/scheduling/stats");
    const jobs = await owner.jobs();
    const canceled = jobs.reduce((all, job) => all + job.canceledCalls, 0) - removed(jobs); // a queue of Bull has none
    return { total: queue.total + canceled, waiting: queue.waiting + queue.delayed + queue.paused, completed: queue.completed };
  },
};

/** By surface: the word by which a call stands there. */
const status = {
  "calls": async (id) => (await owner.must("GET", `/api/calls/${id}`)).status,
  "jobs (A)": async (id) => {
    const { jobId } = await owner.must("GET", `/api/calls/${id}`);
    return (await owner.callsOf(jobId)).find((call) => call.id === id).status;
  },
  "call-queue (C)": async (id) =>
    (await owner.must("GET", `/api/call-queue/${id.replace("call_", "queue_")}`)).queueItem.status,
};

/** What only some surfaces count: a client's items, and calls that are scheduled. */
async function ownCounts() {
  const { totalItems, pendingItems, cancelledItems } = await owner.must("GET", "/api/clients/surfaces/queue/stats");
  const { data: { scheduler } } = await owner.must("GET", "/api/v1/scheduling/stats");
  return { totalItems, pendingItems, cancelledItems, scheduler };
}

async function agree() {
  const told = {};
  await until("the surfaces agree", async () => {
    for (const [surface, count] of Object.entries(counts)) {
      told[surface] = await count();
    }
    return new Set(Object.values(told).map((one) => JSON.stringify(one))).size === 1;
  }, 20).catch(() => assert.fail(JSON.stringify(told)));
  return told.calls;
}

test("the index lists them", async () => {
  const { surfaces } = await owner.must("GET", "/api");
  assert.deepEqual(surfaces.map(({ path }) => path),
    ["/api/jobs", "/api/clients", "/api/call-queue", "/api/v1/scheduling", "/api/queue"]);
});

test("a campaign for those that need one", async () => {
  campaign = await owner.must("POST", "/api/jobs", {
    json: { name: "Of the queue", assistantId: "a", phoneNumberId: "p", schedule: "now", phoneNumbers: [phoneNumber()], maxAttempts: 1 },
  });
  await until("its own call has ended", async () => (await owner.must("GET", `/api/jobs/${campaign.id}`)).openCalls === 0);
});

for (const [surface, put] of Object.entries(add)) {
  describe(`what is added through ${surface}`, () => {
    let id;
    test("is counted and found by all", async () => {
      const earlier = await agree();
      const number = phoneNumber();
      id = await put(number, later);
      const now = await agree();
      assert.equal(now.total, earlier.total + 1);
      for (const [other, at] of Object.entries(status)) {
        assert.ok(["waiting", "pending", "scheduled"].includes(await at(id)), `${other}: ${await at(id)}`);
      }
      const { calls } = await owner.must("GET", `/api/calls?number=${encodeURIComponent(number)}`);
      assert.deepEqual(calls.map((call) => call.id), [id]);
      const { queueItems } = await owner.must("GET", `/api/call-queue?search=${number.slice(1)}`);
      assert.deepEqual(queueItems.map(({ queueId }) => queueId.replace("queue_", "call_")), [id]);
    });

    test("is canceled through another, and is so for all", async () => {
      await owner.must("POST", `/api/call-queue/${id.replace("call_", "queue_")}/cancel`, { json: {} });
      for (const [other, at] of Object.entries(status)) {
        assert.equal(await at(id), "canceled", other);
      }
      await agree();
    });

    test("is removed through document C, and then in no list and no count", async () => {
      const [earlier, before] = [await agree(), await ownCounts()];
      const gone = await put(phoneNumber(), later);
      const { jobId } = await owner.must("GET", `/api/calls/${gone}`);
      await owner.must("DELETE", `/api/call-queue/${gone.replace("call_", "queue_")}`);
      assert.deepEqual([await agree(), await ownCounts()], [earlier, before]);
      const { items } = await owner.must("GET", "/api/clients/surfaces/queue?limit=100");
      assert.ok(items.every((item) => item.id !== gone));
      const { data } = await owner.must("GET", "/api/v1/scheduling/scheduled-calls?userId=surfaces&limit=100");
      assert.ok(data.scheduledCalls.every(({ _id }) => _id !== jobId));
      const again = await owner.send("POST", `/api/v1/scheduling/${jobId}/cancel`, { json: { userId: "surfaces" } });
      assert.equal(again.status, 404);
    });

    test("is called once, and counted as reached or not by all", async () => {
      id = await put(phoneNumber(), soon());
      await until("it has ended", async () => ["completed", "failed"].includes(await status["calls"](id)), 40);
      const word = await status["calls"](id);
      for (const [other, at] of Object.entries(status)) {
        assert.equal(await at(id), word, other);
      }
      await agree();
    });
  });
}

for (const [surface, put] of Object.entries(add)) {
  test(`a time is also taken as the milliseconds that JavaScript counts: ${surface}`, async () => {
    const at = Date.parse(later) + 1;
    for (const written of [at, String(at), new Date(at).toISOString(), new Date(at).toISOString().replace("Z", "+00:00")]) {
      const id = await put(phoneNumber(), written);
      const { notBefore, jobId } = await owner.must("GET", `/api/calls/${id}`);
      const { schedule } = await owner.must("GET", `/api/jobs/${jobId}`);
      assert.ok([notBefore, schedule].includes(new Date(at).toISOString()), `${JSON.stringify(written)}: ${notBefore} ${schedule}`);
      await owner.must("POST", `/api/calls/${id}/cancel`);
    }
  });
}

test("who is called daily (E) is found and counted by all, once", async () => {
  const earlier = await agree();
  const { jobId } = await owner.must("PUT", "/api/surfaces/daily-calls", {
    json: { enabled: true, assistantId: "a", phoneNumberId: "p", maxAttempts: 1 },
  });
  const number = phoneNumber();
  await owner.must("POST", "/api/contacts", { json: {
    phoneNumbers: [number], timezone: "Etc/UTC",
    preferences: { callEnabled: true, callTime: new Date().toISOString().slice(11, 16) },
  } });
  const { id } = await until("the call is put in", async () => (await owner.callsOf(jobId))[0]);
  await until("it has ended", async () => ["completed", "failed"].includes(await status["calls"](id)), 40);
  const { queue } = await owner.must("GET", "/api/queue/status");
  assert.equal(queue.completed + queue.failed, 1);
  for (const [other, at] of Object.entries(status)) {
    assert.equal(await at(id), queue.completed === 1 ? "completed" : "failed", other);
  }
  const { calls } = await owner.must("GET", `/api/calls?number=${encodeURIComponent(number)}`);
  assert.deepEqual(calls.map((call) => call.id), [id]);
  const now = await agree();
  assert.deepEqual([now.total, now.completed], [earlier.total + 1, earlier.completed + queue.completed]);
  await owner.must("PUT", "/api/surfaces/daily-calls", { json: { enabled: false, assistantId: "a", phoneNumberId: "p" } });
});

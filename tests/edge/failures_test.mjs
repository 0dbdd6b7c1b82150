// What goes wrong at the edge, one thing at a time, in the real runtime: messages that are lost, late, twice or
// dead, consumers that die at each step, an object that is forgotten between any two, an instance that traps,
// alarms that are lost or come twice. Each time everybody is called to an end, and nobody twice: the carrier's
// ledger says so.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { useCarrier, useHarness } from "./harness.mjs";

const PEOPLE = 9;

const carrier = await useCarrier("edge-failures");
const edge = useHarness();
let client;

beforeEach(async () => {
  await edge.begin();
  client = edge.client;
  await carrier.ask("/sim/reset", { method: "POST" });
  await client.useCarrier(carrier);
});

const fault = (what) => edge.fault(what);
const object = (...given) => edge.object(...given);

const startJob = (more = {}) => client.must("POST", "/api/jobs", {
  json: {
    name: `Failing ${Math.random()}`, schedule: "now", assistantId: "a", phoneNumberId: "p", concurrency: PEOPLE,
    phoneNumbers: Array.from({ length: PEOPLE }, (_, at) => `+1646${5_550_100 + at}`), ...more,
  },
});

// Until the job is over, the clock going ahead faster than any lease.
async function toItsEnd({ id }, step = () => object("later", 35_000)) {
  for (let tries = 0; tries < 60; ++tries) {
    const job = await client.must("GET", `/api/jobs/${id}`);
    if (job.status === "completed") {
      return job;
    }
    await sleep(150);
    await step(tries);
  }
  throw new Error(`it has not ended: ${JSON.stringify(await client.callsOf(id))}`);
}

const struck = async (times = 1) => {
  const faults = await fault({});
  assert.ok(faults.struck >= times, `the fault struck ${faults.struck} times`);
};

async function everybodyOnce(job) {
  assert.equal(job.completedCalls, PEOPLE);
  await carrier.saidAll();
  const dials = (await carrier.ledger()).filter((row) => row.dialled);
  assert.deepEqual(dials.map(({ number }) => number).sort(),
    Array.from({ length: PEOPLE }, (_, at) => `+1646${5_550_100 + at}`), "each number was dialled exactly once");
  assert.equal(new Set(dials.map(({ externalId }) => externalId)).size, PEOPLE);
}

describe("the queue", () => {
  for (const queue of ["fails", "loses", "hangs"]) {
    test(`${queue} to take the first messages: their effects are offered again`, async () => {
      await fault({ queue, times: 2 });
      const job = await startJob();
      await everybodyOnce(await toItsEnd(job));
      await struck(2);
    });
  }

  test("delivers every message twice: each effect is given out once", async () => {
    await fault({ queue: "repeats" });
    await everybodyOnce(await toItsEnd(await startJob()));
    await struck(2);
  });

  test("delivers after the leases ran out: what is stale brings nothing", async () => {
    await fault({ queue: "holds", times: 3 });
    const job = await startJob();
    await object("later", 35_000);
    await client.must("POST", "/release");
    await everybodyOnce(await toItsEnd(job));
    await struck(2);
  });
});

describe("the consumer", () => {
  test("dies before it takes, until its messages are dead letters: they are given back", async () => {
    await fault({ consumer: "dies_before_take", times: 8 });
    const job = await startJob();
    // No lease runs out meanwhile: the clock stands, the dead letters alone bring it on.
    await everybodyOnce(await toItsEnd(job, async () => {}));
    assert.ok((await fault({})).dead_letters > 0);
  });

  test("dies when it has taken: the provider is asked before anybody is dialled", async () => {
    await fault({ consumer: "dies_after_take", times: 2 });
    await everybodyOnce(await toItsEnd(await startJob()));
    await struck(2);
  });

  test("dies when the provider has answered: its calls are found there", async () => {
    await fault({ consumer: "dies_after_answer" });
    await carrier.configure({ fault_webhook_lose: 1 });
    const job = await startJob();
    await sleep(500);
    await struck(2);
    await fault({ consumer: "works" });
    const ended = await toItsEnd(job);
    await carrier.configure({ fault_webhook_lose: 0 });
    await everybodyOnce(ended);
  });

  test("reports everything twice: it counts once", async () => {
    await fault({ consumer: "reports_twice" });
    await everybodyOnce(await toItsEnd(await startJob()));
    await struck(2);
  });
});

describe("the Worker that brings a report and is given the next dials", () => {
  const oneByOne = () => startJob({ concurrency: 1 });
  // Whatever comes beside a report takes it along, and then the queue has what follows: seldom.
  const seldomLater = async (tries) => {
    await sleep(400);
    if (tries % 3 === 2) {
      await object("later", 35_000);
    }
  };

  test("makes them itself: the queue has the first one only", async () => {
    await everybodyOnce(await toItsEnd(await oneByOne(), () => sleep(500)));
    const { messages, given } = await fault({});
    assert.equal(messages, 1);
    assert.equal(given, PEOPLE - 1);
  });

  for (const [consumer, what] of [
    ["dies_when_given", "dies: the provider is asked before anybody is dialled"],
    ["dies_after_answer", "dies when the provider has answered: the calls are found there"],
    ["reports_twice", "reports everything twice: it counts once"],
  ]) {
    test(what, async () => {
      await fault({ consumer, times: 2 });
      await everybodyOnce(await toItsEnd(await oneByOne(), seldomLater));
      await struck(2);
    });
  }
});

describe("the object", () => {
  test("is forgotten between any two steps", async () => {
    const job = await startJob();
    let evictions = 0;
    const ended = await toItsEnd(job, async (tries) => {
      for (let times = 0; times < 4; ++times, ++evictions) {
        await edge.evict();
        await sleep(15);
      }
      if (tries > 3) {
        await object("later", 35_000);
      }
    });
    await everybodyOnce(ended);
    assert.ok(evictions > 0);
  });

  test("is moved while a report waits for others: the Worker tells it to the new one", async () => {
    const target = (await client.must("GET", "/api/providers/vapi")).webhookUrl;
    const body = JSON.stringify({ message: { type: "status-update", status: "ended", call: { id: "x" } } });
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac("sha256", carrier.webhookSecret).update(`${timestamp}.${body}`).digest("hex");
    const report = fetch(target, {
      method: "POST", body,
      headers: { "content-type": "application/json", "x-timestamp": timestamp, "x-signature": signature },
    });
    await sleep(60);
    const { born } = await object("instance");
    await client.send("POST", "/object", { json: { call: "breakOff", given: [] } });
    assert.equal((await report).status, 200);
    assert.notEqual((await object("instance")).born, born);
  });

  test("gets new code while it dials", async () => {
    const job = await startJob();
    for (let times = 0; times < 3; ++times) {
      await edge.server.update((settings) => settings);
      await sleep(100);
    }
    await everybodyOnce(await toItsEnd(job));
  });

  test("traps at any statement: the Input is taken back, the instance replaced, nothing is lost", async () => {
    const answers = [];
    for (let trap_at = 1; trap_at <= 80; trap_at += 4) {
      await fault({ trap_at });
      const name = `Trapped ${trap_at}`;
      const answer = await client.send("POST", "/api/jobs", {
        json: { name, assistantId: "a", phoneNumberId: "p", phoneNumbers: ["+16465550100"] },
      }).finally(() => fault({ trap_at: 0 }));
      answers.push({ name, status: answer.status });
    }
    const { traps } = await fault({});
    assert.ok(traps >= 6, `${traps} traps`);
    assert.ok(answers.some(({ status }) => status === 201), "later ones go well");
    assert.ok(answers.every(({ status }) => [201, 500].includes(status)), JSON.stringify(answers));
    const names = (await client.jobs()).map(({ name }) => name);
    assert.deepEqual(answers.filter(({ status }) => status === 201).map(({ name }) => name).sort(), names.sort(),
      "what was answered 201 is there, what was answered 500 is not");
  });

  test("traps again and again while it dials", async () => {
    const job = await startJob();
    await fault({ trap_every: 23 });
    for (let tries = 0; tries < 60 && (await fault({})).traps < 8; ++tries) {
      await sleep(100);
      await object("later", 1_000).catch(() => {}); // it may be this one
    }
    assert.ok((await fault({ trap_every: 0 })).traps >= 8);
    await everybodyOnce(await toItsEnd(job));
  });

  test("has an alarm that comes twice, and while nothing is due", async () => {
    const job = await startJob();
    const ended = await toItsEnd(job, async (tries) => {
      await Promise.all([object("alarmAgain"), object("alarmAgain")]);
      if (tries > 3) {
        await object("later", 35_000);
      }
    });
    await everybodyOnce(ended);
  });

  for (const memory of ["and its memory", "but not its memory"]) {
    test(`has lost its alarm ${memory}: the sweep finds it`, async () => {
      await fault({ queue: "loses" });
      const job = await startJob();
      await sleep(300); // the directory is told
      await object("loseAlarm");
      if (memory === "and its memory") {
        await edge.evict();
      }
      await fault({ queue: "works", clock_ms: 180_000 });
      assert.equal((await carrier.ledger()).length, 0);
      await edge.worker.scheduled({ cron: "*/5 * * * *", scheduledTime: new Date() });
      for (let tries = 0; tries < 50 && (await carrier.ledger()).length < PEOPLE; ++tries) {
        await sleep(100); // nobody but the sweep has touched it
      }
      assert.equal((await carrier.ledger()).length, PEOPLE);
      assert.notEqual(await object("alarmAt"), null);
      await everybodyOnce(await toItsEnd(job));
    });
  }

  test("keeps no alarm and no note in the directory when nothing is ahead", async () => {
    await everybodyOnce(await toItsEnd(await startJob()));
    const forGood = Object.fromEntries(["completed", "failed", "canceled", "expired", "blocked"].map((end) => [end, {}]));
    await client.must("PUT", "/api/retention", { json: forGood });
    await object("later", 3_600_000);
    await object("alarmAgain");
    assert.equal(await object("alarmAt"), null);
    const noted = await Promise.all((await edge.objects("Directory")).map(async (id) => {
      const storage = await edge.worker.getDurableObjectStorage("Directory", { id });
      return (await storage.exec("SELECT workspace FROM active")).length;
    }));
    assert.deepEqual(noted.filter(Boolean), []);
  });
});

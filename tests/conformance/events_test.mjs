// A subscriber that is cut off again and again, and resumes with Last-Event-ID, ends up with the same
// picture as one who asks for every job at the end: nothing is missed, nothing goes backwards.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { eventsOf } from "../e2e/client.mjs";
import { openHost, until } from "./host.mjs";

let host;
let owner;
before(async () => {
  host = await openHost();
  owner = host.owner;
});
after(() => host.close());

// What a job is, as told by events and by GET: the same text, but for what is listed one by one.
const told = ({ phoneNumbers, failedNumbers, errorMessages, import: list, ...rest }) => JSON.stringify(rest);

class Subscriber {
  constructor(random) {
    Object.assign(this, { random, latest: new Map(), gone: new Set(), lastId: 0, over: false, resumed: 0 });
  }

  take(event) {
    const id = Number(event.id);
    assert.ok(id >= this.lastId, `event ${id} came after ${this.lastId}`);
    this.lastId = id;
    if (event.event === "job_deleted") {
      this.latest.delete(event.data.id);
      this.gone.add(event.data.id);
    } else {
      assert.equal(event.event, "job");
      assert.ok(!this.gone.has(event.data.id), "a deleted job came back");
      this.latest.set(event.data.id, event.data);
    }
  }

  async run() {
    while (!this.over) {
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), 20 + this.random() * 400);
      this.abort = abort;
      try {
        const headers = { "last-event-id": String(this.lastId) };
        for await (const event of eventsOf(host.url, owner.token, { headers, signal: abort.signal })) {
          this.take(event);
        }
      } catch (error) {
        if (error.name !== "AbortError") {
          throw error;
        }
      }
      clearTimeout(timer);
      this.resumed += 1;
    }
  }
}

test("a subscriber that is cut off at random misses nothing", async () => {
  let seed = 20;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const subscribers = Array.from({ length: 3 }, () => new Subscriber(random));
  const running = subscribers.map((one) => one.run());
  const ids = [];
  for (let at = 0; at < 40; ++at) {
    const { id } = await owner.must("POST", "/api/jobs", {
      json: {
        name: `Told ${at}`, assistantId: "a", phoneNumberId: "p", retryDelaySeconds: 0, maxAttempts: 2,
        phoneNumbers: Array.from({ length: 4 }, (_, n) => `+1646${4_000_000 + at * 10 + n}`),
        ...(at % 3 !== 0 && { schedule: "now" }),
      },
    });
    ids.push(id);
    if (at % 6 === 3) {
      await owner.must("DELETE", `/api/jobs/${id}`);
    }
    await sleep(20);
  }
  // Of this test's own: other suites may have been here before, and left jobs that run for years.
  const own = async () => (await owner.jobs()).filter(({ id }) => ids.includes(id));
  const settled = async () => {
    const jobs = await own();
    return jobs.every((job) => job.status !== "running") && jobs;
  };
  await until("every job has ended", settled, 60);
  // A job that has ended still learns a price when a report comes late: each look compares with the newest.
  let jobs;
  await until("every subscriber has the same picture", async () => {
    jobs = await own();
    return subscribers.every(({ latest }) =>
      ids.filter((id) => latest.has(id)).length === jobs.length && jobs.every((job) => told(latest.get(job.id) ?? {}) === told(job)));
  }).catch(() => {
    for (const { latest } of subscribers) {
      assert.deepEqual(jobs.map((job) => told(latest.get(job.id) ?? {})), jobs.map(told));
    }
  });
  for (const one of subscribers) {
    one.over = true;
    one.abort.abort();
  }
  await Promise.all(running);
  assert.ok(subscribers.every(({ resumed }) => resumed > 3), "they were cut off");
  assert.equal(new Set(ids).size, 40);
});

test("an id that is none, and a job that is none, are refused", async () => {
  const send = (path, headers = {}) => owner.send("GET", path, { headers });
  for (const id of ["x", "-1", "1.5", "99999999999999999999"]) {
    const { status, body } = await send("/api/events", { "last-event-id": id });
    assert.equal(status, 400, id);
    assert.equal(body.code, "last_event_id_invalid");
  }
  assert.equal((await send("/api/events?jobId=job_00000000000000000000000001")).status, 404);
  assert.equal((await send("/api/events?lastEventId=x")).status, 400);
});

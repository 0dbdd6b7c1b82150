// Live events at the edge: a subscriber stays while the object is forgotten, and one who comes back misses nothing.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";

import WebSocket from "ws";

import { eventsOf } from "../e2e/client.mjs";
import { until } from "../conformance/host.mjs";
import { useHarness } from "./harness.mjs";

const edge = useHarness();

let names = 0;
const newJob = () => edge.client.must("POST", "/api/jobs", {
  json: { name: `Live ${++names}`, assistantId: "a", phoneNumberId: "p", phoneNumbers: ["+14155550132"] },
});

// A subscriber whose events are in `seen`; `over` is true when its stream has ended.
function subscribe(headers = {}, path = "/api/events") {
  const abort = new AbortController();
  const one = { seen: [], over: false, leave: () => abort.abort() };
  one.reading = (async () => {
    for await (const event of eventsOf(edge.url, edge.client.token, { path, headers, signal: abort.signal })) {
      one.seen.push(event);
    }
  })().catch(() => {}).finally(() => (one.over = true));
  one.heard = ({ id }) => one.seen.some(({ data }) => data.id === id);
  return one;
}
const sockets = async () => (await edge.object("instance")).sockets;

test("a subscriber stays subscribed while the object hibernates", async () => {
  const subscriber = subscribe();
  await until("it is subscribed", async () => (await sockets()) === 1);
  const first = await newJob();
  await until("the first job is told", () => subscriber.heard(first));
  const { born } = await edge.object("instance");
  for (let times = 0; times < 3; ++times) {
    await edge.evict("hibernate");
    const job = await newJob();
    await until("a job is told after the object was forgotten", () => subscriber.heard(job));
  }
  assert.notEqual((await edge.object("instance")).born, born, "it is another instance");
  assert.equal(subscriber.over, false);
  const ids = subscriber.seen.map(({ id }) => Number(id));
  assert.deepEqual(ids, [...ids].sort((left, right) => left - right));
  subscriber.leave();
  await until("its socket is closed", async () => (await sockets()) === 0);
});

test("a subscriber whose object is gone is told so, and misses nothing when it comes back", async () => {
  const before = subscribe();
  await until("it is subscribed", async () => (await sockets()) === 1);
  const seen = await newJob();
  await until("a job is told", () => before.heard(seen));
  await edge.evict("close");
  await until("its stream ends", () => before.over);
  const missed = [await newJob(), await newJob()];
  const again = subscribe({ "last-event-id": before.seen.at(-1).id });
  await until("what was missed is told", () => missed.every(again.heard));
  assert.ok(!again.heard(seen), "what was told is not told again");
  again.leave();
});

test("a subscriber of one job hears of that job alone, also from an object that was forgotten", async () => {
  const [mine, other] = [await newJob(), await newJob()];
  const subscriber = subscribe({}, `/api/events?jobId=${mine.id}`);
  await until("it is subscribed", async () => (await sockets()) === 1);
  await edge.evict("hibernate");
  await edge.client.must("POST", `/api/jobs/${other.id}/cancel`);
  await edge.client.must("POST", `/api/jobs/${mine.id}/cancel`);
  await until("the end is told", () => subscriber.seen.some(({ data }) => data.status === "canceled"));
  assert.ok(subscriber.seen.every(({ data }) => data.id === mine.id));
  subscriber.leave();
  await until("its socket is closed", async () => (await sockets()) === 0);
});

test("the Worker beats the heart, the object sleeps", async () => {
  const abort = new AbortController();
  const answer = await fetch(`${edge.url}/api/events`, {
    headers: { authorization: `Bearer ${edge.client.token}` }, signal: abort.signal,
  });
  assert.equal(answer.headers.get("content-type"), "text/event-stream");
  assert.equal(answer.headers.get("cache-control"), "no-store");
  await edge.evict("hibernate");
  let text = "";
  for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    if ((text.match(/:\n\n/g) ?? []).length >= 3) {
      break;
    }
  }
  assert.match(text, /^retry: 1000\n\n(id: \d+\nevent: job\ndata: .*\n\n)*:\n\n/);
  abort.abort();
});

test("who asked for a WebSocket holds the object's own, which outlives its sleep", async () => {
  const socket = new WebSocket(`${edge.url.replace("http", "ws")}/api/events`, { headers: { authorization: `Bearer ${edge.client.token}` } });
  const seen = [];
  socket.on("message", (text) => seen.push(JSON.parse(text)));
  await once(socket, "open");
  await until("it is subscribed", async () => (await sockets()) === 1);
  for (let times = 0; times < 2; ++times) {
    await edge.evict("hibernate");
    socket.send("are you there?");
    const job = await newJob();
    await until("a job is told", () => seen.some(({ data }) => data.id === job.id));
  }
  socket.close();
  await until("its socket is closed", async () => (await sockets()) === 0);
});

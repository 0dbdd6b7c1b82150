// Live events over a WebSocket: the same events with the same ids as server-sent ones.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import WebSocket from "ws";

import { openHost, until } from "./host.mjs";

let host;
let owner;
before(async () => {
  host = await openHost();
  owner = host.owner;
});
after(() => host.close());

const job = (name) => ({ json: { name, assistantId: "a", phoneNumberId: "p", phoneNumbers: ["+14155550132"], schedule: "2099-01-01T00:00:00Z" } });

// What a socket was sent, until it is closed. Node's own client does not tell with what it was refused.
async function open(path, token = owner.token, headers = token ? { authorization: `Bearer ${token}` } : {}) {
  const socket = new WebSocket(`${host.url.replace("http", "ws")}${path}`, { headers });
  const messages = [];
  socket.on("message", (data, binary) => messages.push(binary ? data : JSON.parse(data)));
  const refused = new Promise((resolve) => socket.once("unexpected-response", (_, answer) => resolve(answer.statusCode)));
  socket.on("error", () => {});
  const opened = new Promise((resolve) => socket.once("open", () => resolve(101)));
  return { socket, messages, status: await Promise.race([opened, refused]) };
}

test("a subscriber is told what happens, by the ids of server-sent events", async () => {
  const { socket, messages, status } = await open("/api/events");
  assert.equal(status, 101);
  const { body } = await owner.send("POST", "/api/jobs", job("Followed"));
  await until("it is told", () => messages.some(({ data }) => data.id === body.id));
  const told = messages.find(({ data }) => data.id === body.id);
  assert.equal(told.event, "job");
  assert.match(told.id, /^\d+$/);
  assert.equal(told.data.name, "Followed");
  socket.close();
  const stream = await fetch(`${host.url}/api/events?lastEventId=${Number(told.id) - 1}`, { headers: { authorization: `Bearer ${owner.token}` } });
  const reader = stream.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("Followed")) {
    text += (await reader.read()).value;
  }
  await reader.cancel();
  assert.ok(text.includes(`id: ${told.id}\nevent: job\n`));
});

test("who comes back with the last id misses nothing", async () => {
  const first = await open("/api/events");
  const { body: one } = await owner.send("POST", "/api/jobs", job("One"));
  await until("it is told", () => first.messages.some(({ data }) => data.id === one.id));
  const last = first.messages.at(-1).id;
  first.socket.close();
  const { body: two } = await owner.send("POST", "/api/jobs", job("Two"));
  const second = await open(`/api/events?lastEventId=${last}`);
  await until("it is told", () => second.messages.some(({ data }) => data.id === two.id));
  assert.ok(second.messages.every(({ id }) => Number(id) > Number(last)));
  second.socket.close();
});

test("a subscriber of one job hears of that job alone, and what it says harms nobody", async () => {
  const { body: mine } = await owner.send("POST", "/api/jobs", job("Mine"));
  const { socket, messages } = await open(`/api/events?jobId=${mine.id}`);
  await until("its state is told", () => messages.length === 1);
  socket.send("hello");
  socket.send(Buffer.from([0, 1, 2]));
  await owner.send("POST", "/api/jobs", job("Another"));
  await owner.send("PATCH", `/api/jobs/${mine.id}`, { json: { name: "Mine still" } });
  await until("it is told", () => messages.some(({ data }) => data.name === "Mine still"));
  assert.ok(messages.every(({ data }) => data.id === mine.id));
  socket.close();
});

test("a socket is for whoever may follow events", async () => {
  assert.equal((await open("/api/events", "")).status, 401);
  assert.equal((await open("/api/events", "no.such.token")).status, 401);
  assert.equal((await open("/api/events?jobId=job_00000000000000000000000000")).status, 404);
  assert.equal((await open("/api/events?x=1")).status, 400);
});

test("a page opens it with the cookie, a page of another origin does not", async () => {
  const link = new URL(host.tokenOf("--link"));
  const signed = await fetch(`${host.url}${link.pathname}${link.search}`, { redirect: "manual" });
  const cookie = signed.headers.get("set-cookie").split("; ")[0];
  const ours = await open("/api/events", "", { cookie, origin: new URL(host.url).origin });
  assert.equal(ours.status, 101);
  ours.socket.close();
  for (const origin of ["https://evil.example", "null"]) {
    assert.equal((await open("/api/events", "", { cookie, origin })).status, 403);
  }
});

test("no other route becomes a socket", async () => {
  assert.notEqual((await open("/api/jobs")).status, 101);
});

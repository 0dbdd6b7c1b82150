// What holds while a list is still arriving: the job is seen and can be neither started nor stopped, others
// are served meanwhile, and a body that ends before its end leaves nothing at all.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";

import { openHost, until } from "./host.mjs";

let host;
let owner;
before(async () => {
  host = await openHost();
  owner = host.owner;
});
after(() => host?.close());

// A list that is sent by hand, a chunk when asked to.
class SlowList {
  constructor(name, type = "text/csv") {
    this.name = name;
    const { hostname, port } = new URL(host.url);
    this.socket = connect(Number(port), hostname);
    this.text = "";
    this.socket.on("data", (bytes) => (this.text += bytes));
    this.socket.on("error", () => {});
    this.closed = new Promise((resolve) => this.socket.on("close", resolve));
    this.socket.write(
      `POST /api/jobs?name=${name}&assistantId=a&phoneNumberId=p HTTP/1.1\r\nhost: x\r\n` +
      `authorization: Bearer ${owner.token}\r\ncontent-type: ${type}\r\ntransfer-encoding: chunked\r\n\r\n`);
  }

  write(text) {
    this.socket.write(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
  }

  end() {
    this.socket.write("0\r\n\r\n");
  }

  async job() {
    return until(`${this.name} is seen`, async () => (await owner.jobs()).find((one) => one.name === this.name));
  }

  async status() {
    await until(`${this.name} is answered`, () => this.text.includes("\r\n\r\n"));
    return Number(this.text.slice(9, 12));
  }
}

// Larger than the pieces a host may cut a body into, so that some of it is stored before the end.
const manyRows = (count) =>
  Array.from({ length: count }, (_, at) => `+1646${3_000_000 + at},${"x".repeat(60)}\n`).join("");

describe("while a list arrives", () => {
  test("its job is seen, and can be neither started nor stopped", async () => {
    const list = new SlowList("arriving");
    list.write(`phone,name\n${manyRows(3_000)}`);
    const { id } = await list.job();
    const job = await owner.must("GET", `/api/jobs/${id}`);
    assert.equal(job.phase, "importing");
    assert.equal(job.status, "pending");
    assert.equal(job.import.status, "receiving");
    for (const [method, path, json] of [
      ["POST", "/start"], ["POST", "/pause"], ["POST", "/resume"], ["POST", "/cancel"], ["DELETE", ""],
      ["POST", "/recipients", { phoneNumbers: ["+14155550132"] }],
    ]) {
      const answer = await owner.send(method, `/api/jobs/${id}${path}`, { json });
      assert.equal(answer.status, 409, `${method} ${path}`);
      assert.equal(answer.body.code, "wrong_state");
    }
    await owner.must("POST", "/api/jobs", {
      json: { name: "meanwhile", assistantId: "a", phoneNumberId: "p", phoneNumbers: ["+14155550132"] },
    });
    list.end();
    assert.equal(await list.status(), 201);
    const sealed = await owner.must("GET", `/api/jobs/${id}`);
    assert.deepEqual([sealed.phase, sealed.totalCalls, sealed.import.status], ["scheduled", 3_000, "sealed"]);
    list.socket.destroy();
  });

  test("a row may be cut anywhere, also within a character", async () => {
    const list = new SlowList("cut-rows");
    for (const piece of ["pho", "ne,na", "me\n+14155", "550132,\"A", "da\nL\"\"x\"", "\n(415) 555-", "0133,B"]) {
      list.write(piece);
      await new Promise((done) => setTimeout(done, 15));
    }
    const bytes = Buffer.from("é\n");
    list.socket.write("1\r\n");
    list.socket.write(bytes.subarray(0, 1));
    list.socket.write("\r\n2\r\n");
    list.socket.write(bytes.subarray(1));
    list.socket.write("\r\n");
    list.end();
    assert.equal(await list.status(), 201);
    const { id } = await list.job();
    const { calls } = await owner.must("GET", `/api/jobs/${id}/calls`);
    assert.deepEqual(
      calls.map(({ phoneNumber, firstName }) => [phoneNumber, firstName]),
      [["+14155550132", "Ada\nL\"x"], ["+14155550133", "Bé"]]);
    list.socket.destroy();
  });
});

describe("a list that ends before its end", () => {
  const state = async () => JSON.stringify(await owner.jobs());
  const metric = async (name) =>
    Number(new RegExp(`^callgate_${name} (\\d+)$`, "m").exec((await owner.send("GET", "/metrics")).body)[1]);

  for (const [what, end] of Object.entries({
    "because the client is gone": (list) => list.socket.destroy(),
    "because the client closed its side": (list) => list.socket.end(),
    "in the middle of a chunk": (list) => list.socket.end("ffff\r\n+14155"),
    "with a chunk that is none": (list) => list.socket.write("zz\r\n"),
  })) {
    test(`${what} leaves nothing`, async () => {
      const [before, jobs, open] = [await state(), await metric("jobs"), await metric("calls_open")];
      const list = new SlowList(`broken-${Math.random()}`);
      list.write(`phone,name\n${manyRows(5_000)}`);
      const { id, import: own } = await owner.must("GET", `/api/jobs/${(await list.job()).id}`);
      end(list);
      await until("it is gone", async () => (await owner.send("GET", `/api/jobs/${id}`)).status === 404);
      assert.equal((await owner.send("GET", `/api/imports/${own.id}`)).status, 404);
      assert.equal((await owner.send("POST", `/api/jobs/${id}/start`)).status, 404);
      assert.equal(await state(), before);
      await until("its rows are gone", async () => (await metric("calls_open")) === open);
      assert.equal(await metric("jobs"), jobs);
      list.socket.destroy();
      await list.closed;
    });
  }

  test("is refused as soon as it is known to be wrong, not at its end", async () => {
    const before = await state();
    const list = new SlowList("wrong-at-once");
    list.write(`Name,City\n${"Ada,London\n".repeat(9_000)}`);
    assert.equal(await list.status(), 422);
    assert.match(list.text, /phone_column_missing/);
    assert.equal(await state(), before);
    list.socket.destroy();
  });
});

for (const type of ["Text/CSV", "text/csv ; charset=utf-8", "TEXT/CSV;charset=UTF-8"]) {
  test(`a list whose type is written "${type}" is a list`, async () => {
    const settings = new URLSearchParams({ name: type, assistantId: "a", phoneNumberId: "p" });
    const job = await owner.must("POST", `/api/jobs?${settings}`, {
      body: "phone\n+14155550132\n", headers: { "content-type": type },
    });
    assert.equal(job.import.accepted, 1);
  });
}

test("several lists arrive at once and do not mix", async () => {
  const lists = Array.from({ length: 8 }, (_, at) => new SlowList(`mixed-${at}`));
  const rows = (list, piece) =>
    Array.from({ length: 200 }, (_, at) => `+1917${3_000_000 + list * 10_000 + piece * 200 + at},l${list}\n`);
  lists.forEach((list) => list.write("phone,name\n"));
  for (let piece = 0; piece < 10; ++piece) {
    lists.forEach((list, at) => list.write(rows(at, piece).join("")));
    await new Promise((done) => setTimeout(done, 5));
  }
  lists.forEach((list) => list.end());
  for (const [at, list] of lists.entries()) {
    assert.equal(await list.status(), 201);
    const calls = await owner.callsOf((await list.job()).id);
    assert.equal(calls.length, 2_000);
    assert.ok(calls.every(({ firstName }) => firstName === `l${at}`));
    list.socket.end();
    await once(list.socket, "close");
  }
});

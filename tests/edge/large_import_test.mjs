// A list of 100,000 people through the edge's own door, as one stream: every row is counted and can be read
// afterwards, and no request of the object, and no isolate, takes more than the platform gives.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { CountedHome } from "../../bench/edge/home.mjs";
import { EVERY, importList } from "../../bench/edge/large_list.mjs";
import { numberAt } from "../../bench/numbers.mjs";

const PEOPLE = 100_000;
const EXTRA = PEOPLE / EVERY;
// What the platform gives: CPU to one request, memory to one isolate.
const REQUEST_CPU_MS = 30_000;
const ISOLATE_BYTES = 128 * 1024 * 1024;

let home;
before(async () => {
  home = await CountedHome.start();
});
after(() => home?.stop());

async function isRight({ id, import: list, totalCalls, openCalls }) {
  const { status, rows, accepted, duplicates, rejected } = list;
  assert.deepEqual(
    { status, rows, accepted, duplicates, rejected },
    { status: "sealed", rows: PEOPLE + 2 * EXTRA, accepted: PEOPLE, duplicates: EXTRA, rejected: EXTRA });
  assert.deepEqual([totalCalls, openCalls], [PEOPLE, PEOPLE]);
  const rejects = [];
  for await (const { row, code } of home.client.pages(list.rejectsUrl, "rejects", 1000)) {
    rejects.push([row, code]);
  }
  const wanted = Array.from({ length: EXTRA }, (_, at) => (at + 1) * (EVERY + 2));
  assert.deepEqual(rejects, wanted.flatMap((row) => [[row - 1, "duplicate"], [row, "phone_invalid"]]));
  const numbers = (await home.client.callsOf(id)).map((call) => call.phoneNumber);
  assert.equal(numbers.length, PEOPLE);
  assert.equal(numbers.filter((number, at) => number !== numberAt(at)).length, 0, "in the list's own order");
}

test("a list of 100,000 people arrives as one stream, within what the platform gives", async (t) => {
  const { job, bytes, seconds, counts, beside } = await importList(home, PEOPLE);
  const mb = (size) => (size / 2 ** 20).toFixed(1);
  t.diagnostic(`${(bytes / 1e6).toFixed(1)} MB in ${seconds.toFixed(1)} s; the longest transaction took ` +
    `${counts.transaction_ms_max} ms, the longest request of the object ${counts.object_request_ms_max} ms`);
  t.diagnostic(`WebAssembly's memory was ${mb(counts.wasm_bytes)} MB at most, what the isolate holds beside it ` +
    (beside === null ? "cannot be seen here" : `${mb(beside.bytes)} MB (${beside.looks} looks)`));
  t.diagnostic(`${(counts.rows_written / PEOPLE).toFixed(2)} rows written and ` +
    `${(counts.rows_read / PEOPLE).toFixed(2)} read a person, ${counts.alarms_set} alarms`);
  await isRight(job);
  assert.ok(counts.transactions > 1, "it was taken in pieces");
  assert.ok(counts.object_request_ms_max < REQUEST_CPU_MS, "no request takes longer than it may");
  assert.ok(counts.wasm_bytes > 0 && (beside === null || beside.looks > 3), "the memory was looked at");
  assert.ok(counts.wasm_bytes + (beside?.bytes ?? 0) < ISOLATE_BYTES, "the isolate has room");
});

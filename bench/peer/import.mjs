// The CSV file into the queue, 1,000 rows an addBulk, while the file is read. Lines are split at
// commas.
import { createReadStream, readFileSync } from "node:fs";
import { createInterface } from "node:readline";

import { finish, openQueue, options } from "./settings.mjs";

const CHUNK = 1000;
const queue = openQueue();
await queue.waitUntilReady();

const began = performance.now();
let rows = 0;
let jobs = [];
const flush = async () => {
  await queue.addBulk(jobs);
  rows += jobs.length;
  jobs = [];
};
let header = true;
for await (const line of createInterface({ input: createReadStream(options.file) })) {
  if (header) {
    header = false;
    continue;
  }
  const [phoneNumber, firstName, lastName, account] = line.split(",");
  jobs.push({ name: "call", data: { phoneNumber, firstName, lastName, account } });
  if (jobs.length === CHUNK) await flush();
}
if (jobs.length > 0) await flush();
const seconds = (performance.now() - began) / 1000;

const waiting = await queue.getWaitingCount();
if (waiting !== rows) throw new Error(`${rows} rows, but ${waiting} jobs wait`);
const peak = readFileSync("/proc/self/status", "utf8").match(/^VmHWM:\s+(\d+) kB/m);
finish({ perSecond: rows / seconds, seconds, producerMb: Number(peak[1]) / 1024 });
await queue.close();

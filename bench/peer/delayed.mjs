// Jobs that are due at instants of their own, and a worker that posts each to the carrier.
import { Worker } from "bullmq";

import { numberAt } from "../numbers.mjs";
import { dial } from "./carrier.mjs";
import { connection, jobOf, openQueue, options, QUEUE } from "./settings.mjs";

const worker = new Worker(QUEUE, (job) => dial(job.data.phoneNumber, job.id), {
  connection,
  concurrency: options.atOnce,
});
await worker.waitUntilReady();
worker.on("failed", (_job, error) => {
  throw error;
});
const queue = openQueue();
await queue.addBulk(
  Array.from({ length: options.calls }, (_, i) => {
    const timestamp = Date.now();
    const delay = options.start + i * options.everyMs - timestamp;
    return { ...jobOf(numberAt(i)), opts: { timestamp, delay } };
  }),
);
process.stdout.write("ready\n");
process.on("SIGTERM", () => process.exit(0));

// What every program of the peer begins with: its options (one JSON argument), and a queue as
// BullMQ's documentation sets one up. Jobs keep BullMQ's defaults: one attempt, kept when
// completed.
import { Queue } from "bullmq";

import { numberAt } from "../numbers.mjs";

export const options = JSON.parse(process.argv[2]);
export const connection = { host: "127.0.0.1", port: options.port };
export const QUEUE = "calls";

export const openQueue = () => new Queue(QUEUE, { connection });
export const jobOf = (phoneNumber) => ({ name: "call", data: { phoneNumber } });
export async function fill(queue, calls) {
  const CHUNK = 1000;
  for (let i = 0; i < calls; i += CHUNK) {
    const count = Math.min(CHUNK, calls - i);
    await queue.addBulk(Array.from({ length: count }, (_, k) => jobOf(numberAt(i + k))));
  }
}
export const finish = (result) => process.stdout.write(`${JSON.stringify(result)}\n`);

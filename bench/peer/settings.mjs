// What every program of the peer begins with: its options (one JSON argument), and a queue as
// BullMQ's documentation sets one up. Jobs keep BullMQ's defaults: one attempt, kept when
// completed.
import { Queue } from "bullmq";

export const options = JSON.parse(process.argv[2]);
export const connection = { host: "127.0.0.1", port: options.port };
export const QUEUE = "calls";

export const openQueue = () => new Queue(QUEUE, { connection });
export const jobOf = (phoneNumber) => ({ name: "call", data: { phoneNumber } });
export const finish = (result) => process.stdout.write(`${JSON.stringify(result)}\n`);

// queue.add, or addBulk of `perRequest`, `atOnce` of them on the way, from one process and without
// HTTP.
import { latencies } from "../figures.mjs";
import { numberAt } from "../numbers.mjs";
import { finish, jobOf, openQueue, options } from "./settings.mjs";

const queue = openQueue();
await queue.waitUntilReady();

const countFrom = performance.now() + options.warmUp * 1000;
const stopAt = countFrom + options.seconds * 1000;
const took = [];
let index = 0;

async function addSome() {
  if (options.perRequest === 1) {
    const { name, data } = jobOf(numberAt(index));
    index += 1;
    await queue.add(name, data);
    return;
  }
  const jobs = Array.from({ length: options.perRequest }, (_, i) => jobOf(numberAt(index + i)));
  index += options.perRequest;
  await queue.addBulk(jobs);
}

async function keepAdding() {
  for (;;) {
    const began = performance.now();
    if (began >= stopAt) return;
    await addSome();
    if (began >= countFrom) took.push(performance.now() - began);
  }
}

await Promise.all(Array.from({ length: options.atOnce }, keepAdding));
const seconds = (performance.now() - countFrom) / 1000;
const waiting = await queue.getWaitingCount();
if (waiting !== index) throw new Error(`${index} jobs were added, but ${waiting} wait`);
finish({ requests: took.length, seconds, perSecond: took.length / seconds, ...latencies(took) });
await queue.close();

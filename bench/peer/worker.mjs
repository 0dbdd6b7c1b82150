// A worker of the peer at work: timed from its start to the last completion.
import { Worker } from "bullmq";

import { connection, fill, finish, openQueue, options, QUEUE } from "./settings.mjs";

export async function timeWorker(work) {
  const queue = openQueue();
  await fill(queue, options.calls);
  const worker = new Worker(QUEUE, work, { connection, concurrency: options.atOnce, autorun: false });
  await worker.waitUntilReady();
  let completed = 0;
  const done = new Promise((resolve, reject) => {
    worker.on("completed", () => {
      completed += 1;
      if (completed === options.calls) resolve();
    });
    worker.on("failed", (_job, error) => reject(error));
    worker.on("error", reject);
  });
  const began = performance.now();
  worker.run();
  await done;
  const seconds = (performance.now() - began) / 1000;
  finish({ perSecond: options.calls / seconds, seconds });
  await worker.close();
  await queue.close();
}

// graphile-worker as its documentation tunes it for throughput: one pool with a local queue that
// fetches jobs by the hundred, completions and failures in batches. Timed from its start until no
// job is left in the database.
import { Logger, makeWorkerUtils, run } from "graphile-worker";

import { numberAt } from "../numbers.mjs";

const options = JSON.parse(process.argv[2]);
const connectionString = `postgres://postgres@127.0.0.1:${options.port}/postgres`;
const CHUNK = 1000;
const LOOK_MS = 5;

const logger = new Logger(() => (level, message) => {
  if (level === "error") process.stderr.write(`${message}\n`);
});
const utils = await makeWorkerUtils({ connectionString, logger });
await utils.migrate();
for (let i = 0; i < options.calls; i += CHUNK) {
  const count = Math.min(CHUNK, options.calls - i);
  const jobs = Array.from({ length: count }, (_, k) => ({
    identifier: "call",
    payload: { phoneNumber: numberAt(i + k) },
  }));
  await utils.addJobs(jobs);
}

const COUNT = "SELECT count(*) FROM graphile_worker._private_jobs";
const left = async () =>
  Number((await utils.withPgClient((client) => client.query(COUNT))).rows[0].count);
if ((await left()) !== options.calls) throw new Error("not every job was added");

let executed = 0;
const began = performance.now();
const runner = await run({
  taskList: {
    call: async () => {
      executed += 1;
    },
  },
  preset: {
    worker: {
      connectionString,
      concurrentJobs: options.atOnce,
      maxPoolSize: 10,
      localQueue: { size: 500 },
      completeJobBatchDelay: 0,
      failJobBatchDelay: 0,
      logger,
    },
  },
});
while (executed < options.calls || (await left()) > 0) {
  await new Promise((resolve) => {
    setTimeout(resolve, LOOK_MS);
  });
}
const seconds = (performance.now() - began) / 1000;
if (executed !== options.calls) throw new Error(`${executed} of ${options.calls} jobs ran`);
process.stdout.write(`${JSON.stringify({ perSecond: options.calls / seconds, seconds })}\n`);
await runner.stop();
await utils.release();

// A program for each published document (examples/), written from that document's text: it does its main story.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, test } from "node:test";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import { openHost } from "./host.mjs";

let host;
before(async () => {
  host = await openHost();
  // As whoever tries them first finds it: one call at once in a job, and calls that last.
  await host.owner.must("PUT", "/api/scheduler/config", { json: { rateLimits: { global: 10, perJob: 1 } } });
  await host.carrier.configure({ ring_ms: [300, 500], talk_ms: [1500, 2000] });
});
after(() => host?.close());

for (const [program, said] of Object.entries({
  "jobs.mjs": [/job_\w+ is \w+, 3 calls/, /successRate/],
  "client-queue.mjs": [/of the batch 2 are scheduled/, /item call_\w+ is (completed|failed|retry_scheduled)/, /totalItems: \d+/],
  "call-queue.mjs": [/Item added to queue successfully/, /Call initiated successfully/, /after 1 attempt/],
  "scheduled-call.mjs": [/Call scheduled successfully/, /was called at/, /upcomingCalls/],
  "daily-calls.mjs": [/today's call is \w+/, /daily-calls/, /schedule-calls/],
})) {
  test(`examples/${program} does what it tells`, { timeout: 90_000 }, async () => {
    const child = spawn(process.execPath, [fileURLToPath(new URL(`../../examples/${program}`, import.meta.url))], {
      env: { ...process.env, CALLGATE_URL: host.url, CALLGATE_TOKEN: host.owner.token },
    });
    const [code, out, wrong] = await Promise.all([
      new Promise((done) => child.on("exit", done)), text(child.stdout), text(child.stderr),
    ]);
    assert.equal(code, 0, `${out}\n${wrong}`);
    said.forEach((pattern) => assert.match(out, pattern));
  });
}

// A list of people as one CSV file. callgate takes it as the body of one POST: every row is judged
// by the numbering plan, duplicates are found, rejects kept, and each 64 KB piece is on the disk
// before the next is read. The peer splits lines at line breaks and commas, judges nothing and
// finds no duplicate.
import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { csvTarget } from "../api.mjs";
import { mb, rate } from "../figures.mjs";
import { writeCsv } from "../numbers.mjs";
import { PLACE, startCallgate, startPeer } from "../processes.mjs";

const run = promisify(execFile);
const file = join(PLACE, "people.csv");

async function callgate({ rows }) {
  const server = await startCallgate();
  const began = performance.now();
  const { stdout } = await run("curl", [
    "-sS",
    "-T",
    file,
    "-X",
    "POST",
    "-H",
    "content-type: text/csv",
    "-H",
    "expect:",
    "-H",
    `authorization: Bearer ${server.token}`,
    server.url + csvTarget,
  ]);
  const seconds = (performance.now() - began) / 1000;
  const { totalCalls } = JSON.parse(stdout);
  if (totalCalls !== rows) throw new Error(`of ${rows} rows ${totalCalls} were taken: ${stdout}`);
  const result = { perSecond: rows / seconds, seconds, peakMb: server.peakMb };
  result.cpuSeconds = server.cpuSeconds;
  await server.stop();
  return result;
}

async function bullmq(_size, redis) {
  const result = await startPeer("import", redis, { file }).result();
  return { ...result, peakMb: redis.peakMb, cpuSeconds: redis.cpuSeconds };
}

export default [
  {
    name: "import",
    title: "Import of one CSV file, calls per second",
    sizes: { full: { rows: 1_000_000 }, quick: { rows: 100_000 } },
    by: "perSecond",
    once: true,
    prepare: ({ rows }) => writeCsv(file, rows),
    finish: () => rmSync(file, { force: true }),
    callgate,
    peers: [{ title: "addBulk of 1,000", run: bullmq }],
    show: (run_, who) =>
      `${rate(run_.perSecond)}/s, peak ${mb(run_.peakMb)}` +
      (who === "callgate" ? "" : ` + ${mb(run_.producerMb)} producer`),
  },
];

// The queue alone: how many calls a second go from due through admitted to terminal, where nobody
// has to be asked over a network. callgate is its workspace's actor with a provider in the same
// process (bench/queue.cpp): a call is an intent on the disk, the request that would be sent, the
// provider's answer, and one signed report that is judged and written. The peers run a function
// that does nothing.
import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { rate } from "../figures.mjs";
import { freshFolder, PLACE, startPeer } from "../processes.mjs";

const run = promisify(execFile);
const AT_ONCE = 200; // of callgate's calls
const PEERS_AT_ONCE = 100;

async function once(calls, limits) {
  const folder = freshFolder("queue");
  try {
    const args = [folder, `${calls}`, `${AT_ONCE}`, limits];
    return JSON.parse((await run(join(PLACE, "queue"), args)).stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function callgate({ calls }) {
  return { ...(await once(calls, "plain")), limited: await once(calls, "limited") };
}

const noOp = (program) => ({ calls }, server) =>
  startPeer(program, server, { calls, atOnce: PEERS_AT_ONCE }).result();

export default [
  {
    name: "queue",
    title: `The queue alone, its provider in the process, ${AT_ONCE} at once, calls from due to terminal per second`,
    sizes: { full: { calls: 100_000 }, quick: { calls: 10_000 } },
    by: "perSecond",
    callgate,
    peers: [
      { title: `BullMQ, an empty function, ${PEERS_AT_ONCE} at once`, run: noOp("empty") },
      {
        title: `graphile-worker on PostgreSQL, the same, with a local queue and batches`,
        server: "postgres",
        run: noOp("graphile"),
      },
    ],
    show: ({ perSecond, limited }) =>
      `${rate(perSecond)}/s` +
      (limited ? `; with rates, a quota, a budget and caps ${rate(limited.perSecond)}/s` : ""),
  },
];

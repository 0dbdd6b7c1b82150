// How late calls go out that are due at instants of their own, 200 of them a second: the instant at
// which the carrier has the request (its ledger's created_at), less the scheduled one. Both count
// whole milliseconds. For callgate every call is a job with a schedule, and its intent is on the
// disk before the request leaves; for the peer it is a delayed job, which posts to the same
// carrier.
import { carrierLedger, makeJob, setLimits } from "../api.mjs";
import { latencies } from "../figures.mjs";
import { numberAt } from "../numbers.mjs";
import { flagsFor, startCallgate, startCarrier, startPeer } from "../processes.mjs";

const EVERY_MS = 5;
const AT_ONCE = 200;
const MAKERS = 8; // requests on the way at once, when the jobs are made
const LEAD_MS = 3000;
const MAKE_MS = 2; // more than making one takes

// number → instant at which it is due, ms since 1970.
function plan(calls) {
  const start = Date.now() + LEAD_MS + calls * MAKE_MS;
  const one = (_, i) => ({ number: numberAt(i), due: start + i * EVERY_MS });
  return Array.from({ length: calls }, one);
}

function refuseIfTooLate(planned) {
  if (Date.now() > planned[0].due - LEAD_MS / 3) {
    throw new Error("the first call was due before the last one was there");
  }
}

async function passTime(planned) {
  const end = planned.at(-1).due + 2000;
  await new Promise((resolve) => {
    setTimeout(resolve, end - Date.now());
  });
}

async function judge(carrier, planned) {
  const due = new Map(planned.map((one) => [one.number, one.due]));
  const dials = await carrierLedger(carrier);
  if (dials.length !== planned.length) {
    throw new Error(`${dials.length} dials for ${planned.length} calls`);
  }
  const late = dials.map((dial) => Date.parse(dial.created_at) - due.get(dial.number));
  return { ...latencies(late), early: late.filter((one) => one < 0).length, calls: late.length };
}

async function callgate({ calls }) {
  const carrier = await startCarrier();
  const server = await startCallgate(flagsFor(carrier));
  await setLimits(server, AT_ONCE);
  const planned = plan(calls);
  let next = 0;
  const make = async () => {
    while (next < planned.length) {
      const { number, due } = planned[next];
      next += 1;
      const schedule = new Date(due).toISOString();
      await makeJob(server, { name: number, schedule, phoneNumbers: [number] });
    }
  };
  await Promise.all(Array.from({ length: MAKERS }, make));
  refuseIfTooLate(planned);
  await passTime(planned);
  const result = await judge(carrier, planned);
  await server.stop();
  await carrier.stop();
  return result;
}

async function bullmq({ calls }, redis) {
  const carrier = await startCarrier();
  const planned = plan(calls);
  const options = { calls, start: planned[0].due, everyMs: EVERY_MS, atOnce: AT_ONCE };
  const peer = startPeer("delayed", redis, { ...options, carrier: carrier.url });
  await peer.line(/ready/);
  refuseIfTooLate(planned);
  await passTime(planned);
  const result = await judge(carrier, planned);
  await peer.stop();
  await carrier.stop();
  return result;
}

const whole = (value) => value.toFixed(0);

export default [
  {
    name: "lateness",
    title: "Lateness of calls due one every 5 ms, each at a millisecond of its own",
    sizes: { full: { calls: 3000 }, quick: { calls: 600 } },
    by: "p99Ms",
    smallerIsBetter: true,
    callgate,
    peers: [
      { title: "delayed jobs", run: bullmq },
      // Redis ends the waiting of blocked clients by its timer: ten times a second as it comes.
      { title: "delayed jobs, Redis with hz 500", run: bullmq, redisFlags: ["--hz", "500"] },
    ],
    show: (run) =>
      `p50 ${whole(run.p50Ms)}, p99 ${whole(run.p99Ms)}, max ${whole(run.maxMs)} ms, ` +
      `${run.early} early`,
  },
];

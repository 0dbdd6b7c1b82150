// Calls from due to terminal, 200 at once, at a carrier where everybody answers and hangs up at
// once. For callgate a call is: an intent on the disk, one request to the carrier, four webhooks
// back, each judged and written, and a record of the attempt. For the peer it is one job, one
// request to the same carrier and the job's completion: no webhook, no look-up, no outcome.
import { carrierStats, getJob, makeJob, setLimits, startJob } from "../api.mjs";
import { rate } from "../figures.mjs";
import { numberAt } from "../numbers.mjs";
import { flagsFor, startCallgate, startCarrier, startPeer } from "../processes.mjs";

const AT_ONCE = 200;
const PER_JOB = 10_000; // what one JSON body may hold
const STUCK_MS = 30_000;

// Until the job has ended; refused when half a minute ends none of its calls.
async function ended(server, id) {
  let open = Infinity;
  let lastChange = performance.now();
  for (;;) {
    const job = await getJob(server, id);
    if (job.status === "completed") return;
    if (job.openCalls < open) {
      open = job.openCalls;
      lastChange = performance.now();
    } else if (performance.now() - lastChange > STUCK_MS) {
      throw new Error(`stuck with ${open} open, ${job.liveCalls} live: ${server.lastWords}`);
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

async function checkDials(carrier, calls) {
  const stats = await carrierStats(carrier);
  if (stats.dials !== calls) throw new Error(`${stats.dials} dials for ${calls} calls`);
}

async function callgate({ calls }) {
  const carrier = await startCarrier();
  const flags = [...flagsFor(carrier), "--effects-at-once", `${AT_ONCE}`];
  const server = await startCallgate(flags);
  await setLimits(server, AT_ONCE);
  const numbers = Array.from({ length: calls }, (_, i) => numberAt(i));
  const jobs = [];
  for (let i = 0; i < calls; i += PER_JOB) {
    jobs.push(await makeJob(server, { phoneNumbers: numbers.slice(i, i + PER_JOB), name: `${i}` }));
  }
  const cpuBefore = server.cpuSeconds;
  const began = performance.now();
  await Promise.all(jobs.map(({ id }) => startJob(server, id)));
  await Promise.all(jobs.map(({ id }) => ended(server, id)));
  const seconds = (performance.now() - began) / 1000;
  const cpuUsPerCall = ((server.cpuSeconds - cpuBefore) / calls) * 1e6;
  await checkDials(carrier, calls);
  const result = { perSecond: calls / seconds, seconds, cpuUsPerCall, peakMb: server.peakMb };
  result.carrierCpuUsPerCall = (carrier.cpuSeconds / calls) * 1e6;
  await server.stop();
  await carrier.stop();
  return result;
}

async function bullmq({ calls }, redis) {
  const carrier = await startCarrier();
  const options = { calls, atOnce: AT_ONCE, carrier: carrier.url };
  const result = await startPeer("work", redis, options).result();
  await checkDials(carrier, calls);
  await carrier.stop();
  return result;
}

export default [
  {
    name: "dispatch",
    title: `Dispatch, ${AT_ONCE} at once, calls from due to terminal per second`,
    sizes: { full: { calls: 50_000 }, quick: { calls: 5_000 } },
    by: "perSecond",
    callgate,
    peers: [{ title: "one POST a job, no webhooks", run: bullmq }],
    show: (run) => `${rate(run.perSecond)}/s`,
  },
];

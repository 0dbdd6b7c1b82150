// Recipients added to a job that waits, one and a thousand a request. An answer means that they are
// on the disk. The generator, its requests and what they carry are the same for the peer behind
// HTTP.
import { getJob, makeJob } from "../api.mjs";
import { ms, rate } from "../figures.mjs";
import { numberAt } from "../numbers.mjs";
import { load, startCallgate, startPeer } from "../processes.mjs";

function loadOptions(size, connections, perRequest) {
  return {
    connections,
    seconds: size.seconds,
    "warm-up": size.seconds / 5,
    "per-request": perRequest,
    first: 1, // 0 is in the job from its beginning
    expect: `"accepted":${perRequest},`,
  };
}

const withCalls = (run, perRequest) => ({ ...run, callsPerSecond: run.perSecond * perRequest });

function callgate(connections, perRequest) {
  return async (size) => {
    const server = await startCallgate();
    const job = await makeJob(server, { phoneNumbers: [numberAt(0)] });
    const before = server.cpuSeconds;
    const run = await load({
      ...loadOptions(size, connections, perRequest),
      port: server.port,
      target: `/api/jobs/${job.id}/recipients`,
      header: `authorization: Bearer ${server.token}`,
    });
    run.cpuUsPerRequest = ((server.cpuSeconds - before) / run.answered) * 1e6;
    run.peakMb = server.peakMb;
    const { totalCalls } = await getJob(server, job.id);
    if (totalCalls !== run.answered * perRequest + 1) {
      throw new Error(`${run.answered} answers of ${perRequest}, but ${totalCalls} calls`);
    }
    await server.stop();
    return withCalls(run, perRequest);
  };
}

function bullmqOverHttp(connections, perRequest) {
  return async (size, redis) => {
    const peer = startPeer("http", redis);
    const port = Number((await peer.line(/listening on (\d+)/))[1]);
    const run = await load({ ...loadOptions(size, connections, perRequest), port, target: "/" });
    await peer.stop();
    return withCalls(run, perRequest);
  };
}

function bullmqAlone(atOnce, perRequest) {
  return async (size, redis) => {
    const options = { atOnce, perRequest, seconds: size.seconds, warmUp: size.seconds / 5 };
    return withCalls(await startPeer("add", redis, options).result(), perRequest);
  };
}

const sizes = { full: { seconds: 5 }, quick: { seconds: 1.5 } };
const latency = (run) => `p50 ${ms(run.p50Ms)}, p99 ${ms(run.p99Ms)}`;

function one(connections) {
  const some = connections === 1 ? "1 connection" : `${connections} connections`;
  return {
    name: `enqueue-${connections}`,
    title: `Enqueue over HTTP, one recipient a request, ${some}`,
    sizes,
    by: "perSecond",
    callgate: callgate(connections, 1),
    peers: [
      { title: "queue.add behind node:http", run: bullmqOverHttp(connections, 1) },
      { title: "queue.add without HTTP", run: bullmqAlone(connections, 1) },
    ],
    show: (run) => `${rate(run.perSecond)}/s, ${latency(run)}`,
  };
}

const bulk = {
  name: "enqueue-bulk",
  title: "Enqueue over HTTP, 1,000 recipients a request, 4 connections, calls per second",
  sizes,
  by: "callsPerSecond",
  callgate: callgate(4, 1000),
  peers: [
    { title: "addBulk behind node:http", run: bullmqOverHttp(4, 1000) },
    { title: "addBulk without HTTP", run: bullmqAlone(4, 1000) },
  ],
  show: (run) => `${rate(run.callsPerSecond)}/s, ${latency(run)}`,
};

export default [one(1), one(64), bulk];

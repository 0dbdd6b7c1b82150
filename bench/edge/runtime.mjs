// The Worker as it is uploaded, in the runtime of Cloudflare Workers, asked from outside over one connection.
// Its own clock stands still while it computes, so that only what the client sees is told. What a request
// takes on its way there and back is measured too: that of a Worker that does nothing, through the same doors.
import { randomBytes } from "node:crypto";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { createTestHarness } from "wrangler";

import { root } from "../../tests/edge/edge.mjs";
import { latencies } from "../figures.mjs";
import { numberAt } from "../numbers.mjs";

const WARM = 30;

function configIn(folder) {
  const text = readFileSync(`${root}wrangler.toml`, "utf8")
    .replace('"worker-shim/worker.ts"', `"${root}worker-shim/worker.ts"`)
    .replace('"native-server/www"', `"${root}native-server/www"`);
  writeFileSync(join(folder, "wrangler.toml"), text);
  writeFileSync(join(folder, "nothing.mjs"), 'export default { fetch: () => new Response("ok") };\n');
  return join(folder, "wrangler.toml");
}

function tokenOf(secret) {
  const flags = [`${root}scripts/token.mjs`, "--edge", "http://edge", "--bearer"];
  return execFileSync(process.execPath, flags, {
    env: { ...process.env, CALLGATE_SECRET: secret }, encoding: "utf8",
  }).trim();
}

async function timed(fetchIt, wanted = [200]) {
  const began = performance.now();
  const answer = await fetchIt();
  await answer.arrayBuffer();
  if (!wanted.includes(answer.status)) {
    throw new Error(`a request was answered with ${answer.status}`);
  }
  return performance.now() - began;
}

async function repeated(fetchIt, count = WARM, wanted) {
  const times = [];
  for (let at = 0; at < count; ++at) {
    times.push(await timed(fetchIt, wanted));
  }
  return times;
}

// A runtime of its own: neither the Worker nor its objects have ever been asked.
async function freshRuntime(folder, prebuiltWorkerDir, work) {
  const secret = randomBytes(32).toString("base64");
  const nothing = {
    name: "nothing", main: join(folder, "nothing.mjs"), compatibility_date: "2026-11-01",
  };
  const server = createTestHarness({
    workers: [
      { config: nothing },
      { configPath: join(folder, "wrangler.toml"), prebuiltWorkerDir, secrets: { CALLGATE_SECRET: secret } },
    ],
  });
  try {
    const { url } = await server.listen();
    const worker = server.getWorker("callgate");
    const headers = { authorization: `Bearer ${tokenOf(secret)}`, "content-type": "application/json" };
    return await work({
      nothing: () => server.getWorker("nothing").fetch(new URL("/", url)),
      ask: (method, path, json) => () => worker.fetch(new URL(path, url), {
        method, headers, ...(json !== undefined && { body: JSON.stringify(json) }),
      }),
      evict: () => worker.evictDurableObject("Workspace", { name: "default", webSockets: "hibernate" }),
    });
  } finally {
    await server.close();
  }
}

async function firsts({ nothing, ask, evict }) {
  const way = latencies(await repeated(nothing)).p50Ms;
  const health = ask("GET", "/healthz");
  const list = ask("GET", "/api/jobs");
  const isolate = await timed(health);
  const isolateWarm = latencies(await repeated(health)).p50Ms;
  const workspace = await timed(list);
  const workspaceWarm = latencies(await repeated(list)).p50Ms;
  await evict();
  const object = await timed(list);
  return { way, isolate, isolateWarm, workspace, workspaceWarm, object };
}

async function warmRequests({ nothing, ask }, count) {
  const settings = { name: "Bench", assistantId: "a", phoneNumberId: "p", phoneNumbers: [numberAt(0)] };
  const made = await ask("POST", "/api/jobs", settings)();
  const { id } = await made.json();
  let next = 1;
  const add = () => ask("POST", `/api/jobs/${id}/recipients`, { phoneNumbers: [numberAt(next++)] })();
  const page = ask("GET", `/api/jobs/${id}/calls?limit=50`);
  await repeated(nothing);
  await repeated(add, 60, [200, 201]);
  return {
    nothing: latencies(await repeated(nothing, count)),
    health: latencies(await repeated(ask("GET", "/healthz"), count)),
    enqueue: latencies(await repeated(add, count, [200, 201])),
    page: latencies(await repeated(page, count)),
  };
}

/** First requests of `starts` fresh runtimes, and `count` warm ones of each kind. */
export async function measureRuntime(folder, prebuiltWorkerDir, { starts, count }, say) {
  configIn(folder);
  say(`the runtime, asked from outside: ${starts} fresh ones, then ${count} requests of each kind`);
  const all = [];
  for (let at = 0; at < starts; ++at) {
    all.push(await freshRuntime(folder, prebuiltWorkerDir, firsts));
  }
  const cold = Object.fromEntries(Object.keys(all[0]).map((name) =>
    [name, latencies(all.map((one) => one[name]))]));
  return { cold, warm: await freshRuntime(folder, prebuiltWorkerDir, (doors) => warmRequests(doors, count)) };
}

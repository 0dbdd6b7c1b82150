// The edge home with meters in it (counted.ts), as a process of its own: the runtime of Cloudflare Workers
// under `wrangler dev`, with the queues' settings of wrangler.toml.
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { Client } from "../../tests/e2e/client.mjs";
import { makeFolder, removeFolder } from "../../tests/e2e/processes.mjs";
import { EdgeServer, root } from "../../tests/edge/edge.mjs";

const run = promisify(execFile);
const wrangler = `${root}node_modules/wrangler/bin/wrangler.js`;
const environment = { ...process.env, CI: "1", NO_COLOR: "1", WRANGLER_SEND_METRICS: "false" };

/** Builds what `wrangler deploy` would upload into a folder; answers what it says about it. */
export async function bundle(folder, config) {
  const flags = ["deploy", "--dry-run", "--env=", "--outdir", folder, ...(config ? ["--config", config] : [])];
  return (await run(process.execPath, [wrangler, ...flags], { cwd: root, env: environment })).stdout;
}

const ticksPerSecond = Number((await run("getconf", ["CLK_TCK"])).stdout);

const folders = new Set();
process.on("exit", () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })));

/** A folder that is gone when this process is. */
export async function temporaryFolder(name) {
  const folder = await makeFolder(name);
  folders.add(folder);
  return folder;
}

/** Whether processes can be looked at from outside. */
export const hasProc = existsSync("/proc/self/fd");

function processesOf(group) {
  const found = [];
  if (!hasProc) {
    return found;
  }
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const [, name, rest] = /\((.*)\) (.*)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8"));
      const fields = rest.split(" ");
      if (Number(fields[2]) === group) {
        const cpuMs = ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1000;
        const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
        found.push({ pid: Number(pid), name, cpuMs, peakMb: Number(peak?.[1]) / 1024 });
      }
    } catch {
      continue; // it has ended meanwhile
    }
  }
  return found;
}

export class CountedHome {
  static async start() {
    const home = new CountedHome();
    home.folder = await temporaryFolder("bench-edge");
    home.server = await EdgeServer.in(home.folder);
    const config = join(home.folder, "wrangler.toml");
    const text = readFileSync(config, "utf8").replaceAll("max_batch_size = 20\n", "max_batch_size = 1\n");
    const entry = join(home.folder, "counted");
    const plain = join(home.folder, "bundle/worker.js");
    const source = text.replace(`"${plain}"\nno_bundle = true`, `"${root}bench/edge/counted.ts"`);
    if (source === text) {
      throw new Error("the edge's settings do not name the bundle as they used to");
    }
    writeFileSync(config, source);
    await bundle(entry, config);
    writeFileSync(config, text.replace(plain, join(entry, "counted.js")));
    home.port = home.server.port;
    try {
      await home.server.start();
    } catch (error) {
      await home.server.stop();
      throw error;
    }
    home.url = home.server.url;
    home.client = new Client(home.url, await home.server.token());
    return home;
  }

  /** What was counted since the last time, with what the runtime's process took meanwhile. */
  async counted() {
    const counts = await this.client.must("POST", "/counted");
    const runtime = this.runtime();
    const cpuMs = runtime.cpuMs - (this.cpuBefore ?? 0);
    this.cpuBefore = runtime.cpuMs;
    return { ...counts, runtime_cpu_ms: cpuMs, runtime_peak_mb: runtime.peakMb };
  }

  /** The runtime's CPU and largest memory so far, with all that it simulates; NaN where there is no /proc. */
  runtime() {
    const all = this.processes();
    return {
      cpuMs: all.reduce((sum, { cpuMs }) => sum + cpuMs, all.length > 0 ? 0 : NaN),
      peakMb: Math.max(...all.map(({ peakMb }) => peakMb), all.length > 0 ? 0 : NaN),
    };
  }

  processes() {
    return processesOf(this.server.child.pid).filter(({ name }) => name === "workerd");
  }

  async stop() {
    await this.server.stop();
    await removeFolder(this.folder);
  }
}


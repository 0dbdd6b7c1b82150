// The programs under test as processes of their own, each on a free port of the loopback interface, with a
// data folder that is removed afterwards. A server that is killed starts again on the same port and folder.
// Whatever happens to this process, what it started ends with it; only what it started is ever signalled.
import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const alive = new Set();

process.on("exit", () => {
  for (const child of alive) {
    child.kill("SIGKILL");
  }
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => process.exit(130));
}

/** A folder that removeFolder() takes away again, unless it is to be kept for a look. */
export async function makeFolder(name) {
  return mkdtemp(join(tmpdir(), `callgate-${name}-`));
}

export async function removeFolder(folder) {
  await rm(folder, { recursive: true, force: true });
}

export async function freePort() {
  const probe = createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

function start(program, flags, logFile, environment = {}) {
  const log = createWriteStream(logFile, { flags: "a" });
  const child = spawn(program, flags, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  child.ended = once(child, "exit").then(([code, signal]) => {
    alive.delete(child);
    log.end();
    return { code, signal };
  });
  alive.add(child);
  return child;
}

async function failWithLog(what, logFile) {
  const log = await readFile(logFile, "utf8").catch(() => "");
  throw new Error(`${what}; the end of its log:\n${log.slice(-2000)}`);
}

/** `callgate serve` on a data folder. */
export class CallgateServer {
  constructor({ binary, folder, port, flags = [] }) {
    Object.assign(this, { binary, port, flags });
    this.data = join(folder, "data");
    this.logFile = join(folder, "server.log");
    this.url = `http://127.0.0.1:${port}`;
    this.child = null;
    this.starts = 0;
  }

  async start() {
    this.starts += 1;
    const flags = ["serve", "--data", this.data, "--port", String(this.port), ...this.flags];
    this.child = start(this.binary, flags, this.logFile);
    const { child } = this;
    for (let tries = 0; tries < 1200; ++tries) {
      if (child.exitCode !== null || child.signalCode !== null) {
        break;
      }
      const up = await fetch(`${this.url}/healthz`).then((answer) => answer.ok, () => false);
      if (up) {
        return;
      }
      await sleep(50);
    }
    await failWithLog("the server did not start", this.logFile);
  }

  /** Sends the signal and waits for the end. Answers {code, signal, ms}. */
  async stop(signal = "SIGTERM") {
    const began = performance.now();
    this.child.kill(signal);
    const end = await this.child.ended;
    return { ...end, ms: Math.round(performance.now() - began) };
  }

  get isRunning() {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  async token(...flags) {
    const { stdout } = await run(this.binary, ["token", "--data", this.data, ...flags]);
    return stdout.trim();
  }

  /** A number of /proc/PID/status in megabytes, such as VmHWM; NaN where there is no /proc. */
  async memoryMb(name) {
    const text = await readFile(`/proc/${this.child.pid}/status`, "utf8").catch(() => "");
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? NaN) / 1024;
  }
}

/** `callgate sim-carrier`: what it counts is the truth. */
export class Carrier {
  constructor({ binary, folder, flags = [] }) {
    Object.assign(this, { binary, flags });
    this.logFile = join(folder, "carrier.log");
    this.key = `sim-${randomBytes(16).toString("hex")}`;
    this.webhookSecret = randomBytes(16).toString("hex");
    this.child = null;
    this.url = "";
  }

  async start() {
    this.child = start(this.binary, ["sim-carrier", "--port", "0", ...this.flags], this.logFile, {
      CALLGATE_SIM_KEY: this.key,
      CALLGATE_SIM_WEBHOOK_SECRET: this.webhookSecret,
    });
    for (let tries = 0; tries < 600; ++tries) {
      const log = await readFile(this.logFile, "utf8").catch(() => "");
      const line = /listening on (http:\S+)/.exec(log);
      if (line !== null) {
        [, this.url] = line;
        return;
      }
      if (this.child.exitCode !== null) {
        break;
      }
      await sleep(25);
    }
    await failWithLog("the simulated carrier did not start", this.logFile);
  }

  async stop() {
    this.child.kill("SIGTERM");
    return this.child.ended;
  }

  async ask(path, options) {
    const answer = await fetch(this.url + path, options);
    if (!answer.ok) {
      throw new Error(`the carrier answered ${path} with ${answer.status}: ${await answer.text()}`);
    }
    return answer;
  }

  async stats() {
    return (await this.ask("/sim/stats")).json();
  }

  /** Waits for the reports of the last calls, which bring the prices: a job may be complete before. */
  async saidAll(seconds = 20) {
    for (let tries = 0; tries < seconds * 10; ++tries) {
      const { live, webhooks } = await this.stats();
      if (live === 0 && webhooks.pending === 0) {
        return;
      }
      await sleep(100);
    }
    throw new Error(`the carrier has reports left after ${seconds} s`);
  }

  async configure(change) {
    await this.ask("/sim/config", { method: "PUT", body: JSON.stringify(change) });
  }

  /** One object a create request, refused ones too. */
  async ledger() {
    const text = await (await this.ask("/sim/ledger?all=1")).text();
    return text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  }
}

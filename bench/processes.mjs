// The processes that a measure needs: callgate, its simulated carrier, Redis, the peer's programs
// and the load generator. Each lives on 127.0.0.1 with a folder of its own under build/bench/ and
// ends with this program, however that ends.
import { execFileSync, spawn } from "node:child_process";
import { chownSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../", import.meta.url));
export const PLACE = join(ROOT, "build/bench");
const CALLGATE = join(PLACE, "callgate");
const LOAD = join(PLACE, "load");
const STOP_MS = 20_000;

const WEBHOOK_SECRET = "a secret for the bench alone, of 40 bytes";

const running = new Set();
process.on("exit", () => {
  for (const { child, folder } of running) {
    child.kill("SIGKILL");
    if (folder) rmSync(folder, { recursive: true, force: true });
  }
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => process.exit(130));
}

let folders = 0;
export function freshFolder(name) {
  folders += 1;
  const folder = join(PLACE, `data-${process.pid}-${folders}-${name}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

// What /proc says of a process; null where there is no /proc.
function proc(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return null;
  }
}

function peakMb(pid) {
  const found = proc(pid, "status")?.match(/^VmHWM:\s+(\d+) kB/m);
  return found ? Number(found[1]) / 1024 : null;
}

export const TICKS_PER_SECOND = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
function cpuSeconds(pid) {
  const fields = proc(pid, "stat")?.replace(/^.*\) /, "").split(" ");
  return fields ? (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND : null;
}

class Running {
  constructor(child, what, folder) {
    Object.assign(this, { child, what, folder, errors: "" });
    running.add(this);
    child.stderr.on("data", (bytes) => {
      this.errors = (this.errors + bytes).slice(-4000);
    });
    this.ended = new Promise((resolve) => {
      child.on("exit", (code, signal) => {
        running.delete(this);
        resolve(code ?? signal);
      });
    });
    this.closed = new Promise((resolve) => {
      child.on("close", resolve);
    });
  }

  // The end of what it said on standard error.
  get lastWords() {
    return this.errors;
  }

  get peakMb() {
    return peakMb(this.child.pid);
  }

  get cpuSeconds() {
    return cpuSeconds(this.child.pid);
  }

  // Waits for a line of its standard output and returns the pattern's match.
  async line(pattern) {
    const lines = createInterface({ input: this.child.stdout });
    for await (const line of lines) {
      const found = line.match(pattern);
      if (found) {
        this.child.stdout.resume();
        return found;
      }
    }
    throw new Error(`${this.what} ended before it was ready (${await this.ended}): ${this.errors}`);
  }

  // Everything it prints, as JSON, once it has ended.
  async result() {
    let text = "";
    this.child.stdout.on("data", (bytes) => {
      text += bytes;
    });
    await this.closed;
    const code = await this.ended;
    if (code !== 0) throw new Error(`${this.what} ended with ${code}: ${this.errors}${text}`);
    return JSON.parse(text);
  }

  async stop() {
    if (running.has(this)) {
      this.child.kill("SIGTERM");
      const timer = setTimeout(() => this.child.kill("SIGKILL"), STOP_MS);
      await this.ended;
      clearTimeout(timer);
    }
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
  }
}

// What a measure that failed has left behind.
export async function stopAll() {
  await Promise.all([...running].map((one) => one.stop()));
}

function start(what, command, args, folder, as = {}) {
  const stdio = ["ignore", "pipe", "pipe"];
  const child = spawn(command, args, { stdio, cwd: folder ?? PLACE, ...as });
  child.on("error", (error) => {
    throw new Error(`${what}: ${error.message}`);
  });
  return new Running(child, what, folder);
}

// A server with an empty data folder and an owner's token.
export async function startCallgate(flags = []) {
  const folder = freshFolder("callgate");
  const server = start(
    "callgate serve",
    CALLGATE,
    ["serve", "--data", folder, "--port", "0", "--log-level", "error", ...flags],
    folder,
  );
  server.url = (await server.line(/listens on (http:\S+)/))[1];
  server.port = Number(new URL(server.url).port);
  server.token = execFileSync(CALLGATE, ["token", "--data", folder], { encoding: "utf8" }).trim();
  return server;
}

// How a server reaches that carrier, and knows its webhooks.
export const flagsFor = (carrier) => [
  ...["--vapi-url", carrier.url, "--vapi-key", "bench"],
  ...["--vapi-webhook-secret", WEBHOOK_SECRET],
];

// A carrier where everybody answers at once and hangs up at once, without a limit.
export async function startCarrier() {
  const flags = ["--answer", "1", "--time-scale", "0", "--concurrency", "0"];
  flags.push("--webhook-secret", WEBHOOK_SECRET);
  const carrier = start("callgate sim-carrier", CALLGATE, ["sim-carrier", "--port", "0", ...flags]);
  carrier.url = (await carrier.line(/listening on (http:\S+)/))[1];
  return carrier;
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

// durable: every write is on the disk before it is answered, as callgate's are. Otherwise Redis as
// it comes: snapshots now and then, and what came after the last one is lost with the power.
export async function startRedis(durable, more = []) {
  const folder = freshFolder("redis");
  const port = await freePort();
  const flags = durable ? ["--appendonly", "yes", "--appendfsync", "always", "--save", ""] : [];
  const redis = start(
    "redis-server",
    "redis-server",
    ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, ...flags, ...more],
    folder,
  );
  await redis.line(/Ready to accept connections/);
  redis.port = port;
  return redis;
}

// PostgreSQL refuses to run as root.
function postgresUser() {
  if (process.getuid() !== 0) return {};
  const id = (flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

// Debian keeps its programs beside PATH, a folder for each release.
function postgresProgram(name) {
  const base = "/usr/lib/postgresql";
  try {
    const newest = readdirSync(base).map(Number).sort((a, b) => a - b).at(-1);
    return join(base, `${newest}`, "bin", name);
  } catch {
    return name;
  }
}

// As it comes, so every commit is on the disk, but with memory and room for its log, so that it
// neither reads the disk nor writes checkpoints meanwhile.
export async function startPostgres() {
  const folder = freshFolder("postgres");
  const port = await freePort();
  const as = postgresUser();
  if (as.uid !== undefined) chownSync(folder, as.uid, as.gid);
  const data = join(folder, "data");
  const making = ["-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"];
  execFileSync(postgresProgram("initdb"), [...making, "--no-sync"], { cwd: folder, ...as });
  const settings = { shared_buffers: "512MB", max_wal_size: "4GB", unix_socket_directories: folder };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const where = ["-D", data, "-h", "127.0.0.1", "-p", `${port}`];
  const program = postgresProgram("postgres");
  const postgres = start("postgres", program, [...where, ...flags], folder, as);
  postgres.child.stdout.resume();
  while (!/ready to accept connections/.test(postgres.lastWords)) {
    const ended = await Promise.race([
      postgres.ended.then(() => true),
      new Promise((resolve) => {
        setTimeout(resolve, 20, false);
      }),
    ]);
    if (ended) throw new Error(`postgres ended: ${postgres.lastWords}`);
  }
  postgres.port = port;
  return postgres;
}

// One of the programs in bench/peer/, with the Redis or the PostgreSQL that it works with.
export function startPeer(program, server, options = {}) {
  const name = `bench/peer/${program}.mjs`;
  const args = [join(ROOT, name), JSON.stringify({ port: server.port, ...options })];
  return start(name, process.execPath, args);
}

export async function load(options) {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  return start("bench/load", LOAD, args).result();
}

export function versions() {
  const words = (command, args) => execFileSync(command, args, { encoding: "utf8" }).trim();
  const packaged = (name) =>
    JSON.parse(readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8")).version;
  return {
    callgate: words(CALLGATE, ["--version"]).replace("callgate ", ""),
    bullmq: packaged("bullmq"),
    ioredis: packaged("ioredis"),
    redis: words("redis-server", ["--version"]).match(/v=(\S+)/)?.[1],
    graphile: packaged("graphile-worker"),
    postgres: words(postgresProgram("postgres"), ["--version"]).match(/ (\d\S*)/)?.[1],
    node: process.version.slice(1),
  };
}

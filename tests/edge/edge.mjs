// The edge home as a process of its own: `wrangler dev` on a free port, with a secret, a state folder and an
// identity provider made for this run. It is a group of processes (the command, its Node, the runtime), which
// is signalled as a whole: killed like that, nothing of it can finish what it was at. Ends with this process.
import { execFile, spawn } from "node:child_process";
import { generateKeyPairSync, hkdfSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { freePort } from "../e2e/processes.mjs";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const binary = process.env.CALLGATE_BINARY ?? `${root}build/dev/native-server/callgate`;
const wrangler = `${root}node_modules/wrangler/bin/wrangler.js`;

// Without the local traces, which cost more than what they trace.
const environment = {
  ...process.env, CI: "1", NO_COLOR: "1", WRANGLER_SEND_METRICS: "false", X_LOCAL_OBSERVABILITY: "false",
};
const runWrangler = (flags) =>
  promisify(execFile)(process.execPath, [wrangler, ...flags], { cwd: root, env: environment });

const alive = new Set();
const signal = (pid, name) => {
  try {
    process.kill(-pid, name);
    return true;
  } catch {
    return false; // the whole group is gone
  }
};
process.on("exit", () => alive.forEach((pid) => signal(pid, "SIGKILL")));

/** Somebody else's keys, as CALLGATE_IDENTITY wants them in a file, and the settings that trust them. */
function makeIdentity(secret) {
  const pairs = {
    RS256: generateKeyPairSync("rsa", { modulusLength: 2048 }),
    ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
    EdDSA: generateKeyPairSync("ed25519"),
  };
  const exported = (half) =>
    Object.entries(pairs).map(([alg, pair]) => ({
      ...pair[half].export({ format: "jwk" }), kid: `key-${alg}`, alg, use: "sig",
    }));
  const [issuer, audience] = ["https://identity.example", "callgate-conformance"];
  const signingKey = Buffer.from(hkdfSync("sha256", secret, "", "jwt", 32)).toString("hex");
  return {
    file: { issuer, audience, jwks: exported("privateKey"), signingKey },
    vars: { JWT_ISSUER: issuer, JWT_AUDIENCE: audience, JWKS: JSON.stringify({ keys: exported("publicKey") }) },
  };
}

export class EdgeServer {
  static async in(folder, vars = {}) {
    const bundle = join(folder, "bundle");
    await runWrangler(["deploy", "--dry-run", "--env=", "--outdir", bundle]);
    const server = new EdgeServer();
    const secret = randomBytes(32);
    const identity = makeIdentity(secret);
    const port = await freePort();
    Object.assign(server, {
      folder, port, secret, child: null, url: `http://127.0.0.1:${port}`,
      logFile: join(folder, "edge.log"), varsFile: join(folder, "edge.vars"),
      identityFile: join(folder, "identity.json"), state: join(folder, "state"),
    });
    writeFileSync(server.identityFile, JSON.stringify(identity.file), { mode: 0o600 });
    const all = { CALLGATE_SECRET: secret.toString("base64"), ...identity.vars, ...vars };
    writeFileSync(server.varsFile, Object.entries(all).map(([name, value]) => `${name}='${value}'\n`).join(""),
      { mode: 0o600 });
    // What is tested is built once: nobody's work on the sources reloads it in the middle. Here one consumer
    // runs at a time, there up to 250: it gets what they would.
    const settings = readFileSync(`${root}wrangler.toml`, "utf8")
      .replace('"worker-shim/worker.ts"', `"${bundle}/worker.js"\nno_bundle = true`)
      .replace('"native-server/www"', `"${root}native-server/www"`)
      .replaceAll("max_batch_size = 1\n", "max_batch_size = 20\n");
    writeFileSync(join(folder, "wrangler.toml"), settings);
    return server;
  }

  async start() {
    const log = createWriteStream(this.logFile, { flags: "a" });
    const flags = ["dev", "--config", join(this.folder, "wrangler.toml"), "--env=",
      "--ip", "127.0.0.1", "--port", String(this.port), "--inspector-port", "0",
      "--persist-to", this.state, "--env-file", this.varsFile, "--show-interactive-dev-session=false"];
    const child = spawn(process.execPath, [wrangler, ...flags], {
      cwd: root, detached: true, stdio: ["ignore", "pipe", "pipe"], env: environment,
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    alive.add(child.pid);
    this.child = child;
    this.ended = once(child, "exit");
    for (let tries = 0; tries < 1200 && child.exitCode === null && child.signalCode === null; ++tries) {
      if (await fetch(`${this.url}/healthz`).then((answer) => answer.ok, () => false)) {
        return;
      }
      await sleep(50);
    }
    throw new Error(`wrangler dev did not start; the end of its log:\n${this.log().slice(-2000)}`);
  }

  log() {
    return readFileSync(this.logFile, "utf8");
  }

  /** The whole group at once; SIGKILL is the power cut. Answers {code, signal, ms}. */
  async stop(name = "SIGTERM") {
    const began = performance.now();
    const { pid } = this.child;
    signal(pid, name);
    const [code, endedBy] = await this.ended;
    for (let tries = 0; signal(pid, 0); ++tries) {
      if (tries === 100) {
        signal(pid, "SIGKILL");
      }
      await sleep(50);
    }
    alive.delete(pid);
    return { code, signal: endedBy, ms: Math.round(performance.now() - began) };
  }

  async token(...flags) {
    const [program, ...words] = this.tokenCommand.split(" ");
    return (await promisify(execFile)(program, [...words, ...flags])).stdout.trim();
  }

  /** What prints a token: `--role`, `--link` and so on may follow. */
  get tokenCommand() {
    return `${process.execPath} ${root}scripts/token.mjs --secret-file ${this.varsFile} --edge ${this.url} --bearer`;
  }
}

// The Worker in wrangler's test harness: the real runtime, an object that can be evicted, its storage to look at.
// Its entry is tests/edge/faulty.ts, or another; the settings are those of wrangler.toml.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { after, before } from "node:test";

import { createTestHarness } from "wrangler";

import { Client } from "../e2e/client.mjs";
import { Carrier, makeFolder, removeFolder } from "../e2e/processes.mjs";
import { binary, root } from "./edge.mjs";

const place = `${root}build/edge/faulty-${process.pid}`;
process.on("exit", () => rmSync(place, { recursive: true, force: true }));

function configOf(entry) {
  mkdirSync(place, { recursive: true });
  const text = readFileSync(`${root}wrangler.toml`, "utf8")
    .replace('"worker-shim/worker.ts"', `"${root}${entry}"`)
    .replace('"native-server/www"', `"${root}native-server/www"`);
  writeFileSync(`${place}/wrangler.toml`, text);
  return `${place}/wrangler.toml`;
}

export class Harness {
  constructor({ entry = "tests/edge/faulty.ts", secret = randomBytes(32).toString("base64"), vars = {} } = {}) {
    this.secret = secret;
    const worker = { configPath: configOf(entry), secrets: { CALLGATE_SECRET: secret }, vars };
    this.server = createTestHarness({ workers: [worker] });
  }

  /** Answers its URL. */
  async listen() {
    this.url = String((await this.server.listen()).url).replace(/\/$/, "");
    return this.url;
  }

  /** Empty storage, a clock that is right, nothing that fails. */
  async begin() {
    if (this.url !== undefined) {
      await this.server.reset();
    }
    await this.listen();
    this.worker = this.server.getWorker();
    this.client = new Client(this.url, this.token());
  }

  close() {
    return this.server.close();
  }

  token(...flags) {
    return execFileSync(process.execPath, [`${root}scripts/token.mjs`, "--edge", "http://edge", "--bearer", ...flags], {
      env: { ...process.env, CALLGATE_SECRET: this.secret }, encoding: "utf8",
    }).trim();
  }

  fault(what) {
    return this.client.must("POST", "/faults", { json: what });
  }

  /** A method of the workspace's object, called from beside the Worker. */
  object(call, ...given) {
    return this.client.must("POST", "/object", { json: { call, given } });
  }

  async evict(webSockets = "hibernate") {
    try {
      await this.worker.evictDurableObject("Workspace", { name: "default", webSockets });
    } catch (error) {
      if (!/not currently running/.test(error.message)) {
        throw error;
      }
    }
  }

  objects(name = "Workspace") {
    return this.worker.listDurableObjectIds(name);
  }
}

/** A harness of this file's tests: begun before the first, closed after the last. */
export function useHarness(options) {
  const edge = new Harness(options);
  before(() => edge.begin());
  after(() => edge.close());
  return edge;
}

/** A carrier of this file's tests that everybody answers at once; it runs as long as they do. */
export async function useCarrier(name) {
  const folder = await makeFolder(name);
  const flags = ["--answer", "1", "--ring", "5ms..20ms", "--talk", "5ms..20ms", "--concurrency", "0"];
  const carrier = new Carrier({ binary, folder, flags });
  before(() => carrier.start());
  after(async () => {
    await carrier.stop();
    await removeFolder(folder);
  });
  return carrier;
}

// The Worker in wrangler's test harness: the real runtime, an object that can be evicted, its storage to look at.
// Its entry is tests/edge/faulty.ts; the settings are those of wrangler.toml.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

import { createTestHarness } from "wrangler";

import { Client } from "../e2e/client.mjs";
import { root } from "./edge.mjs";

const place = `${root}build/edge/faulty-${process.pid}`;
process.on("exit", () => rmSync(place, { recursive: true, force: true }));

function faultyConfig() {
  mkdirSync(place, { recursive: true });
  const text = readFileSync(`${root}wrangler.toml`, "utf8")
    .replace('"worker-shim/worker.ts"', `"${root}tests/edge/faulty.ts"`)
    .replace('"native-server/www"', `"${root}native-server/www"`);
  writeFileSync(`${place}/wrangler.toml`, text);
  return `${place}/wrangler.toml`;
}

export class Harness {
  constructor({ secret = randomBytes(32).toString("base64"), vars = {} } = {}) {
    this.secret = secret;
    const worker = { configPath: faultyConfig(), secrets: { CALLGATE_SECRET: secret }, vars };
    this.server = createTestHarness({ workers: [worker] });
  }

  /** Empty storage, a clock that is right, nothing that fails. */
  async begin() {
    this.url === undefined ? await this.server.listen() : await this.server.reset();
    this.url = String((await this.server.listen()).url).replace(/\/$/, "");
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

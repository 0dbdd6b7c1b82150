// The ports' suites, and a day replayed bit for bit, in the runtime of Cloudflare Workers: SQL over the storage of
// an object, cryptography over node:crypto. Each case has an object of its own.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { makeFolder, removeFolder } from "../e2e/processes.mjs";
import { root } from "./edge.mjs";
import { Harness } from "./harness.mjs";

const SKIPPED = 4; // Catch2's exit code when all that ran was skipped
const SIMULATION_SECRET = "a deployment secret for the simulation only"; // tests/sim/world.cpp has the same
const recordDay = process.env.CALLGATE_RECORD_DAY ?? `${root}build/dev/tests/wasm/record_day`;

const edge = new Harness({ entry: "tests/edge/ports.ts" });
const url = await edge.listen();
after(() => edge.close());

async function post(path, parameters, body) {
  const answer = await fetch(`${url}${path}?${new URLSearchParams(parameters)}`, { method: "POST", body });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return JSON.parse(text);
}
const suite = (object, ...args) => post("/suite", { object }, JSON.stringify(["--colour-mode", "none", ...args]));

describe("the Sql port", () => {
  const cases = JSON.parse(readFileSync(`${root}tests/sql/cases.json`, "utf8"));
  for (const { name, skip, steps } of cases) {
    test(name, async (t) => {
      for (const step of steps.filter((one) => one.skip?.edge !== undefined)) {
        t.diagnostic(`skipped: ${step.sql}: ${step.skip.edge}`);
      }
      const { code, text } = await suite(name, "The Sql port keeps its rules", "-c", name);
      if (skip?.edge !== undefined) {
        assert.equal(code, SKIPPED, text);
        t.skip(skip.edge);
        return;
      }
      assert.equal(code, 0, text);
      assert.match(text, /All tests passed \([1-9]\d* assertions? in 1 test case\)/);
    });
  }
});

const crypto = (await suite("list", "[crypto]", "--list-tests", "--verbosity", "quiet")).text.split("\n").filter(Boolean);

describe("the Crypto port", () => {
  for (const name of crypto) {
    test(name, async () => {
      const { code, text } = await suite("crypto", name);
      assert.equal(code, 0, text);
      assert.match(text, /All tests passed \([1-9]\d* assertions? in 1 test case\)/);
    });
  }

  test("has the cases that it has natively", () => {
    const source = readFileSync(`${root}tests/crypto/port_test.cpp`, "utf8");
    const cases = [...source.matchAll(/^TEST_CASE\("([^"]+)"/gm)].map(([, name]) => name);
    assert.deepEqual([...crypto].sort(), cases.sort());
  });
});

describe("a day that was recorded natively", () => {
  let folder;
  before(async () => (folder = await makeFolder("edge-day")));
  after(() => removeFolder(folder));

  for (const seed of ["1", "2"]) {
    test(`has the same trace hash here (seed ${seed})`, async () => {
      const log = join(folder, `day-${seed}.log`);
      const [trace, inputs] = execFileSync(recordDay, [log, seed], { encoding: "utf8" }).trim().split(" ");
      assert.ok(Number(inputs) > 500, `a day of ${inputs} Inputs shows little`);
      const replayed = await post("/replay", { object: `day ${seed}`, secret: SIMULATION_SECRET }, readFileSync(log));
      assert.deepEqual(replayed, { trace, inputs: Number(inputs) });
    });
  }
});

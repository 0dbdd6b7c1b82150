// The vectors' runner finds what is wrong: an answer that differs in any key, a row it cannot ask, a
// line that is none. CALLGATE_VECTORS says whom to ask ("--native PROGRAM", "--wasm callgate.mjs").
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const home = (process.env.CALLGATE_VECTORS ?? "--wasm build/wasm/wasm/callgate.mjs").split(" ");
const folder = await mkdtemp(join(tmpdir(), "callgate-vectors-"));
after(() => rm(folder, { recursive: true }));

async function run(...lines) {
  const file = join(folder, "rows.jsonl");
  await writeFile(file, lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"));
  const { status, stdout } = spawnSync(process.execPath, ["scripts/vectors.mjs", ...home, file], {
    cwd: root,
    encoding: "utf8",
  });
  return { status, lines: stdout.replaceAll(`${file}:`, "FILE:").trimEnd().split("\n") };
}

const examples = (await readFile(join(root, "tests/vectors/examples.jsonl"), "utf8"))
  .trimEnd().split("\n").map((line) => JSON.parse(line));
const exampleOf = (family) => examples.find((row) => row.family === family);

test("rows that hold pass, whatever their family and the order of their keys", async () => {
  const turned = examples.map(({ expect, ...row }) => ({
    ...row,
    expect: Object.fromEntries(Object.entries(expect).reverse()),
  }));
  const { status, lines } = await run(...turned);
  assert.deepEqual(lines, [`${examples.length} passed, 0 failed`]);
  assert.equal(status, 0);
});

for (const family of new Set(examples.map((row) => row.family))) {
  test(`a wrong value, a missing and another key in what ${family} expects are found`, async () => {
    const row = exampleOf(family);
    for (const key of Object.keys(row.expect)) {
      const { [key]: was, ...without } = row.expect;
      const wrong = [{ ...row.expect, [key]: [was] }, without, { ...row.expect, extra: null }];
      const { status, lines } = await run(...wrong.map((expect) => ({ ...row, expect })));
      assert.equal(lines.at(-1), "0 passed, 3 failed");
      assert.deepEqual(lines.slice(0, 3), [
        row.id,
        `  expected ${JSON.stringify(wrong[0])}`,
        lines[2],
      ]);
      assert.deepEqual(JSON.parse(lines[2].replace("  got ", "")), row.expect);
      assert.equal(status, 1);
    }
  });
}

test("an error is compared with its field", async () => {
  const row = exampleOf("next_available");
  const input = structuredClone(row.input);
  input.config.businessHours.endTime = input.config.businessHours.startTime;
  const expect = { error: "invalid_config", field: "businessHours.endTime" };
  const { lines } = await run({ ...row, input, expect }, { ...row, input, expect: { error: expect.error } });
  assert.deepEqual(lines.slice(1), [
    '  expected {"error":"invalid_config"}',
    `  got      ${JSON.stringify(expect)}`,
    "1 passed, 1 failed",
  ]);
});

test("lines that are no rows are told with their file and line, and the others are asked", async () => {
  const row = exampleOf("tz_convert");
  const { status, lines } = await run(
    row, "", "{", { ...row, family: "astrology" }, { ...row, id: undefined }, { ...row, input: { op: "guess" } }, row,
  );
  assert.match(lines[0], /^FILE:3: .*JSON/);
  assert.deepEqual(lines.slice(1), [
    'FILE:4: there is no family "astrology"',
    "FILE:5: the row has no id",
    'FILE:6: there is no op "guess"',
    "2 passed, 4 failed",
  ]);
  assert.equal(status, 1);
});

test("a file that is empty or not there fails", async () => {
  assert.deepEqual((await run("")).lines.slice(-1), ["0 passed, 1 failed"]);
  const { status, stdout } = spawnSync(process.execPath, ["scripts/vectors.mjs", ...home, join(folder, "none")], {
    cwd: root,
    encoding: "utf8",
  });
  assert.match(stdout, /ENOENT[^]*\n0 passed, 1 failed\n$/);
  assert.equal(status, 1);
});

test("more rows than are asked at once are answered in their order", async () => {
  const row = exampleOf("tz_convert");
  const rows = Array.from({ length: 1000 }, (_, i) => (i % 100 === 7 ? { ...row, id: `wrong ${i}`, expect: {} } : row));
  const { lines } = await run(...rows);
  assert.equal(lines.at(-1), "990 passed, 10 failed");
  assert.deepEqual(lines.filter((line) => line.startsWith("wrong")), rows.filter(({ id }) => id !== row.id).map(({ id }) => id));
});

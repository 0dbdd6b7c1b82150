// Every capability of the published documents is shown by a test or stands elsewhere, and docs/coverage.md says so.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { coverage, idsIn, page, target } from "../../scripts/coverage.mjs";

test("no capability of the documents is without a place, and the table is that of the tests", () => {
  const made = coverage();
  assert.equal(made.known.size, 642);
  assert.deepEqual(made.wrong, []);
  assert.equal(readFileSync(target, "utf8"), page(made));
});

test("rows are named singly and as ranges", () => {
  assert.deepEqual(idsIn("A-001, A-003 … A-005 B-142 (D-009 to D-010)"),
    ["A-001", "A-003", "A-004", "A-005", "B-142", "D-009", "D-010"]);
  assert.deepEqual(idsIn("HKDF-SHA-256, A-1, AA-001"), []);
});

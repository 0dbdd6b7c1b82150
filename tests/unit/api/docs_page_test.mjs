// What others published stands here byte by byte as they did; THIRD_PARTY.md says whose it is.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const published = { // swagger-ui-dist 5.35.0
  "swagger-ui-bundle.js": "e6a898692f2d768e807c3ba4626068a69a2c5dd960dd6c76f3e4d3a3de180af2",
  "swagger-ui.css": "5ed08757e53da3e026d6cbecc61fe5d43585c9560b302d534ad56692519a273d",
};

for (const [file, sha256] of Object.entries(published)) {
  test(`${file} is as it was published`, () => {
    const bytes = readFileSync(new URL(`../../../native-server/www/vendor/${file}`, import.meta.url));
    assert.equal(createHash("sha256").update(bytes).digest("hex"), sha256);
  });
}

// What is uploaded: the files that `wrangler deploy` makes, by kind, raw and as gzip has them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { bundle } from "./home.mjs";

// 250 for the core, and 130 for what is known of time zones, numbers and calling hours.
export const AIM_GZIP_KB = 380;

/** {wasm, js, total: {raw, gzip} in bytes, said: wrangler's own line}. */
export async function measureBundle(folder) {
  const said = /Total Upload: .*/.exec(await bundle(folder))?.[0] ?? "";
  const sizes = { wasm: { raw: 0, gzip: 0 }, js: { raw: 0, gzip: 0 } };
  for (const name of readdirSync(folder)) {
    const kind = { wasm: "wasm", js: "js" }[name.split(".").pop()];
    if (kind !== undefined) {
      const bytes = readFileSync(join(folder, name));
      sizes[kind].raw += bytes.length;
      sizes[kind].gzip += gzipSync(bytes).length;
    }
  }
  if (sizes.wasm.raw === 0 || sizes.js.raw === 0) {
    throw new Error("wrangler's output holds no Worker");
  }
  const total = { raw: sizes.wasm.raw + sizes.js.raw, gzip: sizes.wasm.gzip + sizes.js.gzip };
  return { ...sizes, total, said };
}

// Makes a folder that a page can be served with, or a bundler can import: time.js, its types, and the core
// with its glue beside it.
//   node wasm/time/build.mjs [build/wasm/wasm [build/wasm/time]]
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const core = resolve(root, process.argv[2] ?? "build/wasm/wasm");
const place = resolve(root, process.argv[3] ?? "build/wasm/time");

mkdirSync(place, { recursive: true });
const compiler = join(root, "node_modules/typescript/bin/tsc");
const project = ["-p", join(root, "wasm/time"), "--outDir", place];
const { status } = spawnSync(process.execPath, [compiler, ...project], { stdio: "inherit" });
if (status !== 0) {
  process.exit(1);
}
for (const name of ["callgate.mjs", "callgate.wasm"]) {
  copyFileSync(join(core, name), join(place, name));
}
copyFileSync(join(root, "wasm/wire.mjs"), join(place, "wire.mjs"));

// Asks the contract of a host that runs already, or of one that is started for it:
//
//   node tests/conformance/run.mjs --base-url http://127.0.0.1:8787 \
//                                  --token-command "callgate token --data ./data"
//   node tests/conformance/run.mjs --binary build/release/native-server/callgate
//
// --shard 1/2 asks only the first half of the files.
// The command is called with --role, --expires and --link behind it. CALLGATE_BASE_URL,
// CALLGATE_TOKEN_COMMAND and CALLGATE_BINARY say the same; CALLGATE_HOST=edge says where it runs, and
// CALLGATE_IDENTITY whose keys it trusts (host.mjs). A host that is asked needs an empty workspace that
// nobody else uses: "nothing was changed" is judged by its whole list of jobs, so the files run one by one.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "node:test";
import { tap } from "node:test/reporters";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    "base-url": { type: "string" },
    "token-command": { type: "string" },
    binary: { type: "string" },
    shard: { type: "string", default: "1/1" },
  },
});
const settings = {
  CALLGATE_BASE_URL: options["base-url"],
  CALLGATE_TOKEN_COMMAND: options["token-command"],
  CALLGATE_BINARY: options.binary,
};
for (const [name, value] of Object.entries(settings)) {
  if (value !== undefined) {
    process.env[name] = value;
  }
}
if (process.env.CALLGATE_BASE_URL && !process.env.CALLGATE_TOKEN_COMMAND) {
  console.error("--base-url needs --token-command, which prints a token of an owner");
  process.exit(2);
}

const folder = fileURLToPath(new URL(".", import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith("_test.mjs")).map((name) => join(folder, name));
const [index, total] = options.shard.split("/").map(Number);
run({ files, concurrency: 1, shard: { index, total } })
  .on("test:fail", () => (process.exitCode = 1))
  .compose(tap)
  .pipe(process.stdout);

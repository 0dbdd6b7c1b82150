// The campaign of tests/e2e at the edge: ten thousand people, every fault of the carrier, each dial compared
// with the carrier's ledger. Flags go on to it.
import { spawn } from "node:child_process";
import { once } from "node:events";

import { makeFolder, removeFolder } from "../e2e/processes.mjs";
import { binary, EdgeServer, root } from "./edge.mjs";

const folder = await makeFolder("edge-campaign");
const server = await EdgeServer.in(folder);
await server.start();
const flags = ["--binary", binary, "--base-url", server.url, "--token-command", server.tokenCommand];
const run = spawn(process.execPath, [`${root}tests/e2e/campaign.mjs`, ...flags, ...process.argv.slice(2)], {
  stdio: "inherit",
});
const [code] = await once(run, "exit");
await server.stop();
code === 0 ? await removeFolder(folder) : console.error(`its log is ${server.logFile}`);
process.exit(code ?? 1);

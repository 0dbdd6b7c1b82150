// The HTTP contract, asked of the edge: the same suite as of the native server, word for word.
import { spawn } from "node:child_process";
import { once } from "node:events";

import { makeFolder, removeFolder } from "../e2e/processes.mjs";
import { binary, EdgeServer, root } from "./edge.mjs";

const folder = await makeFolder("edge-conformance");
const server = await EdgeServer.in(folder, { WORKSPACES: "importing, walked, surfaces, programs" });
await server.start();
const suite = spawn(process.execPath, [`${root}tests/conformance/run.mjs`], {
  stdio: "inherit",
  env: {
    ...process.env, CALLGATE_HOST: "edge", CALLGATE_BASE_URL: server.url, CALLGATE_BINARY: binary,
    CALLGATE_TOKEN_COMMAND: server.tokenCommand, CALLGATE_IDENTITY: server.identityFile,
  },
});
const [code] = await once(suite, "exit");
await server.stop();
await removeFolder(folder);
process.exit(code ?? 1);

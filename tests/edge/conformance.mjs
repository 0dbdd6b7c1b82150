// The HTTP contract, asked of the edge: the same suite as of the native server, word for word. The most of its time is
// waiting, so two servers share its files.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { text } from "node:stream/consumers";

import { workspaceOf } from "../conformance/host.mjs";
import { makeFolder, removeFolder } from "../e2e/processes.mjs";
import { binary, EdgeServer, root } from "./edge.mjs";

const SERVERS = 2;
const workspaces = readdirSync(`${root}tests/conformance`).filter((name) => name.endsWith("_test.mjs")).map(workspaceOf);

async function askOne(index) {
  const folder = await makeFolder("edge-conformance");
  const server = await EdgeServer.in(folder, { WORKSPACES: workspaces.join(", ") });
  await server.start();
  const suite = spawn(process.execPath, [`${root}tests/conformance/run.mjs`, "--shard", `${index}/${SERVERS}`], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env, CALLGATE_HOST: "edge", CALLGATE_BASE_URL: server.url, CALLGATE_BINARY: binary,
      CALLGATE_TOKEN_COMMAND: server.tokenCommand, CALLGATE_IDENTITY: server.identityFile,
    },
  });
  const [tap, [code]] = await Promise.all([text(suite.stdout), once(suite, "exit")]);
  await server.stop();
  await removeFolder(folder);
  return { tap, code };
}

const all = await Promise.all(Array.from({ length: SERVERS }, (_, at) => askOne(at + 1)));
for (const { tap } of all) {
  process.stdout.write(tap);
}
process.exitCode = all.every(({ code }) => code === 0) ? 0 : 1;

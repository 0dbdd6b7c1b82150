// What the Worker's isolate holds beside WebAssembly's memory, asked of the inspector of `wrangler dev`, which
// listens on a port of its own choice. Linux only: the port is found in /proc.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const EVERY_MS = 50;
const LATE_MS = 20_000;

function listeningPorts(pid) {
  const sockets = new Set();
  for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
    try {
      sockets.add(/^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1]);
    } catch {
      continue; // closed meanwhile
    }
  }
  const lines = readFileSync(`/proc/${pid}/net/tcp`, "utf8").trim().split("\n").slice(1);
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === "0A" && sockets.has(inode))
    .map(([, local]) => parseInt(local.split(":")[1], 16));
}

// The runtime has one too, but it serves only one client, which is wrangler.
async function inspectorOf(pids) {
  for (const port of pids.flatMap(listeningPorts)) {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/json`, { signal: AbortSignal.timeout(1000) });
      const target = (await answer.json()).find(({ description }) => description === "workers");
      if (target !== undefined) {
        return target.webSocketDebuggerUrl;
      }
    } catch {
      continue; // another kind of port
    }
  }
  throw new Error("there is no inspector of wrangler dev");
}

class Inspector {
  #waiting = new Map();
  #last = 0;

  static async open(url) {
    const inspector = new Inspector();
    inspector.socket = new WebSocket(url, { headers: { origin: "http://localhost" } });
    await new Promise((done, failed) => {
      inspector.socket.onopen = done;
      inspector.socket.onclose = () => failed(new Error("the inspector takes no client"));
    });
    inspector.socket.onclose = () => inspector.#waiting.forEach(({ failed }) => failed(new Error("it is gone")));
    inspector.socket.onmessage = ({ data }) => {
      const { id, result, error } = JSON.parse(data);
      const asked = inspector.#waiting.get(id);
      inspector.#waiting.delete(id);
      error === undefined ? asked?.done(result) : asked?.failed(new Error(error.message));
    };
    return inspector;
  }

  ask(method) {
    this.#last += 1;
    this.socket.send(JSON.stringify({ id: this.#last, method }));
    return new Promise((done, failed) => {
      this.#waiting.set(this.#last, { done, failed });
      setTimeout(() => failed(new Error(`the inspector did not answer ${method}`)), LATE_MS).unref();
    });
  }
}

/**
 * Looks at the Worker's isolate until it is told to stop; then answers the most bytes that were seen, garbage
 * among them, and how often it looked.
 */
export async function watchHeap(pids) {
  const inspector = await Inspector.open(await inspectorOf(pids));
  const seen = { bytes: 0, looks: 0 };
  let over = false;
  const watching = (async () => {
    while (!over) {
      const { usedSize, embedderHeapUsedSize, backingStorageSize } = await inspector.ask("Runtime.getHeapUsage");
      seen.bytes = Math.max(seen.bytes, usedSize + embedderHeapUsedSize + backingStorageSize);
      seen.looks += 1;
      await sleep(EVERY_MS);
    }
  })();
  watching.catch(() => {}); // told to who asks for the result
  return async () => {
    over = true;
    await watching;
    inspector.socket.close();
    return seen;
  };
}

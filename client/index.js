// The client's few moving parts; what can be asked, and with which types, is generated beside it.
import { operations } from "./operations.js";

const RETRIES = 2;
const WAIT_MS = 500;
const WAIT_MAX_MS = 30_000;
const RECONNECT_MS = 1_000;
const REFUSED_FOR_NOW = [429, 503]; // nothing was done

/** A refusal: the HTTP status, and what the body says of it. */
export class CallgateError extends Error {
  constructor(status, body, headers) {
    const told = body?.error ?? body; // document D's envelope has it inside
    super(told?.detail ?? told?.message ?? `callgate answered ${status}`);
    this.name = "CallgateError";
    this.status = status;
    this.code = told?.code ?? "unknown";
    this.issues = body?.issues ?? [];
    this.body = body;
    this.headers = headers;
  }
}

const pause = (ms, signal) => new Promise((resolve, reject) => {
  const stop = () => {
    clearTimeout(timer);
    reject(signal.reason);
  };
  const timer = setTimeout(() => {
    signal?.removeEventListener("abort", stop);
    resolve();
  }, ms);
  signal?.addEventListener("abort", stop, { once: true });
});

const isPlain = (body) => body !== null && typeof body === "object" &&
  (Array.isArray(body) || Object.getPrototypeOf(body) === Object.prototype);

function target(pattern, asked) {
  const path = pattern.replace(/\{(\w+)\}/g, (_, name) => {
    const value = asked[name];
    if (value === undefined || value === "") {
      throw new TypeError(`${pattern} needs ${name}`);
    }
    return encodeURIComponent(value);
  });
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked.query ?? {})) {
    if (value !== undefined && value !== null) {
      query.set(name, value instanceof Date ? value.toISOString() : String(value)); // a list with commas between
    }
  }
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

export function createCallgate({ url = "", token, fetch: send = globalThis.fetch.bind(globalThis), credentials, retries = RETRIES } = {}) {
  const base = url.replace(/\/+$/, "");

  async function once(method, path, { body, headers, signal }) {
    const bearer = typeof token === "function" ? await token() : token;
    return send(base + path, {
      method, signal, credentials,
      headers: {
        ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
        ...(isPlain(body) ? { "content-type": "application/json" } : {}),
        ...headers,
      },
      body: isPlain(body) ? JSON.stringify(body) : body,
    });
  }

  // What the answer was, sent again where nothing was done, or where it does no harm.
  async function answered(method, path, asked) {
    for (let tries = 0; ; ++tries) {
      const last = tries >= retries || (asked.body !== undefined && !isPlain(asked.body));
      let answer;
      try {
        answer = await once(method, path, asked);
      } catch (error) {
        if (last || method !== "GET" || asked.signal?.aborted) {
          throw error;
        }
      }
      if (answer && (last || !REFUSED_FOR_NOW.includes(answer.status))) {
        return answer;
      }
      const after = Number(answer?.headers.get("retry-after"));
      await answer?.body?.cancel();
      await pause(after > 0 ? Math.min(after * 1000, WAIT_MAX_MS) : WAIT_MS * 2 ** tries, asked.signal);
    }
  }

  async function request(operation, asked = {}) {
    const [method, pattern] = operation.split(" ");
    const answer = await answered(method, target(pattern, asked), asked);
    const text = await answer.text();
    const isJson = /\bjson\b/.test(answer.headers.get("content-type") ?? "");
    const body = isJson && text !== "" ? JSON.parse(text) : text;
    if (!answer.ok) {
      throw new CallgateError(answer.status, body, answer.headers);
    }
    return text === "" ? undefined : body;
  }

  /** Live events, from connection to connection, until `signal` or a break out of the loop ends it. */
  async function* events({ jobId, lastEventId, signal } = {}) {
    for (;;) {
      try {
        const answer = await once("GET", target("/api/events", { query: { jobId, lastEventId } }), { signal, headers: {} });
        if (!answer.ok) {
          throw new CallgateError(answer.status, await answer.json().catch(() => undefined), answer.headers);
        }
        for await (const event of eventsOf(answer.body)) {
          lastEventId = event.id;
          yield event;
        }
      } catch (error) {
        if (signal?.aborted) {
          return;
        }
        if (error instanceof CallgateError && !REFUSED_FOR_NOW.includes(error.status)) {
          throw error;
        }
      }
      await pause(RECONNECT_MS, signal).catch(() => {});
      if (signal?.aborted) {
        return;
      }
    }
  }

  const client = { events, request };
  for (const [name, operation] of Object.entries(operations)) {
    client[name] = (asked) => request(operation, asked);
  }
  return client;
}

// Server-sent events as callgate writes them: each with an id, a name and one line of JSON.
async function* eventsOf(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      text += read.value;
      const blocks = text.split("\n\n");
      text = blocks.pop();
      for (const block of blocks) {
        const fields = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s, 2)));
        if (fields.data !== undefined) {
          yield { id: fields.id, event: fields.event, data: JSON.parse(fields.data) };
        }
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

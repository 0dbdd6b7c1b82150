// What an end-to-end run asks of callgate over HTTP, as any program would with a token.
import { appendFileSync } from "node:fs";

// What was asked and answered goes there, a line each, for the examples of the API's description.
const recorded = process.env.CALLGATE_RECORD;

export class Client {
  constructor(url, token) {
    Object.assign(this, { url, token });
  }

  /** {status, headers, body}; the body is parsed when it is JSON. Throws when nobody answers. */
  async send(method, path, { json, body, headers = {}, ...options } = {}) {
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(json !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      body: json === undefined ? body : JSON.stringify(json),
      ...options,
    });
    const text = await answer.text();
    const isJson = /\bjson\b/.test(answer.headers.get("content-type") ?? "");
    const said = { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
    if (recorded && isJson) {
      appendFileSync(recorded, `${JSON.stringify({ method, path, json, status: said.status, body: said.body })}\n`);
    }
    return said;
  }

  /** The body of an answer that must be 2xx. */
  async must(method, path, options) {
    const answer = await this.send(method, path, options);
    if (answer.status < 200 || answer.status > 299) {
      const said = JSON.stringify(answer.body);
      throw new Error(`${method} ${path} was answered with ${answer.status}: ${said}`);
    }
    return answer.body;
  }

  async *pages(path, member, limit) {
    let cursor;
    do {
      const query = new URLSearchParams({ limit, ...(cursor !== undefined && { cursor }) });
      const page = await this.must("GET", `${path}?${query}`);
      yield* page[member];
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }

  async callsOf(jobId) {
    const calls = [];
    for await (const call of this.pages(`/api/jobs/${jobId}/calls`, "calls", 1000)) {
      calls.push(call);
    }
    return calls;
  }

  async jobs() {
    const jobs = [];
    for await (const job of this.pages("/api/jobs", "jobs", 200)) {
      jobs.push(job);
    }
    return jobs;
  }

  /** Points callgate at a carrier; waits are short because a simulated carrier's clock is quick. */
  async useCarrier(carrier, { graceSeconds = 3, pollSeconds = 3 } = {}) {
    return this.must("PUT", "/api/providers/vapi", {
      json: {
        baseUrl: carrier.url,
        apiKey: carrier.key,
        publicUrl: this.url,
        webhookSecret: carrier.webhookSecret,
        lookupGraceSeconds: graceSeconds,
        pollAfterSeconds: pollSeconds,
      },
    });
  }
}

/** Server-sent events as they arrive: {id, event, data}, the data parsed. Ends when the stream does. */
export async function* eventsOf(url, token, { path = "/api/events", headers = {}, signal } = {}) {
  const answer = await fetch(url + path, {
    headers: { authorization: `Bearer ${token}`, accept: "text/event-stream", ...headers },
    signal,
  });
  if (answer.status !== 200) {
    throw new Error(`${path} was answered with ${answer.status}: ${await answer.text()}`);
  }
  let rest = "";
  for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + text).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const fields = {};
      for (const line of block.split("\n").filter((one) => !one.startsWith(":"))) {
        const colon = line.indexOf(":");
        fields[line.slice(0, colon)] = line.slice(colon + 1).replace(/^ /, "");
      }
      if (fields.data !== undefined) {
        yield { ...fields, data: JSON.parse(fields.data) };
      }
    }
  }
}

// The edge home. The Worker judges a request before any object hears of it: what needs no workspace is
// answered by a core of its own, the credential is checked, the workspace must be one of this deployment.
// Order, words and headers are those of native-server/server.cpp. Nothing here decides anything about calls.
import type { Effect, HttpRequest, Output, Principal, Response as Answer } from "../wasm/callgate";
import { BODY_BYTES_MAX, WorkspaceCore } from "./core";
import { sweep } from "./directory";
import { consume, perform, performAll, type Pointer, readBody, within } from "./effects";
import { hostOf, NotConfigured, secretOf } from "./host";
import { eventStream, subscription } from "./live";
import { problem } from "./problem";
import { Tokens } from "./tokens";
import { isReport, workspaceOf } from "./workspace";

export { Directory } from "./directory";
export { Workspace } from "./workspace";

const PIECE_BYTES = 64 * 1024;
const DRAINED_BYTES_MAX = 64 * 1024 * 1024;
const FIXED_HEADERS = {
  "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "x-frame-options": "DENY",
};
const PAGE = new Set(["/", "/app.js", "/app.css"]);
const PAGE_HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' " +
    "data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  "cache-control": "no-cache",
};

const TOO_MANY =
  problem(429, "too_many_requests", "Too many requests; try again shortly.", [["retry-after", "10"]]);

function gateOf(env: Env) {
  const secret = secretOf(env);
  return {
    core: new WorkspaceCore(hostOf("default", secret, null)),
    tokens: new Tokens(env, secret),
    workspaces: ["default", ...env.WORKSPACES.split(",").map((name) => name.trim())].filter(Boolean),
  };
}
type Gate = ReturnType<typeof gateOf>;
let gate: Gate | undefined;

const toResponse = ({ status, headers, body }: Answer, method: string): Response => {
  const bodiless = method === "HEAD" || status === 204 || status === 304;
  return new Response(bodiless ? null : body, {
    status, headers: headers.map(([name, value]): [string, string] => [String(name), String(value)]),
  });
};
const responseOf = (answer: Output["answer"]): Answer | undefined =>
  answer && "response" in answer ? answer.response : undefined;

function requestOf(request: Request): HttpRequest {
  const url = new URL(request.url);
  return {
    method: request.method,
    target: url.pathname + url.search,
    headers: [...request.headers], // their names are in lower case
    body: new Uint8Array(),
    body_is_stream: false,
    over_tls: url.protocol === "https:",
  };
}

const isList = (request: Request) =>
  request.method === "POST" && request.body !== null && request.headers.get("content-length") !== "0" &&
  ["text/csv", "application/x-ndjson"].includes((request.headers.get("content-type") ?? "").split(";")[0]!);

/** The principal, or the answer for who may not. */
async function judge(gate: Gate, request: HttpRequest): Promise<Principal | Answer> {
  const found = gate.core.authenticate(request);
  const judged = "jwt" in found ? gate.core.judgeClaims(await gate.tokens.check(found.jwt)) : found;
  if ("denied" in judged) {
    return judged.denied;
  }
  return "principal" in judged && gate.workspaces.includes(String(judged.principal.workspace))
    ? judged.principal
    : responseOf(gate.core.unauthorized("There is no such workspace here."))!;
}

class Visit {
  #stub;
  constructor(readonly env: Env, readonly ctx: ExecutionContext, readonly workspace: string) {
    this.#stub = workspaceOf(env, workspace);
  }

  async handle(request: HttpRequest, body: ReadableStream<Uint8Array> | null): Promise<Answer | Response> {
    const repeatable = request.method !== "POST" || isReport(request);
    const { answer, effects } = await this.#stub.ask(request).catch((error: { overloaded?: boolean }) => {
      if (!repeatable || error.overloaded) {
        throw error;
      }
      this.#stub = workspaceOf(this.env, this.workspace); // the object was moved, or its code replaced
      return this.#stub.ask(request);
    });
    if (answer === undefined) {
      return problem(500, "internal", "The request was not answered.");
    }
    if ("response" in answer) {
      this.ctx.waitUntil(performAll(this.env, this.workspace, effects));
      return answer.response;
    }
    if ("await" in answer) {
      const { until, otherwise } = answer.await;
      const told = await within(until - Date.now(), this.#performNow(effects)).catch(() => undefined);
      return told ?? otherwise;
    }
    if ("ingest" in answer) {
      const taken = this.#ingest(answer.ingest.import, answer.ingest.next_seq, body);
      this.ctx.waitUntil(taken); // also when the client is gone: its list is taken back
      return taken;
    }
    return this.#stream(request);
  }

  // The effect that is awaited carries its request, and no other one does.
  async #performNow(effects: Effect[]): Promise<Answer | undefined> {
    const reported = Promise.all(effects.map(perform)).then((results) => this.#stub.report(results));
    this.ctx.waitUntil(reported);
    return (await reported)[0]?.response;
  }

  // One piece at a time: the next is read when the one before it is stored.
  async #ingest(id: number, seq: number, body: ReadableStream<Uint8Array> | null): Promise<Answer> {
    for await (const { bytes, ending } of piecesOf(body)) {
      const { answer } = await this.#stub.takePiece({
        import: id, seq: seq++, bytes, last: ending === "complete", broken: ending === "broken",
      });
      const response = responseOf(answer);
      if (response !== undefined) {
        return response;
      }
    }
    return problem(400, "body_broken", "The list broke off; nothing of it was kept.");
  }

  async #stream(request: HttpRequest): Promise<Answer | Response> {
    const { webSocket } = await this.#stub.fetch(subscription(request));
    if (webSocket === null) {
      return problem(503, "workspace_unavailable", "The workspace cannot be opened now.");
    }
    return new Response(eventStream(webSocket), {
      headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
    });
  }
}

// The body cut into pieces; the last one says how it ended.
async function* piecesOf(
  body: ReadableStream<Uint8Array> | null,
): AsyncGenerator<{ bytes: Uint8Array; ending?: "complete" | "broken" }> {
  let rest = new Uint8Array();
  try {
    for await (const part of body ?? []) {
      rest = new Uint8Array(Buffer.concat([rest, part]));
      while (rest.length >= PIECE_BYTES) {
        yield { bytes: rest.slice(0, PIECE_BYTES) };
        rest = rest.slice(PIECE_BYTES);
      }
    }
  } catch {
    yield { bytes: new Uint8Array(), ending: "broken" };
    return;
  }
  yield { bytes: rest, ending: "complete" };
}

async function page(request: Request, env: Env): Promise<Response> {
  const { body, status, headers } = await env.ASSETS.fetch(request);
  return new Response(body, { status, headers: { ...Object.fromEntries(headers), ...PAGE_HEADERS } });
}

async function answer(request: Request, env: Env, ctx: ExecutionContext): Promise<Answer | Response> {
  const { pathname } = new URL(request.url);
  if ((request.method === "GET" || request.method === "HEAD") && PAGE.has(pathname)) {
    return page(request, env);
  }
  gate ??= gateOf(env);
  const asked = requestOf(request);
  const early = responseOf(gate.core.answerEarly(asked));
  if (early !== undefined) {
    return early;
  }
  const judged = await judge(gate, asked);
  if ("status" in judged) {
    const { success } = await env.REFUSALS.limit({ key: request.headers.get("cf-connecting-ip") ?? "" });
    return success ? judged : TOO_MANY;
  }
  if (!isReport(asked) && !(await env.REQUESTS.limit({ key: `${judged.workspace} ${judged.subject}` })).success) {
    return TOO_MANY;
  }
  asked.principal = judged;
  const visit = new Visit(env, ctx, String(judged.workspace));
  if (isList(request)) {
    asked.body_is_stream = true;
    return visit.handle(asked, request.body);
  }
  // One that is too large is read on for a while: who is still sending may not hear the answer.
  const body = await readBody(request.body, BODY_BYTES_MAX, DRAINED_BYTES_MAX).catch(() => undefined);
  if (body === undefined) {
    return problem(400, "body_broken", "The body broke off, or came too slowly.");
  }
  if (body === null) {
    return problem(413, "body_too_large", `The body may have at most ${BODY_BYTES_MAX} bytes.`);
  }
  asked.body = body;
  return responseOf(gate.core.answerEarly(asked)) ?? visit.handle(asked, null);
}

function failed(error: unknown): Answer {
  console.error({ event: "request_failed", error: String(error) });
  if (error instanceof NotConfigured) {
    return problem(503, "not_configured", error.message);
  }
  return (error as { retryable?: boolean }).retryable || (error as { overloaded?: boolean }).overloaded
    ? problem(503, "workspace_unavailable", "The workspace cannot be opened now.", [["retry-after", "1"]])
    : problem(500, "internal", "Something went wrong here.");
}

export default {
  async fetch(request, env, ctx): Promise<Response> {
    const answered = await answer(request, env, ctx).catch(failed);
    const response = answered instanceof Response ? answered : toResponse(answered, request.method);
    for (const [name, value] of Object.entries(FIXED_HEADERS)) {
      response.headers.set(name, value);
    }
    response.headers.set("x-request-id", crypto.getRandomValues(new Uint8Array(6)).toHex());
    return response;
  },

  async queue(batch, env, ctx): Promise<void> {
    await consume(batch, env, ctx);
  },

  async scheduled(_controller, env, ctx): Promise<void> {
    ctx.waitUntil(sweep(env));
  },
} satisfies ExportedHandler<Env, Pointer>;

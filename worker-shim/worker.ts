// The edge home. The Worker has each request judged by a core of its own before any object hears of it, reads
// its body, and does what the workspace's core says is to be done. Nothing here decides anything about calls.
import type { Admitted, Arriving, Headers, HttpRequest, Response as Answer } from "../wasm/callgate";
import { BODY_BYTES_MAX, problem, WorkspaceCore } from "./core";
import { sweep } from "./directory";
import { consume, performAll, type Pointer } from "./effects";
import { hostOf, NotConfigured, secretOf } from "./host";
import { piecesOf, readBody, requestOf, responseOf } from "./http";
import { asksWebSocket, eventStream, subscription } from "./live";
import { Tokens } from "./tokens";
import { workspaceOf } from "./workspace";

export { Directory } from "./directory";
export { Workspace } from "./workspace";

const PIECE_BYTES = 64 * 1024;
const TOO_LARGE_READS = 8; // who is still sending may not hear the answer
const FIXED_HEADERS = {
  "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "x-frame-options": "DENY",
};

type Gate = { core: WorkspaceCore; tokens: Tokens };
let gate: Gate | undefined;

function gateOf(env: Env): Gate {
  const secret = secretOf(env);
  return { core: new WorkspaceCore(hostOf("default", secret, null)), tokens: new Tokens(env, secret) };
}

/** A request that is admitted, on its way through its workspace. */
async function visit(
  env: Env, ctx: ExecutionContext, asked: HttpRequest, how: Admitted, list: ReadableStream<Uint8Array> | null,
): Promise<Answer | Response> {
  const { workspace } = how.principal;
  const ask = () => workspaceOf(env, workspace).ask({ http_request: asked }, how);
  const { answer, effects } = await ask().catch((error: { overloaded?: boolean }) => {
    if (!how.repeatable || error.overloaded) {
      throw error;
    }
    return ask(); // the object was moved, or its code replaced
  });
  ctx.waitUntil(performAll(env, workspace, effects));
  if (answer && "await" in answer) {
    const { effect, otherwise } = answer.await;
    return await workspaceOf(env, workspace).reply(effect).catch(() => null) ?? otherwise;
  }
  if (answer && "ingest" in answer) {
    const taken = ingest(env, how, answer.ingest.import, answer.ingest.next_seq, list);
    ctx.waitUntil(taken); // also when the client is gone: its list is taken back
    return taken;
  }
  return answer && "response" in answer ? answer.response : problem("unanswered");
}

// One piece at a time: the next is read when the one before it is stored.
async function ingest(
  env: Env, how: Admitted, id: number, seq: number, list: ReadableStream<Uint8Array> | null,
): Promise<Answer> {
  for await (const { bytes, ending } of piecesOf(list, PIECE_BYTES)) {
    const piece = { import: id, seq: seq++, bytes, last: ending === "whole", broken: ending === "broken" };
    const { answer } = await workspaceOf(env, how.principal.workspace).ask({ import_chunk: piece }, how);
    if (answer && "response" in answer) {
      return answer.response;
    }
  }
  return problem("list_broken");
}

async function subscribe(env: Env, workspace: string, asked: HttpRequest): Promise<Response> {
  const answer = await workspaceOf(env, workspace).fetch(subscription(asked));
  if (answer.webSocket === null || asksWebSocket(asked)) {
    return new Response(answer.body, answer);
  }
  return new Response(eventStream(answer.webSocket), {
    headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
  });
}

async function answer(
  request: Request, env: Env, ctx: ExecutionContext, besides: Headers,
): Promise<Answer | Response> {
  const { core, tokens } = gate ??= gateOf(env);
  const asked = requestOf(request);
  const arrive = (found: Partial<Arriving>) =>
    core.arrive({ http_request: asked, workspaces: env.WORKSPACES, origins: env.CORS_ORIGINS, ...found });
  let arrival = arrive({});
  while ("jwt" in arrival) {
    arrival = arrive({ signature: await tokens.check(arrival.jwt) });
  }
  if ("response" in arrival) {
    return arrival.response;
  }
  if ("page" in arrival) {
    const { body, status, headers } = await env.ASSETS.fetch(request);
    return new Response(body, { status, headers: Object.fromEntries([...headers, ...arrival.page.headers]) });
  }
  if ("denied" in arrival) {
    const { success } = await env.REFUSALS.limit({ key: request.headers.get("cf-connecting-ip") ?? "" });
    return success ? arrival.denied : problem("too_many_requests");
  }
  const how = arrival.admitted;
  besides.push(...how.headers ?? []);
  asked.principal = how.principal;
  const { workspace, subject } = how.principal;
  if (!how.is_report && !(await env.REQUESTS.limit({ key: `${workspace} ${subject}` })).success) {
    return problem("too_many_requests");
  }
  if (how.is_list) {
    return visit(env, ctx, asked, how, request.body);
  }
  const { bytes, read } = await readBody(request.body, BODY_BYTES_MAX, TOO_LARGE_READS);
  asked.body = bytes;
  asked.body_is_stream = false;
  arrival = arrive({ body: read });
  if ("response" in arrival) {
    besides.length = 0; // it has them
    return arrival.response;
  }
  return how.is_stream ? subscribe(env, workspace, asked) : visit(env, ctx, asked, how, null);
}

function failed(error: { retryable?: boolean; overloaded?: boolean }): Answer {
  console.error({ event: "request_failed", error: String(error) });
  if (error instanceof NotConfigured) {
    return problem("not_configured", error.message);
  }
  return problem(error.retryable || error.overloaded ? "workspace_unavailable" : "failed");
}

export default {
  async fetch(request, env, ctx): Promise<Response> {
    const besides: Headers = [];
    const answered = await answer(request, env, ctx, besides).catch(failed);
    const response = answered instanceof Response ? answered : responseOf(answered, request.method);
    for (const [name, value] of [...Object.entries(FIXED_HEADERS), ...besides]) {
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

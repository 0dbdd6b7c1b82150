// Performs effects: requests to providers. What is reported decides whether a call may be dialled again: a
// request is never sent a second time, redirects are not followed, and what failed is `no_answer` unless it
// is certain that nothing left (fetch does not tell), so that the provider is asked before anything else.
import type { Effect, EffectKey, EffectResult } from "../wasm/callgate";
import { workspaceOf } from "./workspace";

const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
/** As many requests as an invocation may have open. */
export const AT_ONCE = 6;
// Results that come together are reported together: each report is a request to the object.
const GATHER_MS = 100;
const REPORT_TRIES = 6;

/** What the `dial` and `deliver` queues carry: names, never a number or a secret. */
export interface Pointer {
  workspace: string;
  keys: EffectKey[];
}

/** Rejects when it takes longer; a timer that is left behind would keep an object awake, and billed. */
export function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, failed) => {
    timer = setTimeout(() => failed(new Error(`it took longer than ${ms} ms`)), Math.max(0, ms));
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const words = (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));

/** null: it is larger than allowed. Up to `drained` bytes of such a one are read, and forgotten. */
export async function readBody(
  body: ReadableStream<Uint8Array> | null, allowed: number, drained = allowed,
): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    size += part.length;
    if (size <= allowed) {
      parts.push(part);
    } else if (size > drained) {
      break;
    }
  }
  return size > allowed ? null : new Uint8Array(Buffer.concat(parts));
}

function retryAfter(header: string | null): number {
  const text = header ?? "";
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - Date.now()) / 1000);
  return seconds > 0 ? Math.min(seconds, 1e9) : -1;
}

export async function perform({ key, not_after, request }: Effect): Promise<EffectResult> {
  if (request === undefined) {
    return { key, not_sent: { reason: "the effect has no request" } };
  }
  if (Date.now() > not_after) {
    return { key, not_sent: { reason: "it was too late to send" } };
  }
  try {
    const answer = await fetch(String(request.url), {
      method: String(request.method),
      headers: request.headers.map(([name, value]): [string, string] => [String(name), String(value)]),
      body: request.body.length > 0 ? request.body : null,
      redirect: "manual",
      signal: AbortSignal.timeout(request.timeout_ms),
    });
    const body = await readBody(answer.body, ANSWER_BYTES_MAX);
    if (body === null) {
      return { key, no_answer: { reason: "the answer is too large" } };
    }
    const retry_after_s = retryAfter(answer.headers.get("retry-after"));
    return { key, answered: { status: answer.status, retry_after_s, body } };
  } catch (error) {
    return { key, no_answer: { reason: words(error) } };
  }
}

// A result that is not reported costs a look-up at the provider: worth some patience.
async function report(env: Env, workspace: string, results: EffectResult[]): Promise<void> {
  for (let tries = 1; ; ++tries) {
    try {
      await workspaceOf(env, workspace).report(results);
      return;
    } catch (error) {
      if (tries === REPORT_TRIES) {
        console.error({ event: "results_not_reported", workspace, count: results.length, error: words(error) });
        return;
      }
      await scheduler.wait(100 * 2 ** tries);
    }
  }
}

/** Performs and reports them. */
export async function performAll(env: Env, workspace: string, effects: Effect[]): Promise<void> {
  const waiting = [...effects];
  const results: EffectResult[] = [];
  const reports: Promise<void>[] = [];
  const flush = () => {
    if (results.length > 0) {
      reports.push(report(env, workspace, results.splice(0)));
    }
  };
  const line = async () => {
    for (let effect = waiting.shift(); effect !== undefined; effect = waiting.shift()) {
      results.push(await perform(effect));
      if (results.length === 1) {
        setTimeout(flush, GATHER_MS);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, line));
  flush();
  await Promise.all(reports);
}

/** The consumer: takes what is still wanted, performs it, reports. What nobody took (dead letters) is offered again. */
export async function consume({ queue, messages }: MessageBatch<Pointer>, env: Env, ctx: ExecutionContext) {
  const dead = queue.endsWith("-dead");
  await Promise.all(messages.map(async (message) => {
    const { workspace, keys } = message.body;
    const stub = workspaceOf(env, workspace);
    if (dead) {
      console.error({ event: "dead_letter", queue, workspace, effects: keys.length });
    }
    try {
      // Behind the message: a slow answer holds up no other one. It is over within the time that the platform
      // gives, because no more effects are named than can be on the way at once.
      const work = dead ? await stub.giveBack(keys) : performAll(env, workspace, await stub.take(keys));
      message.ack();
      ctx.waitUntil(Promise.resolve(work));
    } catch (error) {
      console.warn({ event: "message_not_handled", queue, workspace, error: words(error) });
      message.retry();
    }
  }));
}

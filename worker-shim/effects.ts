// Performs effects: requests to providers. What is reported decides whether a call may be dialled again: a
// request is never sent a second time, redirects are not followed, and what failed is `no_answer` unless it
// is certain that nothing left (fetch does not tell), so that the provider is asked before anything else.
import type { Effect, EffectKey, EffectResult } from "../wasm/callgate";
import type { Event } from "./core";
import { readBody } from "./http";
import { workspaceOf } from "./workspace";

const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
/** As many requests as an invocation may have open: no more effects are given or named together. */
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

function retryAfter(header: string | null): number {
  const text = header ?? "";
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - Date.now()) / 1000);
  return seconds > 0 ? Math.min(seconds, 1e9) : -1;
}

async function perform({ key, not_after, request }: Effect): Promise<EffectResult> {
  if (request === undefined || Date.now() > not_after) {
    return { key, not_sent: { reason: "it was too late to send" } };
  }
  try {
    const { method, url, headers, body, timeout_ms } = request;
    const answer = await fetch(url, {
      method, headers, body: body.length > 0 ? body : null, redirect: "manual", signal: AbortSignal.timeout(timeout_ms),
    });
    const { bytes, read } = await readBody(answer.body, ANSWER_BYTES_MAX);
    if (read !== "whole") {
      return { key, no_answer: { reason: `the answer's body is ${read}` } };
    }
    const retry_after_s = retryAfter(answer.headers.get("retry-after"));
    return { key, answered: { status: answer.status, retry_after_s, body: bytes } };
  } catch (error) {
    return { key, no_answer: { reason: String(error) } };
  }
}

// A result that is not reported costs a look-up at the provider: worth some patience.
async function report(env: Env, workspace: string, results: Event[]): Promise<void> {
  for (let tries = 1; ; ++tries) {
    try {
      await workspaceOf(env, workspace).tell(results);
      return;
    } catch (error) {
      if (tries === REPORT_TRIES) {
        console.error({ event: "results_not_reported", workspace, count: results.length, error: String(error) });
        return;
      }
      await scheduler.wait(100 * 2 ** tries);
    }
  }
}

/** Performs and reports them. */
export async function performAll(env: Env, workspace: string, effects: Effect[]): Promise<void> {
  const results: Event[] = [];
  let open = effects.length;
  await Promise.all(effects.map(async (effect) => {
    results.push({ effect_result: await perform(effect) });
    if (--open > 0) {
      await scheduler.wait(GATHER_MS);
    }
    const some = results.splice(0);
    if (some.length > 0) {
      await report(env, workspace, some);
    }
  }));
}

/** The consumer: takes what is still wanted, performs it, reports. What nobody took (dead letters) is offered again. */
export async function consume({ queue, messages }: MessageBatch<Pointer>, env: Env, ctx: ExecutionContext) {
  const dead = queue.endsWith("-dead");
  await Promise.all(messages.map(async (message) => {
    const { workspace, keys } = message.body;
    if (dead) {
      console.error({ event: "dead_letter", queue, workspace, effects: keys.length });
    }
    try {
      const event: Event = dead ? { give_back_effects: { keys } } : { take_effects: { keys } };
      const [told] = await workspaceOf(env, workspace).tell([event]);
      message.ack();
      // Behind the message: a slow answer holds up no other one.
      ctx.waitUntil(performAll(env, workspace, told!.effects));
    } catch (error) {
      console.warn({ event: "message_not_handled", queue, workspace, error: String(error) });
      message.retry();
    }
  }));
}

// One workspace: its storage, its core, its alarm. What happens becomes Inputs; those that come together run
// in one transaction and are answered after it. Everything else that must be right is the core's: an effect
// whose message is lost, or whose taker dies, comes back by its lease when the alarm fires.
import { DurableObject } from "cloudflare:workers";

import type {
  Effect, EffectKey, EffectResult, HttpRequest, ImportChunk, Output, Response as Answer,
} from "../wasm/callgate";
import { CoreFailed, type Event, keyName, WorkspaceCore } from "./core";
import { directoryOf } from "./directory";
import { AT_ONCE, type Pointer, within } from "./effects";
import { hostOf, secretOf } from "./host";
import { subscribed, Subscribers } from "./live";
import { problem } from "./problem";

const DEAD_MAN_MS = 30_000;
const GATHER_MS = 250;
const GATHER_MAX = 50;
const SEND_TIMEOUT_MS = 10_000;
const MESSAGES_MAX = 100;

/** A report of a provider: it merges, so it may come twice and wait for others, and is never too many. */
export const isReport = ({ method, target }: HttpRequest) =>
  method === "POST" && String(target).startsWith("/api/webhooks/");

/** What the Worker has to do for the one who asked. */
export type Reply =
  | { response: Answer; effects?: Effect[] }
  | { await: { until: number; otherwise: Answer }; effect: Effect }
  | { ingest: { import: number; next_seq: number } }
  | { stream: true }
  | { taken: true };

interface Waiting {
  event: Event;
  done(output: Output): void;
  failed(error: unknown): void;
}

/** The Worker that brings a report makes the next dials itself, as many as it can at once: without the queue. */
const given = (event: Event) => ("http_request" in event && isReport(event.http_request) ? AT_ONCE : 0);

const NOT_SAVED = problem(503, "not_saved", "The change could not be saved; nothing of it happened.");
const INTERNAL = problem(500, "internal", "Something went wrong here; nothing was changed.");

const ABOUT_CALLS: EffectKey["kind"][] = [1, 2, 3];

// A view would take the whole of what it is a view of along.
const own = (answer: Answer): Answer => ({ ...answer, body: answer.body.slice() });
const ownEffect = (effect: Effect): Effect => ({
  ...effect, ...(effect.request && { request: { ...effect.request, body: effect.request.body.slice() } }),
});

/** The types of RPC would make arrays of tuples. */
export type Stub = Pick<Workspace, "ask" | "takePiece" | "take" | "report" | "giveBack" | "kick" | "fetch">;
export const workspaceOf = (env: Env, name: string) => env.WORKSPACE.getByName(name) as unknown as Stub;

export class Workspace extends DurableObject<Env> {
  #name: string;
  #core: WorkspaceCore;
  #subscribers: Subscribers;
  #awake = false;
  #alarm: number | null = null;
  #listed = false;
  #telling: Promise<unknown> = Promise.resolve();
  #waiting: Waiting[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#name = ctx.id.name ?? "";
    this.#core = new WorkspaceCore(hostOf(this.#name, secretOf(env), ctx.storage.sql));
    this.#subscribers = new Subscribers(ctx);
    this.#listed = ctx.storage.kv.get<boolean>("listed") ?? false;
    void ctx.blockConcurrencyWhile(async () => {
      this.#alarm = await ctx.storage.getAlarm();
    });
  }

  ask(request: HttpRequest): Promise<Reply> {
    const event = { http_request: request };
    const reads = request.method === "GET" || request.method === "HEAD";
    return this.#reply(async () => (reads ? this.#alone(event) : this.#submit(event, isReport(request))));
  }

  takePiece(piece: ImportChunk): Promise<Reply> {
    return this.#reply(() => this.#submit({ import_chunk: piece }));
  }

  async take(keys: EffectKey[]): Promise<Effect[]> {
    const { effects } = await this.#submit({ take_effects: { keys } });
    return effects.filter(({ request }) => request !== undefined).map(ownEffect);
  }

  /** Answers what the requests that awaited these effects are to be told. */
  async report(results: EffectResult[]): Promise<{ effect: EffectKey; response: Answer }[]> {
    const outputs = await Promise.all(results.map((result, at) =>
      this.#submit({ effect_result: result }, at + 1 < results.length)));
    return outputs.flatMap(({ reply }) => (reply ? [{ ...reply, response: own(reply.response) }] : []));
  }

  async giveBack(keys: EffectKey[]): Promise<void> {
    await this.#submit({ give_back_effects: { keys } });
  }

  /** The directory holds it for overdue: whether its alarm was lost or the note was old, both are right again. */
  async kick(): Promise<void> {
    await this.#submit({ wake: {} });
    await this.#tellDirectory(true);
  }

  override async fetch(request: Request): Promise<Response> {
    const { answer } = this.#alone({ http_request: subscribed(request) });
    return answer && "stream" in answer
      ? this.#subscribers.accept(answer.stream)
      : new Response("the stream is not there any more", { status: 409 });
  }

  override async alarm(): Promise<void> {
    this.#setAlarm(Date.now() + DEAD_MAN_MS); // whatever happens here, there is another one
    try {
      const { wake_at } = this.#commit([{ wake: {} }], (at) => this.#setAlarm(at))[0]!;
      this.#awake = true;
      if (wake_at === undefined) {
        this.#disarm();
      }
    } catch (error) {
      this.#log("wake_failed", error);
    }
    this.#tellIfChanged();
  }

  override webSocketClose(socket: WebSocket): void {
    socket.close();
  }

  override webSocketError(): void {}

  // A report of the provider may wait for others; everything else goes at once and takes those along.
  #submit(event: Event, mayWait = false): Promise<Output> {
    const finished = new Promise<Output>((done, failed) => this.#waiting.push({ event, done, failed }));
    if (!mayWait || this.#waiting.length >= GATHER_MAX) {
      this.#runWaiting();
    } else {
      this.#timer ??= setTimeout(() => this.#runWaiting(), GATHER_MS);
    }
    return finished;
  }

  #runWaiting(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const group = this.#waiting.splice(0);
    try {
      this.#wakeFirst();
      const outputs = this.#commit(group.map(({ event }) => event));
      group.forEach(({ done }, at) => done(outputs[at]!));
    } catch (error) {
      if (group.length === 1) {
        group[0]!.failed(error);
        return;
      }
      for (const { event, done, failed } of group) { // one of them may be to blame: each by itself
        try {
          done(this.#alone(event));
        } catch (its) {
          failed(its);
        }
      }
    }
  }

  #alone(event: Event): Output {
    this.#wakeFirst();
    return this.#commit([event])[0]!;
  }

  // Brings the tables up to date, and arms the alarm should it have been lost.
  #wakeFirst(): void {
    if (!this.#awake) {
      this.#commit([{ wake: {} }]);
      this.#awake = true;
    }
  }

  #commit(events: Event[], arm = (at: number) => this.#arm(at)): Output[] {
    const armed = this.#alarm;
    let outputs: Output[];
    try {
      outputs = this.ctx.storage.transactionSync(() => {
        const all = events.map((event, at) => this.#core.handle(event, at + 1 < events.length, given(event)));
        const wakeAt = all.at(-1)?.wake_at;
        if (wakeAt !== undefined) {
          arm(wakeAt);
        }
        return all;
      });
    } catch (error) {
      this.#alarm = armed;
      this.#core.dropCaches();
      throw error;
    }
    for (const output of outputs) {
      this.#actOn(output);
    }
    this.#tellIfChanged();
    return outputs;
  }

  #actOn(output: Output): void {
    for (const alert of output.alerts) {
      console.warn({ event: "alert", workspace: this.#name, alert: String(alert) });
    }
    this.#subscribers.publish(output.events);
    const named = output.effects.filter(({ request }) => request === undefined).map(({ key }) => key);
    const aboutCalls = named.filter(({ kind }) => ABOUT_CALLS.includes(kind));
    const others = named.filter((key) => !aboutCalls.includes(key));
    for (const [queue, keys] of [[this.env.DIAL, aboutCalls], [this.env.DELIVER, others]] as const) {
      if (keys.length > 0) { // two queues: nothing that can wait stands before a dial
        this.ctx.waitUntil(this.#offer(queue, keys));
      }
    }
  }

  // A message that is lost here costs time, not a call: the lease brings its effects back.
  async #offer(queue: Queue, keys: EffectKey[]): Promise<void> {
    const messages: { body: Pointer; contentType: "json" }[] = [];
    for (let at = 0; at < keys.length; at += AT_ONCE) {
      messages.push({ body: { workspace: this.#name, keys: keys.slice(at, at + AT_ONCE) }, contentType: "json" });
    }
    try {
      for (let at = 0; at < messages.length; at += MESSAGES_MAX) {
        await within(SEND_TIMEOUT_MS, queue.sendBatch(messages.slice(at, at + MESSAGES_MAX)));
      }
    } catch (error) {
      this.#log("effects_not_sent", error);
    }
  }

  async #reply(work: () => Promise<Output>): Promise<Reply> {
    try {
      return this.#replyOf(await work());
    } catch (error) {
      this.#log("input_failed", error);
      return { response: error instanceof CoreFailed ? INTERNAL : NOT_SAVED };
    }
  }

  #replyOf({ answer, effects }: Output): Reply {
    if (answer === undefined) {
      return { taken: true };
    }
    if ("await" in answer) {
      const { effect, until, otherwise } = answer.await;
      const found = effects.find(({ key }) => keyName(key) === keyName(effect));
      return found?.request === undefined
        ? { response: own(otherwise) }
        : { await: { until, otherwise: own(otherwise) }, effect: ownEffect(found) };
    }
    if ("response" in answer) {
      return { response: own(answer.response), effects: effects.filter(({ request }) => request).map(ownEffect) };
    }
    return "stream" in answer ? { stream: true } : { ingest: answer.ingest };
  }

  // Each alarm that is set is billed as a row, so one that comes too early is left: it sets the right one. One
  // that should have come by now may be lost.
  #arm(at: number): void {
    if (this.#alarm === null || at < this.#alarm || this.#alarm <= Date.now()) {
      this.#setAlarm(at);
    }
  }

  #setAlarm(at: number): void {
    this.#alarm = at;
    void this.ctx.storage.setAlarm(at);
  }

  #disarm(): void {
    this.#alarm = null;
    void this.ctx.storage.deleteAlarm();
  }

  #tellIfChanged(): void {
    if ((this.#alarm !== null) !== this.#listed) {
      this.ctx.waitUntil(this.#tellDirectory(false));
    }
  }

  // One at a time, so that the directory's last word is the last one said.
  #tellDirectory(always: boolean): Promise<unknown> {
    this.#telling = this.#telling.then(async () => {
      const active = this.#alarm !== null;
      if (active === this.#listed && !always) {
        return;
      }
      await directoryOf(this.env, this.#name).note(this.#name, this.#alarm);
      if (active !== this.#listed) {
        this.#listed = active;
        this.ctx.storage.kv.put("listed", active);
      }
    }).catch((error) => this.#log("directory_not_told", error));
    return this.#telling;
  }

  #log(event: string, error: unknown): void {
    console.error({ event, workspace: this.#name, error: error instanceof Error ? error.message : String(error) });
  }
}

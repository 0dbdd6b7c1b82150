// One workspace: its storage, its core, its alarm. What happens becomes Inputs; those that come together run
// in one transaction and are answered after it. Everything else that must be right is the core's: an effect
// whose message is lost, or whose taker dies, comes back by its lease when the alarm fires.
import { DurableObject } from "cloudflare:workers";

import type { Effect, EffectKey, EffectResult, HttpRequest, ImportChunk, Output } from "../wasm/callgate";
import { CoreFailed, type Event, WorkspaceCore } from "./core";
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

/** What the Worker has to do for the one who asked: answer, and perform what carries its request. */
export type Reply = Pick<Output, "answer" | "effects">;

const pieces = <Item>(all: Item[], size: number) =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
const toPerform = (effects: Effect[]) => effects.filter(({ request }) => request !== undefined);

/** The Worker that brings a report makes the next dials itself, as many as it can at once: without the queue. */
const given = (event: Event) => ("http_request" in event && isReport(event.http_request) ? AT_ONCE : 0);

const NOT_SAVED = problem(503, "not_saved", "The change could not be saved; nothing of it happened.");
const INTERNAL = problem(500, "internal", "Something went wrong here; nothing was changed.");

const CHECK_PROVIDER: EffectKey["kind"] = 4;

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
  #waiting: ({ event: Event } & PromiseWithResolvers<Output>)[] = [];
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
    return toPerform((await this.#submit({ take_effects: { keys } })).effects);
  }

  /** Answers what the requests that awaited these effects are to be told. */
  async report(results: EffectResult[]): Promise<NonNullable<Output["reply"]>[]> {
    const outputs = await Promise.all(results.map((result, at) =>
      this.#submit({ effect_result: result }, at + 1 < results.length)));
    return outputs.flatMap(({ reply }) => reply ?? []);
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
        this.#setAlarm(null);
      }
    } catch (error) {
      this.#log("wake_failed", error);
    }
    this.#tellIfChanged();
  }

  override webSocketClose(socket: WebSocket): void {
    socket.close();
  }

  // A report of the provider may wait for others; everything else goes at once and takes those along.
  #submit(event: Event, mayWait = false): Promise<Output> {
    const waiting = { event, ...Promise.withResolvers<Output>() };
    this.#waiting.push(waiting);
    if (!mayWait || this.#waiting.length >= GATHER_MAX) {
      this.#runWaiting();
    } else {
      this.#timer ??= setTimeout(() => this.#runWaiting(), GATHER_MS);
    }
    return waiting.promise;
  }

  #runWaiting(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const group = this.#waiting.splice(0);
    try {
      this.#wakeFirst();
      const outputs = this.#commit(group.map(({ event }) => event));
      group.forEach(({ resolve }, at) => resolve(outputs[at]!));
    } catch (error) {
      if (group.length === 1) {
        return group[0]!.reject(error);
      }
      for (const { event, resolve, reject } of group) { // one of them may be to blame: each by itself
        try {
          resolve(this.#alone(event));
        } catch (its) {
          reject(its);
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
    // Two queues: nothing that can wait stands before a dial.
    this.#offer(this.env.DIAL, named.filter(({ kind }) => kind !== CHECK_PROVIDER));
    this.#offer(this.env.DELIVER, named.filter(({ kind }) => kind === CHECK_PROVIDER));
  }

  // A message that is lost here costs time, not a call: the lease brings its effects back.
  #offer(queue: Queue<Pointer>, keys: EffectKey[]): void {
    const messages = pieces(keys, AT_ONCE).map((some) => (
      { body: { workspace: this.#name, keys: some }, contentType: "json" } as const));
    const send = async () => {
      for (const batch of pieces(messages, MESSAGES_MAX)) {
        await within(SEND_TIMEOUT_MS, queue.sendBatch(batch));
      }
    };
    this.ctx.waitUntil(send().catch((error) => this.#log("effects_not_sent", error)));
  }

  async #reply(work: () => Promise<Output>): Promise<Reply> {
    try {
      const { answer, effects } = await work();
      const told = answer && "stream" in answer ? { stream: { ...answer.stream, backlog: [] } } : answer; // see fetch
      return { ...(told && { answer: told }), effects: toPerform(effects) };
    } catch (error) {
      this.#log("input_failed", error);
      return { answer: { response: error instanceof CoreFailed ? INTERNAL : NOT_SAVED }, effects: [] };
    }
  }

  // Each alarm that is set is billed as a row, so one that comes too early is left: it sets the right one. One
  // that should have come by now may be lost.
  #arm(at: number): void {
    if (this.#alarm === null || at < this.#alarm || this.#alarm <= Date.now()) {
      this.#setAlarm(at);
    }
  }

  #setAlarm(at: number | null): void {
    this.#alarm = at;
    void (at === null ? this.ctx.storage.deleteAlarm() : this.ctx.storage.setAlarm(at));
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

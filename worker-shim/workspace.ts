// One workspace: its storage, its core, its alarm. What happens becomes Inputs; those that come together run
// in one transaction and are answered after it. Everything else that must be right is the core's: an effect
// whose message is lost, or whose taker dies, comes back by its lease when the alarm fires.
import { DurableObject } from "cloudflare:workers";

import type { Admitted, EffectKey, HttpRequest, Output, Response as Answer } from "../wasm/callgate";
import { Awaits } from "./awaits";
import { CoreFailed, settingsOf, type Event, problem, WorkspaceCore } from "./core";
import { directoryOf } from "./directory";
import { AT_ONCE, type Pointer, within } from "./effects";
import { hostOf, secretOf } from "./host";
import { responseOf } from "./http";
import { asksWebSocket, subscribed, Subscribers } from "./live";

const DEAD_MAN_MS = 30_000;
const GATHER_MS = 250;
const GATHER_MAX = 50;
const SEND_TIMEOUT_MS = 10_000;
const MESSAGES_MAX = 100;
const CHECK_PROVIDER: EffectKey["kind"] = 4;

/** What who brought an Input is told; the effects are to be performed there. */
export type Told = Pick<Output, "answer" | "effects">;
type Waiting = { event: Event; given: number } & PromiseWithResolvers<Told>;

const pieces = <Item>(all: Item[], size: number) =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));

/** The types of RPC would make arrays of tuples. */
export type Stub = Pick<Workspace, "ask" | "tell" | "reply" | "kick" | "fetch">;
export const workspaceOf = (env: Env, name: string) => env.WORKSPACE.getByName(name) as unknown as Stub;

export class Workspace extends DurableObject<Env> {
  #name: string;
  #core: WorkspaceCore;
  #subscribers: Subscribers;
  #awaits = new Awaits();
  #awake = false;
  #alarm: number | null = null;
  #listed: boolean;
  #telling: Promise<unknown> = Promise.resolve();
  #waiting: Waiting[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#name = ctx.id.name ?? "";
    this.#core = new WorkspaceCore(hostOf(this.#name, secretOf(env), ctx.storage.sql), settingsOf(env));
    this.#subscribers = new Subscribers(ctx);
    this.#listed = ctx.storage.kv.get<boolean>("listed") ?? false;
    void ctx.blockConcurrencyWhile(async () => {
      this.#alarm = await ctx.storage.getAlarm();
    });
  }

  /** A request, or a piece of its list: what fails is answered too. */
  async ask(event: Event, { only_reads, is_report }: Partial<Admitted>): Promise<Told> {
    try {
      // Who brings a report makes the next dials itself, as many as it can at once: without the queue.
      const given = is_report ? AT_ONCE : 0;
      return only_reads ? this.#commit([{ event, given }])[0]! : await this.#submit(event, given > 0, given);
    } catch (error) {
      this.#log("input_failed", error);
      const response = problem(error instanceof CoreFailed ? "internal" : "not_saved");
      return { answer: { response }, effects: [] };
    }
  }

  /** Everything else that happened; rejects when it could not be saved. */
  tell(events: Event[]): Promise<Told[]> {
    return Promise.all(events.map((event, at) => this.#submit(event, at + 1 < events.length)));
  }

  /** To a request that was told to await this effect; null: it has to do without. */
  reply(effect: EffectKey): Promise<Answer | null> {
    return this.#awaits.reply(effect);
  }

  /** The directory holds it for overdue: whether its alarm was lost or the note was old, both are right again. */
  async kick(): Promise<void> {
    await this.alarm();
    await this.#tellDirectory(true);
  }

  /** A subscriber's socket, or the answer that says why not. */
  override async fetch(request: Request): Promise<Response> {
    const asked: HttpRequest = subscribed(request);
    const { answer } = await this.ask({ http_request: asked }, { only_reads: true });
    return answer && "stream" in answer
      ? this.#subscribers.accept(answer.stream, asksWebSocket(asked))
      : responseOf(answer && "response" in answer ? answer.response : problem("unanswered"), asked.method);
  }

  override async alarm(): Promise<void> {
    this.#setAlarm(Date.now() + DEAD_MAN_MS); // whatever happens here, there is another one
    try {
      this.#commit([], true);
    } catch (error) {
      this.#log("wake_failed", error);
    }
  }

  override webSocketMessage(): void {
    // Nobody listens to subscribers.
  }

  override webSocketClose(socket: WebSocket): void {
    socket.close();
  }

  // What may wait for others does; everything else goes at once and takes those along.
  #submit(event: Event, mayWait: boolean, given = 0): Promise<Told> {
    const waiting = { event, given, ...Promise.withResolvers<Told>() };
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
    this.#run(this.#waiting.splice(0));
  }

  #run(group: Waiting[]): void {
    try {
      const told = this.#commit(group);
      group.forEach(({ resolve }, at) => resolve(told[at]!));
    } catch (error) {
      if (group.length === 1) {
        group[0]!.reject(error);
      } else {
        group.forEach((one) => this.#run([one])); // one of them may be to blame
      }
    }
  }

  // One transaction. The first one wakes: it brings the tables up to date, and arms the alarm should it have been
  // lost. Each alarm that is set is billed as a row, so one that comes too early is left: it sets the right one.
  #commit(events: Pick<Waiting, "event" | "given">[], wakes = !this.#awake): Told[] {
    const armed = this.#alarm;
    const all = wakes ? [{ event: { wake: {} }, given: 0 }, ...events] : events;
    let outputs: Output[];
    try {
      outputs = this.ctx.storage.transactionSync(() => {
        const made = all.map(({ event, given }, at) => this.#core.handle(event, at + 1 < all.length, given));
        this.#arm(made.at(-1)!.wake_at ?? null, events.length === 0);
        return made;
      });
    } catch (error) {
      this.#alarm = armed;
      this.#core.dropCaches();
      throw error;
    }
    this.#awake = true;
    const told = outputs.map((output) => this.#actOn(output));
    this.ctx.waitUntil(this.#tellDirectory());
    return told.slice(all.length - events.length);
  }

  #actOn({ events, alerts, effects, ended, replies, ...told }: Output): Told {
    if (told.answer && "await" in told.answer) {
      this.#awaits.expect(told.answer.await);
    }
    this.#awaits.settle(replies ?? []);
    for (const alert of alerts) {
      console.warn({ event: "alert", workspace: this.#name, alert });
    }
    this.#subscribers.end(ended);
    this.#subscribers.publish(events);
    const named = effects.filter(({ request }) => request === undefined).map(({ key }) => key);
    // Two queues: nothing that can wait stands before a dial.
    this.#offer(this.env.DIAL, named.filter(({ kind }) => kind !== CHECK_PROVIDER));
    this.#offer(this.env.DELIVER, named.filter(({ kind }) => kind === CHECK_PROVIDER));
    return { ...told, effects: effects.filter(({ request }) => request !== undefined) };
  }

  // A message that is lost here costs time, not a call: the lease brings its effects back.
  #offer(queue: Queue<Pointer>, keys: EffectKey[]): void {
    const messages = pieces(keys, AT_ONCE).map((some) => ({ body: { workspace: this.#name, keys: some } }));
    for (const batch of pieces(messages, MESSAGES_MAX)) {
      this.ctx.waitUntil(
        within(SEND_TIMEOUT_MS, queue.sendBatch(batch)).catch((error) => this.#log("effects_not_sent", error)));
    }
  }

  // One that should have come by now may be lost.
  #arm(at: number | null, exactly: boolean): void {
    if (exactly || (at !== null && (this.#alarm === null || at < this.#alarm || this.#alarm <= Date.now()))) {
      this.#setAlarm(at);
    }
  }

  #setAlarm(at: number | null): void {
    this.#alarm = at;
    void (at === null ? this.ctx.storage.deleteAlarm() : this.ctx.storage.setAlarm(at));
  }

  // One at a time, so that the directory's last word is the last one said.
  #tellDirectory(always = false): Promise<unknown> {
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

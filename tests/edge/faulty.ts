// The Worker under test with hands in its machinery: everything is the real thing, but the queue, the
// consumer, the core's instance and the clock fail when POST /faults says so. Only tests/edge builds this.
import worker, { Workspace as RealWorkspace } from "../../worker-shim/worker";
import type { Event } from "../../worker-shim/core";
import type { Pointer } from "../../worker-shim/effects";
import type { Stub, Told } from "../../worker-shim/workspace";

export { Directory } from "../../worker-shim/worker";

const faults = {
  clock_ms: 0, // how far the clock is ahead
  queue: "works" as "works" | "fails" | "hangs" | "loses" | "repeats" | "holds",
  consumer: "works" as "works" | "dies_before_take" | "dies_after_take" | "dies_after_answer" | "reports_twice"
    | "dies_when_given",
  times: 1e9, // so often, then it works again
  struck: 0,
  trap_at: 0, // the core's instance traps at this question to its host, counted from now
  trap_every: 0, // and at every so many, a dozen times
  asked: 0,
  traps: 0,
  messages: 0,
  dead_letters: 0,
  given: 0, // replies that had dials for the Worker that asked
};
const held: MessageSendRequest<Pointer>[] = [];

const realNow = Date.now.bind(Date);
Date.now = () => realNow() + faults.clock_ms;
Math.random = () => 0; // the sweep's jitter
const realInterval = setInterval;
globalThis.setInterval = ((work: () => void, ms: number) => realInterval(work, ms / 50)) as typeof setInterval;

const strikes = () => faults.times-- > 0 && ++faults.struck > 0;

// A trap in the middle of an Input, at any statement: it unwinds out of WebAssembly as a real one does.
const RealInstance = WebAssembly.Instance;
WebAssembly.Instance = function instance(module: WebAssembly.Module, imports: WebAssembly.Imports) {
  const env = imports["env"] as Record<string, (...given: number[]) => number>;
  const ask = env["host_ask"]!;
  env["host_ask"] = (...given) => {
    const again = faults.trap_every > 0 && faults.traps < 12 && ++faults.asked % faults.trap_every === 0;
    if (again || (faults.trap_at > 0 && --faults.trap_at === 0)) {
      faults.traps += 1;
      throw new WebAssembly.RuntimeError("unreachable");
    }
    return ask(...given);
  };
  return new RealInstance(module, imports);
} as unknown as typeof WebAssembly.Instance;

// Every statement's cursor, which knows when it is done how many rows it wrote.
let cursors: SqlStorageCursor<never>[] = [];
let alarmsSet = 0;

function countRows(storage: DurableObjectStorage): void {
  const exec = storage.sql.exec.bind(storage.sql);
  const setAlarm = storage.setAlarm.bind(storage);
  Object.defineProperty(storage.sql, "exec", {
    value: (...given: Parameters<typeof exec>) => {
      const cursor = exec(...given);
      cursors.push(cursor as SqlStorageCursor<never>);
      return cursor;
    },
  });
  Object.defineProperty(storage, "setAlarm", {
    value: (...given: Parameters<typeof setAlarm>) => {
      alarmsSet += 1;
      return setAlarm(...given);
    },
  });
}

function faultyQueue(queue: Queue<Pointer>): Pick<Queue<Pointer>, "sendBatch"> {
  return {
    async sendBatch(given: Iterable<MessageSendRequest<Pointer>>) {
      const messages = [...given];
      faults.messages += messages.length;
      const fault = faults.queue !== "works" && strikes() ? faults.queue : "works";
      if (fault === "fails") {
        throw new Error("Queue sendBatch failed: Queue is overloaded. Please back off.");
      }
      if (fault === "hangs") {
        await new Promise(() => {});
      }
      if (fault === "holds") {
        held.push(...messages);
      }
      return queue.sendBatch(fault === "works" ? messages : fault === "repeats" ? [...messages, ...messages] : []);
    },
  };
}

const faultyStub = (stub: Stub): Stub => ({
  async ask(...asked) {
    const told = await stub.ask(...asked);
    const given = told.answer !== undefined && "response" in told.answer && told.effects.length > 0;
    faults.given += given ? 1 : 0;
    return given && faults.consumer === "dies_when_given" && strikes() ? { ...told, effects: [] } : told;
  },
  async tell(events: Event[]): Promise<Told[]> {
    const takes = events.some((event) => "take_effects" in event);
    const reports = events.some((event) => "effect_result" in event);
    if (takes && faults.consumer === "dies_before_take" && strikes()) {
      throw new Error("the consumer died before it took");
    }
    if (reports && faults.consumer === "dies_after_answer" && strikes()) {
      await new Promise(() => {}); // nobody hears of it
    }
    const told = await stub.tell(events);
    if (takes && faults.consumer === "dies_after_take" && strikes()) {
      throw new Error("the consumer died after it took");
    }
    return reports && faults.consumer === "reports_twice" && strikes() ? stub.tell(events) : told;
  },
  reply: (effect) => stub.reply(effect),
  kick: () => stub.kick(),
  fetch: (request) => stub.fetch(request),
});

const faultyHands = (env: Env): Env => ({
  ...env,
  WORKSPACE: {
    getByName: (name: string) => faultyStub(env.WORKSPACE.getByName(name) as unknown as Stub),
  } as unknown as Env["WORKSPACE"],
});

export class Workspace extends RealWorkspace {
  readonly #born = crypto.randomUUID();

  constructor(ctx: DurableObjectState, env: Env) {
    countRows(ctx.storage);
    super(ctx, { ...env, DIAL: faultyQueue(env.DIAL) as Env["DIAL"] });
  }

  alarmAgain(): Promise<void> {
    return this.alarm();
  }

  loseAlarm(): Promise<void> {
    return this.ctx.storage.deleteAlarm();
  }

  alarmAt(): Promise<number | null> {
    return this.ctx.storage.getAlarm();
  }

  async instance(): Promise<{ born: string; sockets: number }> {
    return { born: this.#born, sockets: this.ctx.getWebSockets().length };
  }

  /** Rows written since the last time, as they are billed: a set alarm is one. */
  async rowsWritten(): Promise<{ rows: number; alarms: number }> {
    const written = { rows: cursors.reduce((sum, one) => sum + one.rowsWritten, 0), alarms: alarmsSet };
    cursors = [];
    alarmsSet = 0;
    return written;
  }

  /** As when it is moved, or its code replaced, in the middle of a request. */
  async breakOff(): Promise<void> {
    this.ctx.abort("moved");
  }

  /** Later than everything that is ahead: leases run out, look-ups are due. */
  async later(ms: number): Promise<void> {
    faults.clock_ms += ms;
    await this.kick();
  }
}

export default {
  async fetch(request, env, ctx): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/faults") {
      Object.assign(faults, request.method === "POST" ? await request.json() : {});
      return Response.json(faults);
    }
    if (pathname === "/release") {
      await env.DIAL.sendBatch(held.splice(0));
      return new Response();
    }
    if (pathname === "/object") {
      const { call, given } = await request.json<{ call: "later"; given: [number] }>();
      const object = env.WORKSPACE.getByName("default") as unknown as Pick<Workspace, "later">;
      return Response.json((await object[call](...given)) ?? null);
    }
    return worker.fetch!(request as never, faultyHands(env), ctx);
  },

  async queue(batch, env, ctx): Promise<void> {
    faults.dead_letters += batch.queue.endsWith("-dead") ? batch.messages.length : 0;
    await worker.queue!(batch, faultyHands(env), ctx);
  },

  async scheduled(controller, env, ctx): Promise<void> {
    await worker.scheduled!(controller, env, ctx);
  },
} satisfies ExportedHandler<Env, Pointer>;

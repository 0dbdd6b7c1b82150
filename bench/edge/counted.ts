// The Worker as it is, with a meter at each of its doors: what the platform would bill is counted where the
// platform counts it (cursors, alarms, method calls of objects, messages), and GET /counted tells it. Nothing
// here knows what is inside: classes are wrapped by the names of their public methods.
import worker, { Directory as RealDirectory, Workspace as RealWorkspace } from "../../worker-shim/worker";

const nothing = () => ({
  rows_written: 0, rows_read: 0, rows_by_statement: {} as Record<string, number>,
  key_value_writes: 0, alarms_set: 0, alarms_deleted: 0,
  object_requests: {} as Record<string, number>, socket_messages: 0, busy_ms: 0,
  transactions: 0, transaction_ms: 0, transaction_ms_max: 0, object_request_ms_max: 0,
  queue_writes: 0, queue_operations: 0, queue_reads: 0, queue_retries: 0, queue_dead: 0, queue_batches: 0,
  worker_requests: 0, worker_reports: 0,
  stored_bytes: 0, wasm_bytes: 0, instances: 0, instance_ms: 0,
});
let counted = nothing();

const STATEMENT_SHOWN = 120;
const UNIT_BYTES = 64 * 1024;
const units = (body: unknown) => Math.max(1, Math.ceil(JSON.stringify(body).length / UNIT_BYTES));

// What every instance of WebAssembly holds: its memory never shrinks, so its size is its high-water mark.
const memories: WebAssembly.Memory[] = [];
const RealInstance = WebAssembly.Instance;
WebAssembly.Instance = function instance(module: WebAssembly.Module, imports: WebAssembly.Imports) {
  const began = performance.now();
  const made = new RealInstance(module, imports);
  counted.instances += 1;
  counted.instance_ms += performance.now() - began;
  const all = Object.values(made.exports as Record<string, unknown>);
  memories.push(...all.filter((one) => one instanceof WebAssembly.Memory));
  return made;
} as unknown as typeof WebAssembly.Instance;

/** An object is billed while anything is open in it; what overlaps is billed once. */
class Open {
  #count = 0;
  #since = 0;

  enter(): () => void {
    const began = performance.now();
    if (this.#count++ === 0) {
      this.#since = began;
    }
    return () => {
      const now = performance.now();
      counted.object_request_ms_max = Math.max(counted.object_request_ms_max, now - began);
      if (--this.#count === 0) {
        counted.busy_ms += now - this.#since;
      }
    };
  }
}

let cursors: { statement: string; cursor: SqlStorageCursor<never> }[] = [];
const databases = new Map<string, number>(); // by object: one that slept comes back with other handles

// A cursor knows what it wrote and read once it is done.
function settleCursors(): void {
  for (const { statement, cursor } of cursors) {
    if (cursor.rowsWritten > 0) {
      const begins = statement.replace(/\s+/g, " ").slice(0, STATEMENT_SHOWN);
      counted.rows_by_statement[begins] = (counted.rows_by_statement[begins] ?? 0) + cursor.rowsWritten;
    }
    counted.rows_written += cursor.rowsWritten;
    counted.rows_read += cursor.rowsRead;
  }
  cursors = [];
}

function meterStorage(id: string, storage: DurableObjectStorage): void {
  const exec = storage.sql.exec.bind(storage.sql);
  const setAlarm = storage.setAlarm.bind(storage);
  const deleteAlarm = storage.deleteAlarm.bind(storage);
  const transactionSync = storage.transactionSync.bind(storage);
  const kv = storage.kv;
  const own = (of: object, name: string, value: unknown) => Object.defineProperty(of, name, { value });
  own(storage.sql, "exec", (...given: Parameters<typeof exec>) => {
    const cursor = exec(...given);
    if (given[0].includes("__miniflare")) {
      return cursor; // the simulation's own note of an object's name
    }
    cursors.push({ statement: given[0], cursor: cursor as SqlStorageCursor<never> });
    return cursor;
  });
  own(storage, "setAlarm", (...given: Parameters<typeof setAlarm>) => {
    counted.alarms_set += 1;
    return setAlarm(...given);
  });
  own(storage, "deleteAlarm", () => {
    counted.alarms_deleted += 1;
    return deleteAlarm();
  });
  own(storage, "transactionSync", <Value>(work: () => Value): Value => {
    const began = performance.now();
    try {
      return transactionSync(work);
    } finally {
      const took = performance.now() - began;
      counted.transactions += 1;
      counted.transaction_ms += took;
      counted.transaction_ms_max = Math.max(counted.transaction_ms_max, took);
      settleCursors();
      databases.set(id, storage.sql.databaseSize);
    }
  });
  own(storage, "kv", new Proxy(kv, {
    get(target, name) {
      const member = Reflect.get(target, name) as unknown;
      if (typeof member !== "function") {
        return member;
      }
      counted.key_value_writes += name === "put" || name === "delete" ? 1 : 0;
      return member.bind(target);
    },
  }));
}

function meterQueue(queue: Queue): Pick<Queue, "send" | "sendBatch"> {
  const count = (body: unknown) => {
    counted.queue_writes += 1;
    counted.queue_operations += units(body);
  };
  return {
    send(body, options) {
      count(body);
      return queue.send(body, options);
    },
    sendBatch(given, options) {
      const messages = [...given];
      messages.forEach(({ body }) => count(body));
      return queue.sendBatch(messages, options);
    },
  };
}

const isQueue = (binding: unknown): binding is Queue =>
  typeof (binding as { sendBatch?: unknown } | undefined)?.sendBatch === "function";
const meterBindings = (env: Env): Env =>
  Object.fromEntries(Object.entries(env).map(([name, binding]) =>
    [name, isQueue(binding) ? meterQueue(binding) : binding])) as unknown as Env;

type Made<Base> = new (ctx: DurableObjectState, env: Env) => Base;

// The class with a meter at each public method: called from outside, each is a request.
function metered<Base extends object>(Real: Made<Base>, name: string): Made<Base> {
  const opened = new WeakMap<object, Open>();
  const Metered = class extends (Real as Made<object>) {
    constructor(ctx: DurableObjectState, env: Env) {
      const open = new Open();
      meterStorage(String(ctx.id), ctx.storage);
      const waitUntil = ctx.waitUntil.bind(ctx);
      Object.defineProperty(ctx, "waitUntil", {
        value: (work: Promise<unknown>) => {
          const leave = open.enter();
          waitUntil(work.finally(leave));
        },
      });
      super(ctx, meterBindings(env));
      opened.set(this, open);
    }
  };
  for (const method of Object.getOwnPropertyNames(Real.prototype)) {
    const real = (Real.prototype as Record<string, unknown>)[method];
    if (method === "constructor" || typeof real !== "function") {
      continue;
    }
    const isMessage = method === "webSocketMessage";
    Object.defineProperty(Metered.prototype, method, {
      writable: true, configurable: true,
      value(this: object, ...given: unknown[]) {
        const leave = opened.get(this)!.enter();
        counted.socket_messages += isMessage ? 1 : 0;
        const requests = counted.object_requests;
        if (!method.startsWith("webSocket")) {
          requests[`${name}.${method}`] = (requests[`${name}.${method}`] ?? 0) + 1;
        }
        let answer: unknown;
        try {
          answer = real.apply(this, given);
        } finally {
          if (!(answer instanceof Promise)) {
            leave();
          }
        }
        return answer instanceof Promise ? answer.finally(leave) : answer;
      },
    });
  }
  return Metered as unknown as Made<Base>;
}

export const Workspace = metered(RealWorkspace as unknown as Made<object>, "Workspace");
export const Directory = metered(RealDirectory as unknown as Made<object>, "Directory");

function tell(reset: boolean): Response {
  settleCursors();
  counted.stored_bytes = [...databases.values()].reduce((sum, size) => sum + size, 0);
  counted.wasm_bytes = memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
  const told = Response.json(counted);
  counted = reset ? nothing() : counted;
  return told;
}

export default {
  async fetch(request, env, ctx): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/counted") {
      return tell(request.method === "POST");
    }
    counted.worker_requests += 1;
    counted.worker_reports += pathname.startsWith("/api/webhooks/") ? 1 : 0;
    return worker.fetch!(request as never, env, ctx);
  },

  async queue(batch, env, ctx): Promise<void> {
    counted.queue_batches += 1;
    for (const { attempts, body } of batch.messages) {
      counted.queue_reads += 1;
      counted.queue_retries += attempts > 1 ? 1 : 0;
      counted.queue_operations += units(body) * (attempts > 1 ? 1 : 2); // read, and deleted once
    }
    counted.queue_dead += batch.queue.endsWith("-dead") ? batch.messages.length : 0;
    await worker.queue!(batch as never, env, ctx);
  },

  async scheduled(controller, env, ctx): Promise<void> {
    await worker.scheduled!(controller, env, ctx);
  },
} satisfies ExportedHandler<Env>;

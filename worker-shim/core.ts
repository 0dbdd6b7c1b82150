// The core in this isolate: one WebAssembly instance serves every object and the Worker itself. Whatever it
// throws is a broken invariant, after which nothing in its memory can be trusted: the instance is thrown
// away, the next use makes a new one, and cores of the old generation are made again in it.
import createCallgate from "../build/wasm/wasm/callgate.mjs";
import wasm from "../build/wasm/wasm/callgate.wasm";
import type {
  Arrival, Arriving, CallgateModule, CallgateOptions, Core, Host, Input, Output, Problem, Response,
} from "../wasm/callgate";
import { call, decode, encode } from "../wasm/wire.mjs";

type Variant<Union> = Union extends unknown ? Omit<Union, "now" | "entropy" | "limits" | "more" | "environment"> : never;
/** What happened; its time, randomness and limits are added here. */
export type Event = Variant<Input>;

export const BODY_BYTES_MAX = 8 * 1024 * 1024;
const REQUESTS_WINDOW_MS = 10_000;
/** Settings that the core reads, as core/input.hpp names them. */
const SETTINGS = [
  "DEFAULT_TIMEZONE", "DEFAULT_BUSINESS_HOURS_START", "DEFAULT_BUSINESS_HOURS_END", "QUEUE_RETRY_ATTEMPTS",
  "QUEUE_RETRY_BACKOFF_DELAY", "QUEUE_MAX_CONCURRENT", "QUEUE_RETRY_DELAYS", "QUEUE_DEFAULT_TIMEZONE",
  "QUEUE_BUSINESS_HOURS_START", "QUEUE_BUSINESS_HOURS_END",
  "QUEUE_CONCURRENCY", "CALLKARO_AGENT_ID",
] as const;
export type Settings = { requests_max: number; environment: [string, string][] };
export const settingsOf = (env: Env): Settings => ({
  requests_max: Math.floor(Number(env.REQUESTS_MAX)) || 0,
  environment: SETTINGS.flatMap((name): [string, string][] => (env[name] ? [[name, env[name]]] : [])),
});

const LIMITS = { body_bytes_max: BODY_BYTES_MAX, task_rows_max: 1000, attempts_per_row: 50 };

let current: CallgateModule | undefined;
let lastHost = 0;

function load(): CallgateModule {
  const options: CallgateOptions = {
    hosts: new Map(),
    instantiateWasm(imports, receive) {
      receive(new WebAssembly.Instance(wasm, imports));
      return {};
    },
  };
  // The glue makes these options the module itself, and with an instance at hand it is ready when it returns:
  // no promise, which in a Worker belongs to the request that made it.
  void createCallgate(options);
  return options as CallgateModule;
}

type Held = { module: CallgateModule; number: number; core: Core };

// A core and its host belong to an object that is forgotten when it hibernates.
const forgotten = new FinalizationRegistry<Held>(({ module, number, core }) => {
  if (module === current) {
    core.delete();
    module.hosts.delete(number);
  }
});

export class CoreFailed extends Error {}

export class WorkspaceCore {
  #held: Held | undefined;
  #now = 0;

  constructor(private readonly host: Host, private readonly settings: Settings = { requests_max: 0, environment: [] }) {}

  /** Throws CoreFailed: roll back what it wrote. */
  handle(event: Event, more: boolean, effects_given: number): Output {
    this.#now = Math.max(this.#now, Date.now()); // never backwards
    const entropy = crypto.getRandomValues(new Uint8Array(32)).toHex();
    const { requests_max, environment } = this.settings;
    const limits = { ...LIMITS, effects_given, ...(requests_max > 0 && { requests_max, requests_window_ms: REQUESTS_WINDOW_MS }) };
    const input = { now: this.#now, entropy, limits, more, ...(environment.length > 0 && { environment }), ...event } as Input;
    return this.#call("handle", encode(input));
  }

  arrive(asked: Omit<Arriving, "now">): Arrival {
    return this.#call("arrive", encode({ now: Date.now(), ...asked }));
  }

  problem(name: Problem, detail: string): Response {
    return this.#call<{ response: Response }>("problem", new TextEncoder().encode(`${name}\n${detail}`)).response;
  }

  dropCaches(): void {
    if (this.#held?.module === current) {
      this.#held?.core.dropCaches();
    }
  }

  #call<Said>(method: Parameters<typeof call>[2], input: Uint8Array): Said {
    let result;
    try {
      const { module, core } = this.#alive();
      result = call(module, core, method, input);
    } catch (error) {
      current = undefined;
      throw new CoreFailed(`the core broke: ${error}`, { cause: error });
    }
    if (result.status !== 0) {
      throw new CoreFailed(new TextDecoder().decode(result.bytes));
    }
    return decode<Said>(result.bytes);
  }

  #alive(): Held {
    current ??= load();
    if (this.#held?.module !== current) {
      const number = ++lastHost;
      current.hosts.set(number, this.host);
      this.#held = { module: current, number, core: new current.Core(number) };
      forgotten.register(this, this.#held);
    }
    return this.#held;
  }
}

// What a host says by itself needs neither storage nor a key.
const speaker = new WorkspaceCore({ workspace: "default" } as Host);
export const problem = (name: Problem, detail = "") => speaker.problem(name, detail);

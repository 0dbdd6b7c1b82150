// The core in this isolate: one WebAssembly instance serves every object and the Worker itself. Whatever it
// throws is a broken invariant, after which nothing in its memory can be trusted: the instance is thrown
// away, the next use makes a new one, and cores of the old generation are made again in it.
import createCallgate from "../build/wasm/wasm/callgate.mjs";
import wasm from "../build/wasm/wasm/callgate.wasm";
import type {
  CallgateModule, CheckedToken, Core, Credential, Host, HttpRequest, Input, Output,
} from "../wasm/callgate";
import { call, decode, encode } from "../wasm/wire.mjs";

type Variant<Union> = Union extends unknown ? Omit<Union, "now" | "entropy" | "limits" | "more"> : never;
/** What happened; its time, randomness and limits are added here. */
export type Event = Variant<Input>;

export const BODY_BYTES_MAX = 8 * 1024 * 1024;
const LIMITS = { body_bytes_max: BODY_BYTES_MAX, task_rows_max: 1000, attempts_per_row: 50 };

let current: CallgateModule | undefined;
let lastHost = 0;

function load(): CallgateModule {
  const options = {
    hosts: new Map<number, Host>(),
    instantiateWasm(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void) {
      const instance = new WebAssembly.Instance(wasm, imports);
      receive(instance);
      return instance.exports;
    },
  };
  // The glue makes these options the module itself, and with an instance at hand it is ready when it returns:
  // no promise, which in a Worker belongs to the request that made it.
  void createCallgate(options);
  return options as unknown as CallgateModule;
}

// A core and its host belong to an object that is forgotten when it hibernates.
const forgotten = new FinalizationRegistry<{ module: CallgateModule; number: number; core: Core }>(
  ({ module, number, core }) => {
    if (module === current) {
      core.delete();
      module.hosts.delete(number);
    }
  },
);

export class CoreFailed extends Error {}

export class WorkspaceCore {
  #module: CallgateModule | undefined;
  #core: Core | undefined;
  #now = 0;

  constructor(private readonly host: Host) {}

  /** Throws CoreFailed: roll back what it wrote. */
  handle(event: Event, more: boolean, effectsGiven: number): Output {
    return this.#call<Output>("handle", this.#input(event, more, effectsGiven));
  }

  /** The answer that needs no workspace, if this request has one. */
  answerEarly(request: HttpRequest): Output["answer"] {
    return this.#call<Output>("answerEarly", this.#input({ http_request: request })).answer;
  }

  authenticate(request: HttpRequest): Credential {
    return this.#call("authenticate", this.#input({ http_request: request }));
  }

  judgeClaims(checked: Omit<CheckedToken, "now">): Credential {
    return this.#call("judgeClaims", encode({ now: Date.now(), ...checked }));
  }

  unauthorized(reason: string): Output["answer"] {
    return this.#call<Output>("unauthorized", new TextEncoder().encode(reason)).answer;
  }

  dropCaches(): void {
    if (this.#module === current) {
      this.#core?.dropCaches();
    }
  }

  #call<Said = Credential>(method: Parameters<typeof call>[2], input: Uint8Array): Said {
    let result;
    try {
      const [module, core] = this.#alive();
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

  #alive(): [CallgateModule, Core] {
    current ??= load();
    if (this.#module !== current || this.#core === undefined) {
      const number = ++lastHost;
      current.hosts.set(number, this.host);
      this.#module = current;
      this.#core = new current.Core(number);
      forgotten.register(this, { module: current, number, core: this.#core });
    }
    return [this.#module, this.#core];
  }

  #input(event: Event, more = false, effects_given = 0): Uint8Array {
    this.#now = Math.max(this.#now, Date.now()); // never backwards
    const entropy = crypto.getRandomValues(new Uint8Array(32)).toHex();
    return encode({ now: this.#now, entropy, limits: { ...LIMITS, effects_given }, more, ...event } as Input);
  }
}

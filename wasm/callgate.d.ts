// Types of the module (callgate.mjs) and of the values that cross its door (wire.mjs). The names
// are those of core/input.hpp and core/output.hpp; instants are milliseconds since 1970, integers
// stay within 2^53.

/** A text that is not UTF-8 (a header in a log, sent in Latin-1) is a Uint8Array instead. */
export type Headers = [name: string, value: string][];

export interface Principal {
  workspace: string;
  subject: string;
  roles: string[];
  scopes: string[];
  /** What its workspace has to look up; absent: a token, which says all by itself. */
  credential?: string;
  ticket?: string;
  within?: string;
}

export interface HttpRequest {
  method: string;
  target: string;
  /** Names in lower case. */
  headers: Headers;
  body: Uint8Array;
  body_is_stream: boolean;
  /** The client speaks TLS; absent: it does not. */
  over_tls?: boolean;
  principal?: Principal;
}

export interface EffectKey {
  /** 1 place_call, 2 look_up_call, 3 end_call, 4 check_provider. */
  kind: 1 | 2 | 3 | 4;
  subject: number;
  attempt: number;
  fence: number;
}

export type EffectResult = { key: EffectKey } & (
  | { answered: { status: number; retry_after_s: number; body: Uint8Array } }
  | { not_sent: { reason: string } }
  | { no_answer: { reason: string } }
);

export interface ImportChunk {
  import: number;
  seq: number;
  bytes: Uint8Array;
  last: boolean;
  broken: boolean;
}

export type Input = {
  now: number;
  /** 32 bytes, lower-case hexadecimal. */
  entropy: string;
  limits: {
    body_bytes_max: number;
    task_rows_max: number;
    /** Dials of one Input that share a row. */
    attempts_per_row: number;
    /** Of one Output's effects so many carry their request; take_effects brings that of the others. */
    effects_given: number;
    /** Of one principal so many requests in a row, and as many again in the window; absent: any number. */
    requests_max?: number;
    requests_window_ms?: number;
    /** False: the storage only reads here; an Output without answer wants to be asked where it may write. */
    may_write?: boolean;
  };
  /** Another Input of the same transaction follows; the last one tells what all of them changed. */
  more: boolean;
  /** Settings of the host's environment that core/input.hpp names, as far as they are set. */
  environment?: [string, string][];
} & (
  | { http_request: HttpRequest }
  | { wake: Record<string, never> }
  | { effect_result: EffectResult }
  | { import_chunk: ImportChunk }
  | { take_effects: { keys: EffectKey[] } }
  | { give_back_effects: { keys: EffectKey[] } }
);

export interface Response {
  status: number;
  headers: Headers;
  body: Uint8Array;
}

export interface Event {
  type: string;
  revision: number;
  subject: string;
  data: string;
}

export interface Effect {
  key: EffectKey;
  not_after: number;
  /** Absent: the effect is only named, for take_effects. */
  request?: { method: string; url: string; headers: Headers; body: Uint8Array; timeout_ms: number };
}

export interface Output {
  answer?:
    | { response: Response }
    | { await: { effect: EffectKey; until: number; otherwise: Response } }
    | {
        stream: {
          subject?: string;
          backlog: Event[];
          after_revision: number;
          ends: boolean;
          /** By whose rights: it ends with any of them. */
          holders?: string[];
        };
      }
    | { ingest: { import: number; next_seq: number } };
  effects: Effect[];
  events: Event[];
  wake_at?: number;
  /** To the requests that await these effects. */
  replies?: { effect: EffectKey; response: Response }[];
  alerts: string[];
  /** Holders whose rights have changed: their streams end. */
  ended?: string[];
}

export interface Jwt {
  token: string;
  algorithm: "HS256" | "RS256" | "ES256" | "EdDSA";
  key_id: string;
}

/** A request before its workspace hears of it (core/api/arrival.hpp). */
export interface Arriving {
  now: number;
  /** Its body_is_stream: a body follows. With a principal: it was admitted, and this is its body. */
  http_request: HttpRequest;
  /** Of this deployment beside "default", comma separated. */
  workspaces: string;
  /** Other origins whose pages may ask, comma separated. */
  origins?: string;
  /** Of a token out of `jwt`. */
  signature?: {
    verified: boolean;
    /** Whose tokens that key verifies; absent: this deployment's own. */
    trust?: { issuer: string; audience: string; workspace: string };
  };
  body?: "whole" | "broken" | "too_large";
}

export interface Admitted {
  principal: Principal;
  /** The body is a stream for its workspace; else it is read whole. */
  is_list: boolean;
  /** Its answer is a stream of events, unless it is refused. */
  is_stream: boolean;
  /** A provider's: it may wait for others, and is never too many. */
  is_report: boolean;
  only_reads: boolean;
  /** Asked twice, it does what it does once. */
  repeatable: boolean;
  /** Of whatever answer it gets. */
  headers?: Headers;
}

export type Arrival =
  | { response: Response }
  /** One of the home's own: what it serves there gets these headers. */
  | { page: Response }
  /** An answer to somebody who may be guessing. */
  | { denied: Response }
  | { jwt: Jwt }
  | { admitted: Admitted };

/** What a host must say by itself. */
export type Problem =
  | "too_many_requests"
  | "body_broken"
  | "body_too_large"
  | "list_broken"
  | "not_saved"
  | "internal"
  | "failed"
  | "unanswered"
  | "workspace_unavailable"
  | "not_configured";

export type Value = null | number | string | Uint8Array;

export interface Rows {
  columns: number;
  rows: Iterable<ArrayLike<Value | bigint | ArrayBuffer>>;
  error?: undefined;
}

/**
 * The ports of one workspace, synchronous. A function that throws is taken as a failed one; exec
 * should answer `error` instead. `rows` may be lazy: it is read before exec's caller continues.
 */
export interface Host {
  workspace: string;
  exec(statement: string, params: Value[]): Rows | { error: string };
  sha256(data: Uint8Array): Uint8Array;
  hmac(hash: "sha1" | "sha256" | "sha512", key: Uint8Array, data: Uint8Array): Uint8Array;
  /** HMAC-SHA-256 under HKDF-SHA-256(deployment secret, no salt, info = purpose, 32 bytes). */
  deploymentMac(purpose: string, data: Uint8Array): Uint8Array;
  /** AES-256-GCM under the key of that purpose: ciphertext, then the 16-byte tag. */
  seal(purpose: string, nonce: Uint8Array, plaintext: Uint8Array, about: Uint8Array): Uint8Array;
  /** null when the tag does not fit. */
  open(
    purpose: string,
    nonce: Uint8Array,
    sealed: Uint8Array,
    about: Uint8Array,
  ): Uint8Array | null;
}

/**
 * 0: done, commit. 1: not an Input, nothing was touched. 2: failed, roll back. With 1 and 2 the
 * output is a text.
 */
export type Status = 0 | 1 | 2;

/**
 * One workspace's core. Write an encoded Input at room(size), call, then read outputSize() bytes at
 * output() from a HEAPU8 taken after the call (wire.mjs has that as `call`). A RuntimeError of
 * WebAssembly out of any of these is a broken invariant: throw the whole instance away.
 */
export interface Core {
  /** 0 when there is no memory for that. */
  room(size: number): number;
  output(): number;
  outputSize(): number;
  /**
   * Call it inside one transaction. The first Input is a wake: it brings the tables up to date, a
   * read does not.
   */
  handle(): Status;
  /** For an http_request; an Output without answer when the workspace has to be asked. */
  answerEarly(): Status;
  /** For an Arriving; the output is an Arrival. */
  arrive(): Status;
  /** room() holds a Problem's name and, after a line break, what to say; the output is an Arrival. */
  problem(): Status;
  /** After a transaction that was rolled back for another reason than a status 2. */
  dropCaches(): void;
  delete(): void;
}

export interface CallgateModule {
  /** Number the hosts as you like, before the Core of that number is made. */
  hosts: Map<number, Host>;
  HEAPU8: Uint8Array;
  Core: new (host: number) => Core;
}

export interface CallgateOptions {
  hosts: Map<number, Host>;
  wasmBinary?: ArrayBuffer | Uint8Array;
  instantiateWasm?(
    imports: WebAssembly.Imports,
    receive: (instance: WebAssembly.Instance) => void,
  ): WebAssembly.Exports | Record<string, never>;
  locateFile?(path: string): string;
}

export default function createCallgate(options: CallgateOptions): Promise<CallgateModule>;

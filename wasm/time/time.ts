// Questions of time and numbers, answered in the page (or in Node, or in a worker) by the core
// itself: the same WebAssembly that decides about calls, asked what the public routes are asked, so
// that a form can say "not at that hour" while somebody types, in the server's own words.
//
//   const time = await loadTime(new URL("./callgate.wasm", import.meta.url));
//   time.next({ after: new Date().toISOString(), config });
//
// Nothing is kept or sent; times are RFC 3339, zones IANA names. A question that the core refuses
// throws a Problem.
import createCallgate from "./callgate.mjs";
import { call, decode, encode } from "./wire.mjs";
import type { CallgateModule, Core, Host, Output } from "../callgate";

/** Each may be said in other words: activeDays ("Mon", "Monday"), start, end. */
export interface BusinessHours {
  /** 0 is Sunday. */
  daysOfWeek?: number[];
  activeDays?: string[];
  startTime?: string;
  start?: string;
  /** Before the start: on the next day. A full day is 00:00 to 24:00. */
  endTime?: string;
  end?: string;
  timezone: string;
}

export interface Calendar {
  /** Left out: at any hour. */
  businessHours?: BusinessHours;
  blackoutPeriods?: { start: string; end: string; reason?: string }[];
  holidays?: string[];
  priorityWindows?: { startTime: string; endTime: string; priority: number }[];
  defaultPriority?: number;
  priorityHours?: number[];
}

export interface NextQuestion {
  after: string;
  config: Calendar;
  horizonDays?: number;
  maxPriority?: number;
  level?: "urgent" | "high" | "normal" | "low";
}
export interface NextSlot {
  time: string;
  priority: number;
  preferred?: boolean;
}

export interface ValidateQuestion {
  at: string;
  now?: string;
  config: Calendar;
}
export interface Verdict {
  valid: boolean;
  /** not_in_future, blackout, holiday, day_not_allowed, outside_hours: all that apply. */
  reasons: string[];
  priority: number;
  /** Which of the blackout periods hold. */
  blackouts: number[];
}

export interface RecurrenceQuestion {
  timezone?: string;
  start?: string;
  after?: string;
  limit?: number;
  /** One of these three. */
  series?: {
    frequency: "daily" | "weekly" | "monthly";
    interval?: number;
    maxOccurrences?: number;
    endDate?: string;
  };
  rrule?: string;
  cron?: string;
}
export interface Recurrence {
  timezone: string;
  occurrences: {
    at: string;
    local: string;
    offsetSeconds: number;
    index?: number;
    notes: ("gap" | "fold" | "second" | "clamped" | "skipped")[];
    explanation?: string;
  }[];
  complete: boolean;
}

export interface NumberQuestion {
  number: string;
  defaultRegion?: string;
}
export interface NumberFacts {
  syntax: boolean;
  valid: boolean;
  /** Where it is not valid; the rest is then left out. */
  reason?: string;
  e164?: string;
  region?: string;
  callingCode?: number;
  type?: string;
  zones?: string[];
}

/** Either utc or local. */
export interface ConvertQuestion {
  zone: string;
  utc?: string;
  local?: string;
}
export interface Converted {
  zone: string;
  utc: string;
  local: string;
  offsetSeconds: number;
  kind: "unique" | "gap" | "fold";
  earlier: string;
  later: string;
}

export interface DailyCallQuestion {
  now: string;
  timezone: string;
  callTime: string;
  windowSeconds?: number;
  callEnabled?: boolean;
  calls?: { at: string; status: string }[];
}
export interface DailyCall {
  due: boolean;
  reason?: "disabled" | "outside_window" | "already_called";
  serviceDate?: string;
  target?: string;
  nextTarget: string;
}

export interface QuietHoursQuestion {
  at: string;
  zones: string[];
  /** Ranges [start, end] by weekday, "0" is Sunday: when calls are allowed. */
  policy: { weekly: Partial<Record<string, [start: string, end: string][]>>; holidays?: string[] };
  horizonDays?: number;
}
export interface QuietHours {
  allowed: boolean;
  blockedZones: string[];
  nextAllowed?: string;
}

export interface Issue {
  /** A JSON pointer into the question. */
  pointer: string;
  code: string;
  detail: string;
}

/** The core refused the question: RFC 9457, with every mistake and its place. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  /** The place of the first mistake, a JSON pointer into the question. */
  readonly field: string | undefined;
  readonly issues: readonly Issue[];

  constructor(status: number, problem: { code?: string; title?: string; detail?: string; issues?: Issue[] }) {
    super(problem.detail ?? problem.title ?? `status ${status}`);
    this.name = "Problem";
    this.status = status;
    this.code = problem.code ?? "unknown";
    this.detail = this.message;
    this.issues = problem.issues ?? [];
    this.field = this.issues[0]?.pointer;
  }
}

export interface Time {
  /** The first instant at which these settings allow a call. */
  next(question: NextQuestion): NextSlot;
  /** Everything that speaks against a call at an instant. */
  validate(question: ValidateQuestion): Verdict;
  /** What a series, an RRULE or a cron expression yields. */
  recurrence(question: RecurrenceQuestion): Recurrence;
  /** What is known of a telephone number. */
  number(question: NumberQuestion): NumberFacts;
  /** Between UTC and what a zone's clock reads. */
  convert(question: ConvertQuestion): Converted;
  /** Whether a person's daily call is due. */
  dailyCall(question: DailyCallQuestion): DailyCall;
  /** Whether a number in these zones may be rung, and when next. */
  quietHours(question: QuietHoursQuestion): QuietHours;
}

export type WasmSource = string | URL | Response | BufferSource | WebAssembly.Module;

/**
 * `source`: where callgate.wasm is, what was fetched from there, its bytes, or the compiled module. Should a
 * question ever end in a WebAssembly.RuntimeError, the core is broken: load it anew.
 */
export async function loadTime(source: WasmSource): Promise<Time> {
  const core = await instantiate(await compile(source));
  return {
    next: (question) => ask(core, "/api/scheduler/next", question),
    validate: (question) => ask(core, "/api/scheduler/validate", question),
    recurrence: (question) => ask(core, "/api/recurrence/preview", question),
    number: (question) => ask(core, "/api/numbers", question),
    convert: (question) => ask(core, "/api/time/convert", question),
    dailyCall: (question) => ask(core, "/api/daily-call/check", question),
    quietHours: (question) => ask(core, "/api/quiet-hours/check", question),
  };
}

async function compile(source: WasmSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) {
    return source;
  }
  const isPlace = typeof source === "string" || source instanceof URL;
  const found = isPlace ? await fetch(source) : source;
  if (!(found instanceof Response)) {
    return WebAssembly.compile(found);
  }
  if (!found.ok) {
    throw new Error(`callgate.wasm did not come: ${found.status} of ${found.url}`);
  }
  // Compiled while it arrives, where the server says what it is.
  return found.headers.get("content-type")?.startsWith("application/wasm")
    ? WebAssembly.compileStreaming(found)
    : WebAssembly.compile(await found.arrayBuffer());
}

interface Loaded {
  module: CallgateModule;
  core: Core;
}

function instantiate(compiled: WebAssembly.Module): Promise<Loaded> {
  // What is asked needs no storage, so there is none.
  const host = { workspace: "default" } as Host;
  return new Promise((resolve, reject) => {
    createCallgate({
      hosts: new Map([[1, host]]),
      instantiateWasm(imports, receive) {
        WebAssembly.instantiate(compiled, imports).then(receive, reject);
        return {};
      },
    }).then((module) => resolve({ module, core: new module.Core(1) }), reject);
  });
}

const NO_ENTROPY = "00".repeat(32);
const LIMITS = { body_bytes_max: 8 << 20, task_rows_max: 1000, attempts_per_row: 1, effects_given: 1000 };

function ask<Answer>({ module, core }: Loaded, target: string, question: object): Answer {
  const input = encode({
    now: Date.now(),
    entropy: NO_ENTROPY,
    limits: LIMITS,
    more: false,
    http_request: {
      method: "POST",
      target,
      headers: [["content-type", "application/json"]],
      body: new TextEncoder().encode(JSON.stringify(question)),
      body_is_stream: false,
      principal: { workspace: "default", subject: "page", roles: [], scopes: [] },
    },
  });
  const { status, bytes } = call(module, core, "answerEarly", input);
  if (status !== 0) {
    throw new Error(new TextDecoder().decode(bytes));
  }
  const { answer } = decode<Output>(bytes);
  if (answer === undefined || !("response" in answer)) {
    throw new Error(`${target} is for a workspace: ask the server`);
  }
  const { response } = answer;
  const body = JSON.parse(new TextDecoder().decode(response.body));
  if (response.status !== 200) {
    throw new Problem(response.status, body);
  }
  return body;
}

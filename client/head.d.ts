export interface CallgateOptions {
  /** Where callgate is; left out: where the page comes from. */
  url?: string;
  /** A JWT or an API key, or what brings one when it is needed; left out: the browser's session cookie. */
  token?: string | (() => string | undefined | Promise<string | undefined>);
  fetch?: typeof fetch;
  /** "include" where the session cookie is another origin's. */
  credentials?: RequestCredentials;
  /** How often what was refused for now (429, 503), or a GET that was not answered, is sent again; left out: 2. */
  retries?: number;
}

export interface RequestOptions {
  /** Such as Idempotency-Key, If-Match, and the content-type of a list. */
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface LiveEvent {
  id: string;
  event: string;
  data: Job;
}

/** A refusal. */
export class CallgateError extends Error {
  status: number;
  /** A stable word. */
  code: string;
  issues: { pointer: string; code: string; detail: string }[];
  body: unknown;
  headers: Headers;
}

export function createCallgate(options?: CallgateOptions): Callgate;

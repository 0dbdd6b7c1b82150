// The platform's requests, responses and bodies, as the core has them.
import type { Arriving, HttpRequest, Response as Answer } from "../wasm/callgate";

export function requestOf(request: Request): HttpRequest {
  const url = new URL(request.url);
  return {
    method: request.method,
    target: url.pathname + url.search,
    headers: [...request.headers], // their names are in lower case
    body: new Uint8Array(),
    body_is_stream: request.body !== null && request.headers.get("content-length") !== "0",
    over_tls: url.protocol === "https:",
  };
}

export function responseOf({ status, headers, body }: Answer, method: string): Response {
  const bodiless = method === "HEAD" || status === 204 || status === 304;
  return new Response(bodiless ? null : body, { status, headers });
}

/** A body cut into pieces of that size; the last one says how it ended. */
export async function* piecesOf(
  body: ReadableStream<Uint8Array> | null, size: number,
): AsyncGenerator<{ bytes: Uint8Array; ending?: "whole" | "broken" }> {
  let parts: Uint8Array[] = [];
  let held = 0;
  try {
    for await (const part of body ?? []) {
      parts.push(part);
      for (held += part.length; held >= size; held -= size) {
        const bytes = new Uint8Array(Buffer.concat(parts));
        parts = [bytes.slice(size)];
        yield { bytes: bytes.slice(0, size) };
      }
    }
  } catch {
    yield { bytes: new Uint8Array(), ending: "broken" };
    return;
  }
  yield { bytes: new Uint8Array(Buffer.concat(parts)), ending: "whole" };
}

/** All of a body, unless it is larger than allowed: then so many times that is read, and forgotten. */
export async function readBody(
  body: ReadableStream<Uint8Array> | null, allowed: number, times = 1,
): Promise<{ bytes: Uint8Array; read: NonNullable<Arriving["body"]> }> {
  let first;
  for await (const { bytes, ending } of piecesOf(body, allowed + 1)) {
    first ??= { bytes, read: ending ?? "too_large" as const };
    if (--times === 0) {
      break;
    }
  }
  return first!;
}

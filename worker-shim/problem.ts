// RFC 9457 problems that a host must make by itself, with the bytes that core/api/problem.cpp would make.
import type { Response as Answer } from "../wasm/callgate";

const TITLES: Record<number, string> = {
  400: "Bad Request", 413: "Content Too Large", 429: "Too Many Requests", 500: "Internal Server Error",
  503: "Service Unavailable",
};

export function problem(status: number, code: string, detail: string, headers: [string, string][] = []): Answer {
  const body = { type: `/problems/${code}`, title: TITLES[status], status, code, detail };
  return {
    status,
    headers: [["content-type", "application/problem+json"], ["cache-control", "no-store"], ...headers],
    body: new TextEncoder().encode(JSON.stringify(body)),
  };
}

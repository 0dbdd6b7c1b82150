// Inputs as the edge makes them, with a clock that moves a millisecond an Input.
import { createHash } from "node:crypto";

import { encode } from "../../wasm/wire.mjs";

const OWNER = { workspace: "default", subject: "bench", roles: ["owner"], scopes: [] };
const LIMITS = {
  body_bytes_max: 8 * 1024 * 1024, task_rows_max: 1000, attempts_per_row: 50, effects_given: 0,
};

export function inputs(start) {
  let now = start;
  const input = (event) => {
    now += 1;
    const entropy = createHash("sha256").update(String(now)).digest("hex");
    return encode({ now, entropy, limits: LIMITS, more: false, ...event });
  };
  const request = (method, target, body, { headers = [], principal = OWNER } = {}) =>
    input({
      http_request: {
        method, target,
        headers: [["content-type", "application/json"], ...headers],
        body: new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body) ?? ""),
        body_is_stream: false,
        ...(principal && { principal }),
      },
    });
  return { input, request, now: () => now, advance: (ms) => (now += ms) };
}

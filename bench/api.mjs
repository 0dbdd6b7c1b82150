// What the measures ask of callgate's HTTP API, beside the requests that are measured.

async function ask(server, method, path, body) {
  const response = await fetch(server.url + path, {
    method,
    headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === "" ? null : JSON.parse(text);
}

export const getJob = (server, id) => ask(server, "GET", `/api/jobs/${id}`);
export const startJob = (server, id) => ask(server, "POST", `/api/jobs/${id}/start`);

// A job that waits until somebody starts it, unless a schedule is given.
export const makeJob = (server, settings) =>
  ask(server, "POST", "/api/jobs", {
    name: "Bench",
    assistantId: "assistant",
    phoneNumberId: "number",
    ...settings,
  });

export const setLimits = (server, atOnce) =>
  ask(server, "PUT", "/api/scheduler/config", { rateLimits: { global: atOnce, perJob: atOnce } });

export const csvTarget = "/api/jobs?name=Bench&assistantId=assistant&phoneNumberId=number";

export async function carrierStats(carrier) {
  return (await fetch(`${carrier.url}/sim/stats`)).json();
}

// One entry a dial: number, created_at.
export async function carrierLedger(carrier) {
  const text = await (await fetch(`${carrier.url}/sim/ledger`)).text();
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

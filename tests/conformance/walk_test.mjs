// A walk through /openapi.json: every operation, with what its schema takes and with what nobody should send,
// thousands of times. No answer is a 5xx or outside its schema, and no refusal changes anything. What was drawn can
// be drawn again: CALLGATE_SEED says with what (it is printed), CALLGATE_WALK how many requests.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openHost, platform } from "./host.mjs";
import { mismatches } from "./schema.mjs";
import { chance, Values } from "./schema_values.mjs";

const seed = Number(process.env.CALLGATE_SEED ?? 1);
const requests = Number(process.env.CALLGATE_WALK ?? (platform.shared ? 800 : 2_000));
const random = chance(seed);
const known = new Map(); // word of a parameter or member → ids that exist
let host;
let owner;
let openapi;
let values;
let operations;

// What would end the walk itself, dial, or ask somebody who is not there.
const left = new Set([
  "get /api/events", "post /sign-out", "get /sign-in", "delete /api/sessions/{id}", "delete /api/sessions/current",
  "post /api/workspace/resume", "post /api/providers/{name}/check", "put /api/providers/{name}",
]);
// Everything that a request may change, as far as it is told.
const told = [
  "/api/jobs?limit=200", "/api/calls?limit=100", "/api/contacts?limit=100", "/api/suppressions", "/api/schedules", "/api/scheduler/config",
  "/api/limits", "/api/retention", "/api/workspace", "/api/keys", "/api/members", "/api/members/invitations", "/api/views",
  "/api/providers", "/api/surfaces/scheduling", "/api/surfaces/daily-calls", "/api/audit",
];

before(async () => {
  host = await openHost();
  owner = host.owner;
  openapi = await (await fetch(`${host.url}/openapi.json`)).json();
  values = new Values(openapi, random, known);
  operations = Object.entries(openapi.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, method, path, operation })))
    .filter(({ name }) => !left.has(name));
  await owner.must("POST", "/api/workspace/pause", { json: { note: "Nobody is to be called" } });
  remember("providers name", "vapi");
});
after(() => host?.close());

const forget = (id) => known.forEach((ids, word) => known.set(word, ids.filter((one) => String(one) !== id)));
const remember = (word, id) => known.set(word, [...new Set([...(known.get(word) ?? []), id])].slice(-20));
/** Ids that an answer shows, by the words that ask for such. */
function learn(path, body) {
  const [, , resource] = path.split("/");
  const words = { jobs: ["jobId", "jobIds", "campaignId"], contacts: ["contactId"], calls: ["callId", "callIds"] };
  for (const one of [body, ...Object.values(body ?? {}).flatMap((member) => (Array.isArray(member) ? member : [member]))]) {
    if (one !== null && typeof one === "object" && (typeof one.id === "string" || typeof one.id === "number")) {
      remember(`${resource} id`, one.id);
      (words[resource] ?? []).forEach((word) => remember(word, one.id));
    }
  }
}

// What requests may be about: much of it is soon removed by one of them.
let supplied = 0;
async function supply() {
  const number = () => `+1415${5_550_000 + (supplied++ % 9_999)}`;
  const job = { name: `Walked ${supplied}`, assistantId: "a", phoneNumberId: "p", phoneNumbers: [number(), number()] };
  const made = await owner.must("POST", "/api/jobs", { json: job });
  remember("imports id", made.import.id);
  const arms = [{ name: "one", assistantId: "one" }, { name: "two", assistantId: "two" }];
  learn("/api/jobs", await owner.must("POST", "/api/jobs", { json: { ...job, name: "Of two arms", experiment: { arms } } }));
  learn("/api/jobs", made);
  learn("/api/calls", await owner.must("GET", `/api/jobs/${made.id}/calls`));
  learn("/api/schedules", await owner.must("POST", "/api/schedules", {
    json: { name: `Walked ${supplied}`, timezone: "UTC", cron: "0 9 1 1 *", job },
  }));
  learn("/api/contacts", await owner.must("POST", "/api/contacts", { json: { firstName: "Ada", phoneNumbers: [number()] } }));
  learn("/api/keys", await owner.must("POST", "/api/keys", { json: { name: `Walked ${supplied}`, role: "viewer" } }));
  learn("/api/call-queue", await owner.must("GET", "/api/call-queue?limit=5"));
}

const state = async () => {
  const answers = [];
  for (const path of told) {
    const said = await owner.must("GET", path);
    answers.push(`${path} ${JSON.stringify(path === "/api/retention" ? said.rule : said)}`); // clearing away goes on by itself
  }
  return answers;
};

const query = (operation, bad) => {
  const asked = new URLSearchParams();
  for (const { in: where, name, schema, required } of operation.parameters ?? []) {
    if (where === "query" && name !== "ticket" && (required || random.oneIn(4))) {
      asked.set(name, bad && random.oneIn(2) ? values.hostileWord() : String(values.fitting(schema, name)));
    }
  }
  const text = asked.toString();
  return text === "" ? "" : `?${text}`;
};

function draw({ method, path, operation }) {
  const bad = random.oneIn(3);
  let id;
  const resource = path.split("/")[2];
  const of = (name) => known.get(`${resource} ${name}`) ?? known.get(name) ?? known.get(`${resource} id`) ?? [];
  const target = path.replace(/\{(\w+)\}/g, (_, name) => {
    const ids = of(name);
    const word = ids.length === 0 || random.oneIn(bad ? 3 : 10) ? values.hostileWord() : random.one(ids);
    id = String(word);
    return encodeURIComponent(id.toWellFormed().slice(0, 300) || "x");
  }) + query(operation, bad);
  const json = operation.requestBody?.content["application/json"];
  const headers = {};
  let body;
  if (json !== undefined) {
    body = bad ? values.spoilt(json.schema) : JSON.stringify(values.fitting(json.schema));
    headers["content-type"] = bad && random.oneIn(30) ? "text/plain" : "application/json";
  } else if (operation.requestBody !== undefined) {
    body = bad ? values.hostileWord() : "phone\n+14155550321\n";
    headers["content-type"] = random.one(Object.keys(operation.requestBody.content));
  } else if (bad && method !== "get" && random.oneIn(4)) {
    body = values.hostileWord();
    headers["content-type"] = "application/json";
  }
  return { target, id, options: { body, headers } };
}

function judge({ name, operation }, answer, drawn) {
  const asked = () => `seed ${seed}: ${name}: ${drawn.target.slice(0, 300)} ${String(drawn.options.body).slice(0, 600)}`;
  assert.ok(answer.status < 500, `${answer.status} for ${asked()}: ${JSON.stringify(answer.body).slice(0, 300)}`);
  let described = operation.responses[answer.status] ?? operation.responses.default;
  assert.ok(described, `${answer.status} is not described; ${asked()}`);
  if (described.$ref !== undefined) {
    described = values.resolve(described);
  }
  const type = (answer.headers.get("content-type") ?? "").split(";")[0];
  const content = described.content?.[type];
  assert.ok(answer.status < 400 || content !== undefined, `${type} is not described for ${answer.status} to ${asked()}`);
  if (typeof answer.body === "object" && content?.schema !== undefined) {
    assert.deepEqual(mismatches(openapi, content.schema, answer.body).slice(0, 3), [], `${answer.status} to ${asked()}`);
  }
}

test(`${requests} requests from seed ${seed}`, async (context) => {
  const counts = {};
  let before = null;
  let since = 0;
  const refused = [];
  const unchanged = async () => {
    if (before !== null && since > 0) {
      const now = await state();
      assert.deepEqual(now.filter((one, at) => one !== before[at]), [], `seed ${seed}: one of these changed something: ${refused.join("\n")}`);
    }
    refused.length = 0;
    since = 0;
  };
  for (let at = 0; at < requests; ++at) {
    if (at % 100 === 0) {
      await unchanged();
      await supply();
      before = null;
    }
    const one = at < operations.length ? operations[at] : random.one(operations);
    const drawn = draw(one);
    before ??= await state();
    const answer = await owner.send(one.method.toUpperCase(), drawn.target, drawn.options);
    counts[answer.status] = (counts[answer.status] ?? 0) + 1;
    judge(one, answer, drawn);
    if (answer.status < 300 && typeof answer.body === "object") {
      learn(one.path, answer.body);
    }
    if (drawn.id !== undefined && (answer.status === 404 || (one.method === "delete" && answer.status < 300))) {
      forget(drawn.id);
    }
    if (one.method !== "get") {
      if (answer.status < 300) {
        before = null; // what was refused just before it is not told apart from it
        since = 0;
        refused.length = 0;
      } else {
        refused.push(`${answer.status} ${one.name} ${drawn.target.slice(0, 200)} ${String(drawn.options.body).slice(0, 300)}`);
        if (++since === 10) {
          await unchanged();
        }
      }
    }
  }
  await unchanged();
  context.diagnostic(`answers by status: ${JSON.stringify(counts)}`);
  assert.ok(counts[200] > requests / 10 && (counts[422] ?? 0) > requests / 50, JSON.stringify(counts));
});

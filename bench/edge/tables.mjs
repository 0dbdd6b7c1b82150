// What was measured as tables of Markdown, to be pasted into bench/README.md as they are.
import { markdown } from "../figures.mjs";
import { AIM_GZIP_KB } from "./bundle.mjs";
import { rowsOf } from "./campaign.mjs";
import { cost, MILLION, OBJECT_GB, PRICES, PRICES_OF, SOCKET_MESSAGES } from "./prices.mjs";

const AIM_CORE_MS = 15;

const ms = (value) => `${value.toFixed(value < 10 ? 2 : 1)} ms`; // an aim lies between two of them
const kb = (bytes) => `${(bytes / 1000).toFixed(0)} KB`;
const both = ({ p50Ms, p99Ms }) => `p50 ${ms(p50Ms)}, p99 ${ms(p99Ms)}`;
const held = (holds) => (holds ? "held" : "**not held**");
const sizes = ({ raw, gzip }) => `${kb(raw)}, ${kb(gzip)} with gzip`;
const all = (counts) => Object.values(counts).reduce((sum, count) => sum + count, 0);

function bundleRows({ wasm, js, total }) {
  const aim = AIM_GZIP_KB * 1000;
  return [
    ["Bundle, all that is uploaded", sizes(total), `≤ ${AIM_GZIP_KB} KB with gzip: ${held(total.gzip <= aim)}`],
    ["″ the core as WebAssembly", sizes(wasm), ""],
    ["″ JavaScript: its glue and the shim", sizes(js), ""],
  ];
}

function coldRows({ known, fresh }) {
  return [
    [
      "Core, cold: instance, first Input, first answer (node, a fresh process)",
      `${both(known.core)}; of its own CPU ${both(known.coreCpu)}`,
      `≤ ${AIM_CORE_MS} ms: ${held(known.core.p50Ms <= AIM_CORE_MS)}`,
    ],
    ["″ compiling the module, which the platform does before", both(known.compile), ""],
    ["″ an instance and its glue", both(known.instantiate), ""],
    ["″ the first Input, a wake; where it makes the tables", `${both(known.wake)}; ${both(fresh.wake)}`, ""],
    ["″ the first answer, a list of jobs; the same again", `${both(known.answer)}; ${both(known.again)}`, ""],
  ];
}

function warmRows({ enqueue, page, wakeOne, wakeMany, take, placed, report }) {
  return [
    ["Core, warm: add one recipient", both(enqueue), ""],
    ["″ a page of 50 calls", both(page), ""],
    ["″ a wake that dials one; that dials 50", `${both(wakeOne)}; ${both(wakeMany)}`, ""],
    ["″ give out up to 6 dials", both(take), ""],
    ["″ take the provider's answer to a dial", both(placed), ""],
    ["″ a signed report of the provider", both(report), ""],
  ];
}

function runtimeRows({ cold, warm }) {
  const first = (name, then) => `${both(cold[name])}; then p50 ${ms(cold[then].p50Ms)}`;
  return [
    ["Runtime, from outside: a Worker that does nothing", both(warm.nothing), ""],
    ["″ first request to a fresh isolate, no object", first("isolate", "isolateWarm"), ""],
    ["″ first request to a workspace that never was", first("workspace", "workspaceWarm"), ""],
    ["″ first request to an object that was forgotten", first("object", "workspaceWarm"), ""],
    ["″ warm: add one recipient", both(warm.enqueue), ""],
    ["″ warm: a page of 50 calls", both(warm.page), ""],
  ];
}

// The runtime's own clock moves in whole milliseconds, and in production not at all while code runs.
const firstRows = ({ first }) => [[
  "Runtime, by its own clock: an instance; the first wake, which makes the tables, with the first answer",
  `${(first.instance_ms / first.instances).toFixed(0)} ms; ${first.transaction_ms.toFixed(0)} ms`, "",
]];

function listRows({ people, bytes, seconds, counts, beside }) {
  const mb = (size) => `${(size / 2 ** 20).toFixed(1)} MB`;
  const each = (rows) => (rows / people).toFixed(2);
  return [
    [`A list of ${people.toLocaleString("en")} people as one stream of ${(bytes / 1e6).toFixed(1)} MB`,
      `${seconds.toFixed(1)} s, ${each(rowsOf(counts))} rows written a person`, ""],
    ["″ the longest request of the object", `${counts.object_request_ms_max} ms`, "≤ 30 s, the platform's limit"],
    ["″ most memory: WebAssembly's; the rest of the isolate's",
      `${mb(counts.wasm_bytes)}; ${beside === null ? "?" : mb(beside.bytes)}`, "≤ 128 MB together, the platform's limit"],
  ];
}

function figuresTable({ bundle, cold, warm, runtime, list }) {
  const rows =
    [...bundleRows(bundle), ...coldRows(cold), ...warmRows(warm), ...runtimeRows(runtime), ...firstRows(list),
      ...listRows(list)];
  return markdown(["measure", "figure", "aim"], rows);
}

/** What a call takes of each item that has a price. */
function itemsOf({ people, total, stored }) {
  const items = {
    rowsWritten: rowsOf(total),
    rowsRead: total.rows_read,
    objectRequests: all(total.object_requests) + total.socket_messages / SOCKET_MESSAGES,
    objectGbSeconds: (total.busy_ms / 1000) * OBJECT_GB,
    workerRequests: total.worker_requests + total.queue_batches,
    workerCpuMs: total.runtime_cpu_ms,
    queueOperations: total.queue_operations,
    gbMonths: stored / 1e9,
  };
  return Object.fromEntries(Object.entries(items).map(([name, count]) => [name, count / people]));
}

const one = (value) => (value < 10 ? value.toFixed(2) : value.toFixed(1));

function campaignTable(campaigns) {
  const per = (pick) => campaigns.map((result) => one(pick(result) / result.people));
  const rpc = (pattern) => ({ total }) =>
    all(Object.fromEntries(Object.entries(total.object_requests).filter(([name]) => pattern.test(name))));
  const rows = [
    ["**rows written a call**, alarms among them", ...campaigns.map((result) => {
      const rows = rowsOf(result.total) / result.people;
      const aim = result.aim === undefined ? "" : ` (≤ ${result.aim}: ${held(rows <= result.aim)})`;
      return `**${one(rows)}**${aim}`;
    })],
    ["″ by the import", ...per(({ imported }) => rowsOf(imported))],
    ["″ by calling", ...per(({ called }) => rowsOf(called))],
    ["″ of these alarms set", ...per(({ total }) => total.alarms_set)],
    ["rows read", ...per(({ total }) => total.rows_read)],
    ["requests to objects", ...per(({ total }) => all(total.object_requests))],
    ["″ reports of the provider and requests from outside", ...per(rpc(/^Workspace\.(ask|fetch|takePiece)$/))],
    ["″ effects taken, results reported", ...per(rpc(/^Workspace\.(take|report|giveBack)$/))],
    ["″ alarms that fired", ...per(rpc(/\.alarm$/))],
    ["″ other", ...per(({ total }) => all(total.object_requests) -
      rpc(/^Workspace\.(ask|fetch|takePiece|take|report|giveBack)$|\.alarm$/)({ total }))],
    ["ms that an object was open, and billed", ...per(({ total }) => total.busy_ms)],
    ["transactions", ...per(({ total }) => total.transactions)],
    ["ms in a transaction", ...campaigns.map(({ total }) => one(total.transaction_ms / total.transactions))],
    ["requests to the Worker", ...per(({ total }) => total.worker_requests)],
    ["messages to queues (write, read, delete; retried)",
      ...campaigns.map(({ people, total }) => `${one(total.queue_writes / people)} ` +
        `(${one(total.queue_operations / people)}; ${one(total.queue_retries / people)})`)],
    ["ms of CPU, the whole runtime with what it simulates", ...per(({ total }) => total.runtime_cpu_ms)],
    ["bytes kept", ...per(({ stored }) => stored)],
    ["people; seconds until the last call had ended",
      ...campaigns.map(({ people, seconds }) => `${people}; ${seconds.toFixed(0)} s`)],
  ];
  return markdown(["a call takes", ...campaigns.map(({ title }) => title)], rows);
}

const ITEM_TITLES = {
  rowsWritten: "rows written", rowsRead: "rows read", objectRequests: "requests to objects",
  objectGbSeconds: "duration of objects", workerRequests: "requests to the Worker",
  workerCpuMs: "CPU, at most", queueOperations: "queue operations", gbMonths: "storage",
};

function dollarsTable(campaigns) {
  const bills = campaigns.map((result) =>
    Object.fromEntries(Object.entries(itemsOf(result)).map(([item, count]) => [item, cost(item, count) * MILLION])));
  const totals = bills.map(all);
  const rows = Object.entries(PRICES).map(([item, [dollars, unit, is]]) => [
    ITEM_TITLES[item], is, `$${dollars < 0.01 ? dollars : dollars.toFixed(2)}${unit === MILLION ? " a million" : ""}`,
    ...bills.map((bill, at) => `${bill[item].toFixed(2)} (${((bill[item] / totals[at]) * 100).toFixed(0)} %)`),
  ]);
  rows.push(["**together**", "", "", ...totals.map((total) => `**$${total.toFixed(2)}**`)]);
  const columns = ["dollars a million calls", "one is", `price, ${PRICES_OF}`, ...campaigns.map(({ title }) => title)];
  return markdown(columns, rows);
}

/** What the columns mean. */
function notes(campaigns) {
  const rows = (name) => {
    const found = campaigns.find((one) => one.name === name);
    return rowsOf(found.total) / found.people;
  };
  const told = campaigns.map(({ title, says }) => `${title}: ${says}.`);
  if (Math.abs(rows("new") - rows("known")) < 0.3) {
    told.push("(a) and (b) do not differ: nothing is kept of a contact beside its calls, so that a known caller " +
      "saves no row.");
  }
  return told;
}

/** All of it: where it was measured, the tables, what the columns mean. */
export function report(about, results) {
  const taken = about.taken_by_others === null ? "?" : (about.taken_by_others * 100).toFixed(0);
  const where = `${about.date}, ${about.cores} cores (${about.cpu}), commit ${about.commit}, ` +
    `wrangler ${about.wrangler}, workerd ${about.workerd}, Node ${about.node}; others took ${taken} % of the machine.`;
  const { campaigns } = results;
  const lines = notes(campaigns).map((line) => `- ${line}`).join("\n");
  return [where, figuresTable(results), campaignTable(campaigns), dollarsTable(campaigns), lines].join("\n\n");
}

// Times the calendar, the recurrence and the numbering plan natively, as WebAssembly under node, and in the
// libraries that people use for them. First everybody answers every question, and nothing is timed unless all
// answers are equal; then they are timed in turns, and the median turn is shown. Nothing is asserted about time.
//   node bench/schedule/main.mjs --native PROGRAM --wasm PROGRAM.js [--quick] [--cpu] [--runs N]
//     [--patient MINUTES]
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual, parseArgs } from "node:util";

import { markdown, medianRun } from "../figures.mjs";
import { untilIdle, watchOthers } from "../machine.mjs";
import { questions } from "./questions.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PLACE = join(ROOT, "build/bench");
const PEERS = ["moment-timezone", "luxon", "rrule", "libphonenumber-js"];
const CALM = 0.05; // of the machine, by others
const DISTURBED = 0.15;

// What is asked, by whom it can be answered besides callgate, and what callgate is to reach in a second.
const MEASURES = [
  {
    name: "hours",
    title: "Move an instant into business hours",
    peers: ["moment-timezone", "luxon"],
    aims: { native: 5e6, wasm: 3e6 },
  },
  {
    name: "gates",
    title: "Next instant by hours, 50 blackouts, 20 holidays, and the quiet hours of a number in two zones",
    peers: ["moment-timezone", "luxon"],
    aims: { native: 1e6 },
  },
  { name: "next", title: "″ without quiet hours, with its priority", peers: [], aims: {} },
  {
    name: "monthly",
    title: "Next of a series on the last day of the month",
    peers: ["moment-timezone", "luxon", "rrule"],
    aims: { native: 2e6 },
  },
  {
    name: "number",
    title: "Read a number, judge it, find its region, kind and zones",
    peers: ["libphonenumber-js"],
    aims: { native: 5e6 },
  },
];

const say = (text) => process.stderr.write(`${text}\n`);

const { values: options } = parseArgs({
  options: {
    native: { type: "string" },
    wasm: { type: "string" },
    quick: { type: "boolean", default: false },
    cpu: { type: "boolean", default: false },
    runs: { type: "string" },
    patient: { type: "string", default: "0" },
  },
});
const runs = Number(options.runs ?? (options.quick ? 1 : 5));
// By the clock; or by the CPU that each process took, which a busy machine lengthens less.
const by = options.cpu ? "perCpuSecond" : "perSecond";
const milliseconds = options.quick ? 200 : 1000;
const file = join(PLACE, "schedule-questions.json");

function ask(who, ...words) {
  const commands = { native: [options.native], wasm: [process.execPath, options.wasm] };
  const [program, ...first] = commands[who] ?? [process.execPath, join(ROOT, "bench/schedule/peer.mjs"), who];
  const output = execFileSync(program, [...first, ...words], {
    encoding: "utf8",
    env: { ...process.env, TZ: "UTC" }, // rrule reckons with the machine's own zone
    maxBuffer: 64 << 20,
  });
  return JSON.parse(output);
}

// Throws where two of them differ.
function compareAnswers() {
  const ours = ask("native", "answers", file);
  const counts = {};
  for (const who of ["wasm", ...PEERS]) {
    for (const [measure, theirs] of Object.entries(ask(who, "answers", file))) {
      const at = theirs.findIndex((answer, i) => !isDeepStrictEqual(answer, ours[measure][i]));
      if (at >= 0 || theirs.length !== ours[measure].length) {
        const [mine, other] = [ours[measure][at], theirs[at]].map((answer) => JSON.stringify(answer));
        throw new Error(`${measure}, question ${at}: callgate says ${mine}, ${who} says ${other}`);
      }
      counts[measure] = theirs.length;
    }
  }
  say(`the same answers from everybody: ${Object.entries(counts).map(([name, n]) => `${name} ${n}`).join(", ")}`);
}

async function timed(who, measure) {
  const patient = Number(options.patient);
  for (;;) {
    const idle = patient === 0 || (await untilIdle(patient, CALM));
    const others = watchOthers();
    const { questions: asked, seconds, cpuSeconds } = ask(who, "time", file, measure.name, String(milliseconds));
    const othersShare = others();
    if (patient === 0 || !idle || othersShare < DISTURBED) {
      return { perSecond: asked / seconds, perCpuSecond: asked / cpuSeconds, othersShare };
    }
    say(`  again: others took ${Math.round(othersShare * 100)} % of the machine`);
  }
}

const rate = ({ [by]: perSecond }) =>
  perSecond >= 1e5 ? `${(perSecond / 1e6).toFixed(2)} M/s` : `${(perSecond / 1e3).toFixed(2)} k/s`;
const times = (ratio) => `${ratio.toFixed(ratio < 10 ? 1 : 0)}×`;

function aimed(measure, who, figure) {
  const aim = measure.aims[who];
  if (aim === undefined) return rate(figure);
  return `${rate(figure)} (≥ ${aim / 1e6} M/s: ${figure[by] >= aim ? "held" : "**not held**"})`;
}

async function run(measure) {
  const turns = {};
  for (let i = 0; i < runs; i += 1) {
    for (const who of ["native", "wasm", ...measure.peers]) {
      (turns[who] ??= []).push(await timed(who, measure));
    }
  }
  const shown = Object.fromEntries(Object.entries(turns).map(([who, all]) => [who, medianRun(all, by)]));
  say(`  ${Object.entries(shown).map(([who, figure]) => `${who} ${rate(figure)}`).join(", ")}`);
  return { name: measure.name, turns, shown };
}

function rowsOf(measure, { turns, shown }) {
  const shares = Object.values(turns).flat().map(({ othersShare }) => othersShare);
  const others = shares.includes(null) ? "" : `${Math.round(Math.max(...shares) * 100)} %`;
  const ours = [measure.title, aimed(measure, "native", shown.native), aimed(measure, "wasm", shown.wasm)];
  if (measure.peers.length === 0) return [[...ours, "", "", "", "", others]];
  return measure.peers.map((peer, i) => [
    ...(i === 0 ? ours : ["″", "″", "″"]),
    peer,
    rate(shown[peer]),
    times(shown.native[by] / shown[peer][by]),
    times(shown.wasm[by] / shown[peer][by]),
    others,
  ]);
}

const version = (name) => JSON.parse(readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8")).version;

mkdirSync(PLACE, { recursive: true });
writeFileSync(file, JSON.stringify(questions));
compareAnswers();
const results = [];
for (const measure of MEASURES) {
  say(`${measure.name}: ${measure.title}`);
  results.push(await run(measure));
}
const columns = [
  options.cpu ? "questions a second of CPU" : "questions a second",
  "callgate",
  "callgate as WebAssembly",
  "peer",
  "the peer's",
  "callgate ×",
  "WebAssembly ×",
  "taken by others",
];
const rows = MEASURES.flatMap((measure, i) => rowsOf(measure, results[i]));
const versions = [...PEERS, "moment"].map((name) => `${name} ${version(name)}`).join(", ");
process.stdout.write(
  `${new Date().toISOString().slice(0, 10)}, one of ${availableParallelism()} cores (${cpus()[0]?.model ?? ""}), ` +
    `Node ${process.version.slice(1)}, ${versions}.\n\n${markdown(columns, rows)}\n`,
);
const latest = join(PLACE, "schedule-latest.json");
writeFileSync(latest, `${JSON.stringify({ options, versions, results }, null, 2)}\n`);
say(`every turn is in ${latest}`);

// Makes table.cpp beside this file: an example of every JSON body that the description of the API names, out of
// what the conformance suite asked a server and was answered.
//
//   node core/api/examples/generate.mjs [--binary build/dev/native-server/callgate] [--recorded FILE]
//
// Plays the suite with CALLGATE_RECORD (tests/e2e/client.mjs) against that binary, or takes what was recorded before.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { mismatches } from "../../../tests/conformance/schema.mjs";
import { CallgateServer, freePort } from "../../../tests/e2e/processes.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));
// Bodies that nobody would send, and answers of a host that is a test's own.
const leftOut = ["walk_test.mjs", "refusals_test.mjs", "tokens_test.mjs", "programs_test.mjs"];
const kBytesMax = 1500;

async function descriptionFrom(binary, folder) {
  const server = new CallgateServer({ binary, folder, port: await freePort(), flags: [] });
  await server.start();
  const openapi = await (await fetch(`${server.url}/openapi.json`)).json();
  await server.stop();
  return openapi;
}

async function play(binary, file) {
  const suites = readdirSync(`${root}tests/conformance`)
    .filter((name) => name.endsWith("_test.mjs") && !leftOut.includes(name)).map((name) => `${root}tests/conformance/${name}`);
  const run = spawn(process.execPath, ["--test", "--test-concurrency=1", "--test-reporter=dot", ...suites], {
    stdio: "inherit", env: { ...process.env, CALLGATE_BINARY: binary, CALLGATE_RECORD: file },
  });
  const [code] = await once(run, "exit");
  if (code !== 0) {
    throw new Error("the suite failed: no examples are taken from it");
  }
}

// What differs from run to run or has no business in a public text.
const tidied = (line) => line
  .replace(/http:\/\/127\.0\.0\.1:\d+/g, "https://calls.example.com")
  .replace(/cg_live_[\w-]+/g, "cg_live_…").replace(/\b(eyJ|cg\w\.)[\w-]+\.[\w.-]+/g, "$1…");

/** Lists cut to their first two items, where the schema lets them be. */
const cut = (value) =>
  Array.isArray(value) ? value.slice(0, 2).map(cut)
    : value !== null && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, cut(one)]))
      : value;

/** How much a reader learns from it: every name once; nothing from what is too long to be read. */
function worth(value) {
  const names = new Set();
  const walk = (at, path) => {
    for (const [key, one] of Object.entries(at ?? {})) {
      const place = Array.isArray(at) ? path : `${path}/${key}`;
      names.add(place);
      if (typeof one === "object") {
        walk(one, place);
      }
    }
  };
  walk(value, "");
  return JSON.stringify(value).length > kBytesMax ? -JSON.stringify(value).length : names.size;
}

const matcherOf = (pattern) =>
  new RegExp(`^${pattern.replace(/[.]/g, "\\.").replace(/\{\w+\}/g, "[^/]+")}$`);

function examplesOf(openapi, exchanges) {
  const operations = Object.entries(openapi.paths).flatMap(([pattern, methods]) =>
    Object.entries(methods).map(([method, described]) => ({ method: method.toUpperCase(), pattern, described })))
    // A static segment wins over a parameter.
    .sort((a, b) => a.pattern.split("{").length - b.pattern.split("{").length);
  const matchers = operations.map(({ pattern }) => matcherOf(pattern));
  const best = new Map();
  const usable = (schema, value) => schema !== undefined && value !== null && typeof value === "object"
    && mismatches(openapi, schema, cut(value)).length === 0;
  const offer = (key, worthOfIt, rows) => {
    if (worthOfIt > (best.get(key)?.worth ?? -Infinity)) {
      best.set(key, { worth: worthOfIt, rows });
    }
  };
  for (const { method, path, json, status, body } of exchanges) {
    const at = operations.findIndex((one, index) => one.method === method && matchers[index].test(path.split("?")[0]));
    if (at < 0 || status < 200 || status > 299) {
      continue;
    }
    const { pattern, described } = operations[at];
    const row = (of, value) => ({ method, pattern, status: of, value: cut(value) });
    const asked = usable(described.requestBody?.content["application/json"]?.schema, json) ? [row(0, json)] : [];
    const told = usable(described.responses[status]?.content?.["application/json"]?.schema, body) ? [row(status, body)] : [];
    // A request and its own answer, and of each other answer the best.
    const rows = [...asked, ...told];
    offer(`${pattern} ${method}`, rows.reduce((sum, { value }) => sum + worth(value), 0), rows);
    offer(`${pattern} ${method} ${status}`, told.length > 0 ? worth(told[0].value) : -Infinity, told);
  }
  const rows = new Map();
  for (const [, { rows: found }] of [...best.entries()].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const one of found) {
      const key = `${one.pattern} ${one.method} ${one.status}`;
      rows.set(key, rows.get(key) ?? one);
    }
  }
  return [...rows.values()];
}

// Pieces of a raw literal, as long as a line may be.
const literal = (text) => text.match(/.{1,84}/gsu).map((piece) => `R"~(${piece})~"`).join("\n");

function tableOf(examples) {
  const rows = examples.map(({ method, pattern, status, value }) =>
    `{"${method}", "${pattern}", ${status},\n${literal(JSON.stringify(value))}},`);
  return `// Generated by generate.mjs from what the conformance suite asked and was answered; do not edit.
#include "core/api/examples/examples.hpp"

namespace callgate {
namespace {

// clang-format off
constexpr Example kExamples[] = {
${rows.join("\n")}
};
// clang-format on

}  // namespace

std::span<const Example> examples() {
  return kExamples;
}

}  // namespace callgate
`;
}

const { values: options } = parseArgs({
  options: { binary: { type: "string", default: `${root}build/dev/native-server/callgate` }, recorded: { type: "string" } },
});
const folder = mkdtempSync(join(tmpdir(), "callgate-examples-"));
const file = options.recorded ?? join(folder, "recorded");
if (!options.recorded) {
  await play(options.binary, file);
}
const exchanges = readFileSync(file, "utf8").trim().split("\n").map((line) => JSON.parse(tidied(line)));
const examples = examplesOf(await descriptionFrom(options.binary, folder), exchanges);
writeFileSync(new URL("table.cpp", import.meta.url), tableOf(examples));
rmSync(folder, { recursive: true });
console.log(`${examples.length} examples`);

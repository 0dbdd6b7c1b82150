// Which test shows which capability of the five published documents: docs/coverage.md, made from
// tests/conformance/inventory.tsv (the capabilities), the titles of tests/conformance/document_?_test.mjs (a title
// names the rows that its test shows: "A-002 A-069 … A-073: …") and elsewhere.tsv (rows that no request shows).
//
//   node scripts/coverage.mjs    writes it, and says what has no place (tests/conformance/coverage_test.mjs holds both)
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const suites = `${root}tests/conformance/`;
export const target = `${root}docs/coverage.md`;
const table = (file) => readFileSync(file, "utf8").trimEnd().split("\n").slice(1).map((line) => line.split("\t"));

/** The ids that a text names: "A-002, A-069 … A-073" or "A-069 to A-073". */
export function idsIn(text) {
  const found = [];
  for (const [, letter, first, last] of text.matchAll(/\b([A-E])-(\d{3})(?: (?:…|to) [A-E]-(\d{3}))?/g)) {
    for (let at = Number(first); at <= Number(last ?? first); ++at) {
      found.push(`${letter}-${String(at).padStart(3, "0")}`);
    }
  }
  return found;
}

/** A title without its rows. */
const plain = (title) => title.replace(/^[A-E]-[^:]*: /, "").replace(/ \([A-E]-[^)]*\)$/, "");

/** What is shown where, and every mistake: {places: id → [where], wrong: [text]}. */
export function coverage() {
  const known = new Map(table(`${suites}inventory.tsv`).map(([id, , kind, capability]) => [id, { kind, capability }]));
  const places = new Map();
  const wrong = [];
  const note = (ids, where, from) => {
    for (const id of ids) {
      if (!known.has(id)) {
        wrong.push(`${from} names ${id}, which is none of the inventory's`);
      }
      places.set(id, [...(places.get(id) ?? []), where]);
    }
  };
  for (const file of readdirSync(suites).filter((name) => /^document_[a-e]_test\.mjs$/.test(name)).sort()) {
    const text = readFileSync(suites + file, "utf8");
    for (const [, literal] of text.matchAll(/\btest\(\s*("(?:[^"\\]|\\.)*"(?:\s*\+\s*"(?:[^"\\]|\\.)*")*)/g)) {
      const title = literal.split(/"\s*\+\s*"/).join("").slice(1, -1);
      note(idsIn(title), `${file}: ${plain(title)}`, file);
    }
  }
  for (const [rows, where] of table(`${suites}elsewhere.tsv`)) {
    note(idsIn(rows), where, "elsewhere.tsv");
  }
  for (const id of known.keys()) {
    if (!places.has(id)) {
      wrong.push(`${id} is shown nowhere: ${known.get(id).capability}`);
    }
  }
  return { known, places, wrong };
}

const cell = (text) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");

export function page({ known, places }) {
  const lines = [
    "# Coverage of the five published documents", "",
    "Every capability of the five published APIs that callgate serves, and what shows it: a test that asks both hosts over",
    "HTTP, or the place where it stands otherwise. Made by `node scripts/coverage.mjs`; a test holds it.",
  ];
  for (const letter of "ABCDE") {
    const own = [...known].filter(([id]) => id.startsWith(letter));
    lines.push("", `## Document ${letter}: ${own.length} capabilities`, "", "| id | kind | capability | shown by |", "|---|---|---|---|");
    for (const [id, { kind, capability }] of own) {
      lines.push(`| ${id} | ${kind} | ${cell(capability)} | ${(places.get(id) ?? ["**nothing**"]).map(cell).join("; ")} |`);
    }
  }
  return `${lines.join("\n")}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const made = coverage();
  writeFileSync(target, page(made));
  made.wrong.forEach((line) => console.log(line));
  console.log(`docs/coverage.md: ${made.known.size} capabilities, ${made.wrong.length} to be mended`);
}

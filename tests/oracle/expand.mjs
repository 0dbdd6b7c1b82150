// Writes tzdata.zi in the long form of the database's sources, as date's tz.cpp reads them:
//   node expand.mjs tzdata.zi FOLDER
// Only words are made longer; the lines and what they say stay.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September",
  "October", "November", "December"];
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

// The one name that a shortened word stands for, cut to the three letters that are read.
function longer(word, names) {
  const fits = names.filter((name) => name.startsWith(word));
  if (fits.length !== 1) throw new Error(`${word} stands for ${fits.length} names`);
  return fits[0].slice(0, 3);
}

const month = (word) => longer(word, MONTHS);

function day(word) {
  const [, last, name, rest] = /^(last)?([A-Za-z]*)(.*)$/.exec(word);
  return (last ?? "") + (name && longer(name, DAYS)) + rest;
}

// A year, then month, day and time as far as they are given.
const date = ([year, ...rest]) =>
  [year, ...rest.map((word, i) => [month, day][i]?.(word) ?? word)].filter((word) => word !== undefined);

// FROM TO - IN ON AT SAVE LETTER; what a minimum of letters means there.
function rule([, name, from, to, , ...rest]) {
  const [monthWord, dayWord, ...tail] = rest;
  const until = to === "o" ? "only" : to === "ma" ? "max" : to;
  return ["Rule", name, from, until, "-", month(monthWord), day(dayWord), ...tail];
}

function expand(line) {
  const words = line.split(" ");
  switch (words[0]) {
    case "R": return rule(words).join(" ");
    case "L": return ["Link", ...words.slice(1)].join(" ");
    case "Z": return ["Zone", ...words.slice(1, 5), ...date(words.slice(5))].join(" ");
    default: return "\t" + [...words.slice(0, 3), ...date(words.slice(3))].join(" ");
  }
}

const [source, folder] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node expand.mjs tzdata.zi FOLDER");
  process.exit(2);
}
const text = readFileSync(source, "latin1");
const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "version"), `${/^# version (\S+)/.exec(text)[1]}\n`);
writeFileSync(join(folder, "europe"), `${lines.map(expand).join("\n")}\n`);

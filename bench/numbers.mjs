// Telephone numbers by index, each one valid and used once in a run: load.cpp counts the same way.
// N11 and 555 are no exchanges where people live.
import { closeSync, openSync, writeSync } from "node:fs";

const AREAS = [415, 628, 510, 650, 408, 925];
const LINES = 10_000;
const EXCHANGES = [];
for (let exchange = 200; exchange < 1000; exchange += 1) {
  if (exchange % 100 !== 11 && exchange !== 555) EXCHANGES.push(exchange);
}
const PER_AREA = EXCHANGES.length * LINES;

export function numberAt(index) {
  const area = AREAS[Math.floor(index / PER_AREA) % AREAS.length];
  const exchange = EXCHANGES[Math.floor((index % PER_AREA) / LINES)];
  return `+1${area}${exchange}${String(index % LINES).padStart(4, "0")}`;
}

const FIRST = ["Ada", "Grace", "Edsger", "Barbara", "Donald", "Frances", "Tony", "Radia"];
const LAST = ["Lovelace", "Hopper", "Dijkstra", "Liskov", "Knuth", "Allen", "Hoare", "Perlman"];

export const CSV_HEADER = "phone,first name,last name,account";

// A list as people export it: a number, a name, and a column of their own.
export function writeCsv(path, rows) {
  const file = openSync(path, "w");
  let lines = [CSV_HEADER];
  for (let i = 0; i < rows; i += 1) {
    const first = FIRST[i % FIRST.length];
    const last = LAST[Math.floor(i / FIRST.length) % LAST.length];
    lines.push(`${numberAt(i)},${first},${last},AC-${String(i).padStart(8, "0")}`);
    if (lines.length >= 20_000) {
      writeSync(file, `${lines.join("\n")}\n`);
      lines = [];
    }
  }
  if (lines.length > 0) writeSync(file, `${lines.join("\n")}\n`);
  closeSync(file);
}

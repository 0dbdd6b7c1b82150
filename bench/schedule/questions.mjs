// What everybody is asked, callgate and its peers alike: the same settings, the same instants of one year at
// random, the same numbers. Run as a program it writes them for the C++ of bench/schedule.cpp:
//   node bench/schedule/questions.mjs FILE
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const DAY_MS = 86_400_000;
const YEAR = Date.UTC(2026, 0, 1);
const INSTANTS = 4096;

// A generator of Lehmer's: the same numbers everywhere, without a seed from outside.
function* lehmer() {
  for (let state = 1; ; ) {
    state = (state * 48_271) % 2_147_483_647;
    yield state / 2_147_483_647;
  }
}

// Whole seconds, so that a library that drops milliseconds is not wrong for that.
function instants() {
  const random = lehmer();
  return Array.from({ length: INSTANTS }, () => YEAR + Math.floor(random.next().value * 365 * 86_400) * 1000);
}

const hours = { daysOfWeek: [1, 2, 3, 4, 5], startTime: "09:00", endTime: "17:00", timezone: "America/New_York" };

// 50 maintenance windows of 30 hours, one a week, and 20 holidays.
const blackouts = Array.from({ length: 50 }, (_, week) => {
  const start = YEAR + week * 7 * DAY_MS;
  return { start, end: start + 30 * 3_600_000 };
});
const holidays = Array.from({ length: 20 }, (_, n) => new Date(YEAR + n * 18 * DAY_MS).toISOString().slice(0, 10));

// A number of Florida's panhandle may be in either of two zones; 08:00 to 20:00 on both clocks.
const quiet = { zones: ["America/Chicago", "America/New_York"], startTime: "08:00", endTime: "20:00" };

// On the last day of each month.
const monthly = { start: Date.UTC(2026, 0, 31, 14), timezone: "America/New_York" };

// As people wrote them, with and without a country code, of ninety countries.
function numbers() {
  const path = fileURLToPath(new URL("../../tests/vectors/e164.jsonl", import.meta.url));
  const rows = readFileSync(path, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
  return rows
    .filter(({ expect }) => expect.valid)
    .map(({ input }) => ({ raw: input.raw, region: input.defaultRegion ?? "" }));
}

export const questions = { instants: instants(), hours, blackouts, holidays, quiet, monthly, numbers: numbers() };

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(process.argv[2], JSON.stringify(questions));
}

// Asks callgate those rows of number_rows.py on which google-libphonenumber and libphonenumber-js agree:
//   node numbers.mjs FOLDER PROGRAM ROWS.jsonl     FOLDER has both below node_modules
// The three references have metadata of three releases; what they differ on is left out and counted.
// Zones come from the map of Python's release alone: rows that differ in nothing else are counted too.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";

const [folder, program, file] = process.argv.slice(2);
const require = createRequire(resolve(folder, "index.js"));
const { PhoneNumberFormat, PhoneNumberType, PhoneNumberUtil } = require("google-libphonenumber");
const { parsePhoneNumberFromString, validatePhoneNumberLength } = require("libphonenumber-js/max");
const google = PhoneNumberUtil.getInstance();
const { ValidationResult } = PhoneNumberUtil;
const REASONS = {
  [ValidationResult.TOO_SHORT]: "too_short",
  [ValidationResult.TOO_LONG]: "too_long",
  [ValidationResult.INVALID_LENGTH]: "invalid_length",
};
const NAMES = Object.fromEntries(
  Object.entries(PhoneNumberType).map(([name, number]) => [number, name.toLowerCase()]));

function byGoogle(text, region) {
  let number;
  try {
    number = google.parse(text, region);
  } catch (error) {
    return { valid: false, reason: /country/i.test(error.message) ? "unknown_country_code" : error.message };
  }
  if (!google.isValidNumber(number)) {
    return { valid: false, reason: REASONS[google.isPossibleNumberWithReason(number)] ?? "not_assigned" };
  }
  return {
    valid: true,
    reason: null,
    e164: google.format(number, PhoneNumberFormat.E164),
    region: google.getRegionCodeForNumber(number),
    type: NAMES[google.getNumberType(number)],
  };
}

function byJs(text, region) {
  const number = parsePhoneNumberFromString(text, { defaultCountry: region, extract: false });
  if (number?.isValid()) {
    const { number: e164, country = "001" } = number;
    return { valid: true, reason: null, e164, region: country, type: number.getType()?.toLowerCase() };
  }
  const wrong = validatePhoneNumberLength(text, { defaultCountry: region, extract: false });
  const words = { INVALID_COUNTRY: "unknown_country_code", NOT_A_NUMBER: "syntax" };
  return { valid: false, reason: words[wrong] ?? wrong?.toLowerCase() ?? "not_assigned" };
}

function agree({ input, expect }) {
  const text = input.raw.replace(/[ .()-]/g, "");
  if (!/^\+?[0-9]+$/.test(text) || expect.reason === "syntax") {
    return expect.reason === "syntax";
  }
  return [byGoogle, byJs].every((reference) =>
    Object.entries(reference(text, input.defaultRegion ?? undefined)).every(([key, value]) => expect[key] === value));
}

const rows = readFileSync(file, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
const asked = rows.filter(agree);
const askedFile = `${file}.agreed`;
writeFileSync(askedFile, asked.map((row) => `${JSON.stringify(row)}\n`).join(""));
const { stdout } = spawnSync(process.execPath, ["scripts/vectors.mjs", "--native", program, askedFile], {
  encoding: "utf8",
  maxBuffer: 1 << 28,
});
const lines = stdout.trimEnd().split("\n");
const [, passed] = /^(\d+) passed, \d+ failed$/.exec(lines.at(-1)) ?? [undefined, 0];
const inputs = new Map(asked.map(({ id, input }) => [id, input]));
let zones = 0;
let failed = 0;
for (let i = 0; i + 2 < lines.length; i += 3) {
  const { zones: mapped, ...want } = JSON.parse(lines[i + 1].replace("  expected ", ""));
  const { zones: ours, ...got } = JSON.parse(lines[i + 2].replace("  got ", ""));
  if (isDeepStrictEqual(want, got) && Array.isArray(mapped) === Array.isArray(ours)) {
    zones += 1;
  } else {
    failed += 1;
    console.log([JSON.stringify(inputs.get(lines[i])), ...lines.slice(i + 1, i + 3)].join("\n"));
  }
}
failed += asked.length - Number(passed) - zones - failed;
console.log(`${rows.length - asked.length} of ${rows.length} rows left out: the references disagree`);
console.log(`${zones} differ in nothing but zones, which another release of the map has otherwise`);
console.log(`${asked.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 && asked.length > 0 ? 0 : 1;

// JSON Schema 2020-12 as far as /openapi.json uses it. An unknown keyword is an error, so that nothing is
// passed over in silence.

const annotations = new Set(["description", "title", "default", "examples"]);

// Formats that have a form; the others (phone, time-zone) are words for people.
const formats = {
  "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
  "time-of-day": /^\d\d:\d\d$/,
};

function resolve(document, schema) {
  if (schema.$ref === undefined) {
    return schema;
  }
  return schema.$ref.slice(2).split("/").reduce((at, word) => at[word], document);
}

const typeOf = (value) =>
  value === null ? "null" : Array.isArray(value) ? "array" : Number.isInteger(value) ? "integer" : typeof value;

const checks = {
  type: (wanted, value, at) => {
    const found = typeOf(value);
    const fits = [wanted].flat().some((one) => one === found || (one === "number" && found === "integer"));
    return fits ? [] : [`${at} is ${found}, not ${wanted}`];
  },
  enum: (words, value, at) => (words.includes(value) ? [] : [`${at} is not one of ${words}`]),
  minimum: (bound, value, at) => (typeof value !== "number" || value >= bound ? [] : [`${at} is below ${bound}`]),
  maximum: (bound, value, at) => (typeof value !== "number" || value <= bound ? [] : [`${at} is above ${bound}`]),
  minLength: (bound, value, at) => (typeof value !== "string" || [...value].length >= bound ? [] : [`${at} is short`]),
  maxLength: (bound, value, at) => (typeof value !== "string" || [...value].length <= bound ? [] : [`${at} is long`]),
  minItems: (bound, value, at) => (!Array.isArray(value) || value.length >= bound ? [] : [`${at} has few items`]),
  maxItems: (bound, value, at) => (!Array.isArray(value) || value.length <= bound ? [] : [`${at} has many items`]),
  maxProperties: (bound, value, at) =>
    typeOf(value) !== "object" || Object.keys(value).length <= bound ? [] : [`${at} has many members`],
  format: (name, value, at) =>
    typeof value !== "string" || (formats[name] ?? /^/).test(value) ? [] : [`${at} is no ${name}: ${value}`],
  required: (names, value, at) => names.filter((name) => !(name in value)).map((name) => `${at}/${name} is missing`),
};

/** What contradicts the schema, a sentence each. */
export function mismatches(document, schema, value, at = "") {
  const found = [];
  const resolved = resolve(document, schema);
  for (const [keyword, argument] of Object.entries(resolved)) {
    if (keyword in checks) {
      found.push(...checks[keyword](argument, value, at));
    } else if (keyword === "anyOf") {
      if (!argument.some((one) => mismatches(document, one, value, at).length === 0)) {
        found.push(`${at} is none of ${argument.map(({ type, $ref }) => type ?? $ref)}`);
      }
    } else if (keyword === "items") {
      for (const [index, item] of (Array.isArray(value) ? value : []).entries()) {
        found.push(...mismatches(document, argument, item, `${at}/${index}`));
      }
    } else if (keyword === "propertyNames") {
      for (const name of typeOf(value) === "object" ? Object.keys(value) : []) {
        found.push(...mismatches(document, argument, name, `the name ${at}/${name}`));
      }
    } else if (keyword === "additionalProperties" && typeOf(argument) === "object") {
      for (const [name, member] of typeOf(value) === "object" ? Object.entries(value) : []) {
        if (!(name in (resolved.properties ?? {}))) {
          found.push(...mismatches(document, argument, member, `${at}/${name}`));
        }
      }
    } else if (keyword === "properties") {
      for (const [name, property] of Object.entries(argument)) {
        if (value !== null && typeof value === "object" && name in value) {
          found.push(...mismatches(document, property, value[name], `${at}/${name}`));
        }
      }
      if (resolved.additionalProperties !== true && typeof value === "object" && value !== null) {
        const unknown = Object.keys(value).filter((name) => !(name in argument));
        found.push(...unknown.map((name) => `${at}/${name} is not documented`));
      }
    } else if (keyword !== "additionalProperties" && !annotations.has(keyword)) {
      found.push(`${at}: the schema has ${keyword}, which is not checked`);
    }
  }
  return found;
}

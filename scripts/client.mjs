// Writes the generated half of client/ from the API's own description:
//   ./dev run, then   node scripts/client.mjs http://127.0.0.1:8787/openapi.json
// The conformance suite holds what is committed against the description of the host under test.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = new URL("../client/", import.meta.url);

const nameOf = (ref) => ref.split("/").at(-1);
const key = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

function comment(text, indent) {
  return text ? `${indent}/** ${text.replaceAll("*/", "* /")} */\n` : "";
}

function typeOf(schema, indent = "") {
  if (schema.$ref) {
    return nameOf(schema.$ref);
  }
  if (schema.const !== undefined) {
    return JSON.stringify(schema.const);
  }
  if (schema.enum) {
    return schema.enum.map((word) => JSON.stringify(word)).join(" | ");
  }
  const either = schema.anyOf ?? schema.oneOf;
  if (either) {
    return either.map((one) => typeOf(one, indent)).join(" | ");
  }
  if (Array.isArray(schema.type)) {
    return schema.type.map((type) => typeOf({ ...schema, type }, indent)).join(" | ");
  }
  switch (schema.type) {
    case "string": return "string";
    case "integer":
    case "number": return "number";
    case "boolean": return "boolean";
    case "null": return "null";
    case "array": {
      const item = typeOf(schema.items ?? {}, indent);
      return /[| ]/.test(item) ? `(${item})[]` : `${item}[]`;
    }
    case "object": return objectOf(schema, indent);
    default: return "unknown";
  }
}

function objectOf(schema, indent) {
  const inside = `${indent}  `;
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) =>
    `${comment(field.description, inside)}${inside}${key(name)}${schema.required?.includes(name) ? "" : "?"}: ${typeOf(field, inside)};\n`);
  if (fields.length === 0) {
    return typeof schema.additionalProperties === "object"
      ? `Record<string, ${typeOf(schema.additionalProperties, indent)}>`
      : "Record<string, unknown>";
  }
  return `{\n${fields.join("")}${indent}}`;
}

const bodyType = (content) => content?.["application/json"]?.schema;

function askedOf(pattern, operation) {
  const parameters = operation.parameters ?? [];
  const fields = parameters.filter((one) => one.in === "path").map(({ name }) => `    ${key(name)}: string;\n`);
  const query = parameters.filter((one) => one.in === "query");
  const content = operation.requestBody?.content;
  const streams = Object.keys(content ?? {}).some((type) => type !== "application/json");
  if (query.length > 0) {
    const must = query.some(({ required }) => required) && !streams;
    const names = query.map((one) =>
      `${comment(one.description, "      ")}      ${key(one.name)}${one.required ? "" : "?"}: ${typeOf(one.schema, "      ")};\n`);
    fields.push(`    query${must ? "" : "?"}: {\n${names.join("")}    };\n`);
  }
  if (content) {
    const json = bodyType(content);
    const types = [...(json ? [typeOf(json, "    ")] : []), ...(streams ? ["BodyInit"] : [])];
    fields.push(`    body${operation.requestBody.required ? "" : "?"}: ${types.join(" | ")};\n`);
  }
  return fields;
}

function answerOf(operation) {
  const types = new Set(Object.entries(operation.responses)
    .filter(([status]) => /^2/.test(status))
    .map(([, { content }]) => (content === undefined ? "undefined" : bodyType(content) ? typeOf(bodyType(content), "  ") : "string")));
  return [...types].join(" | ") || "undefined";
}

/** {"index.d.ts", "operations.js"} for a description. */
export function clientOf(openapi) {
  const methods = [];
  const table = [];
  for (const [pattern, paths] of Object.entries(openapi.paths)) {
    for (const [method, operation] of Object.entries(paths)) {
      const fields = askedOf(pattern, operation);
      const must = fields.some((field) => !/^ {4}\S+\?:/.test(field));
      table.push(`  ${operation.operationId}: "${method.toUpperCase()} ${pattern}",\n`);
      methods.push(`  /** ${[operation.summary, operation.description].filter(Boolean).join(". ").replaceAll("*/", "* /")} */\n` +
        `  ${operation.operationId}(asked${must ? "" : "?"}: RequestOptions${fields.length ? ` & {\n${fields.join("")}  }` : ""}): Promise<${answerOf(operation)}>;\n`);
    }
  }
  const schemas = Object.entries(openapi.components.schemas).map(([name, schema]) => {
    const text = comment(schema.description, "");
    return schema.type === "object" && schema.properties
      ? `${text}export interface ${name} ${objectOf(schema, "")}\n`
      : `${text}export type ${name} = ${typeOf(schema)};\n`;
  });
  const head = "// Generated from the API's description by scripts/client.mjs.\n";
  return {
    "operations.js": `${head}export const operations = {\n${table.join("")}};\n`,
    "index.d.ts": `${head}${readFileSync(new URL("head.d.ts", folder), "utf8")}
export interface Callgate {
  /** Any route, as "METHOD /path/{parameter}". */
  request(operation: string, asked?: RequestOptions & Record<string, unknown>): Promise<unknown>;
  /** Live states of jobs; goes on after a lost connection, and misses nothing. */
  events(asked?: { jobId?: string; lastEventId?: string; signal?: AbortSignal }): AsyncGenerator<LiveEvent, void, void>;
${methods.join("")}}

${schemas.join("\n")}`,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [url] = process.argv.slice(2);
  if (!url) {
    console.error("usage: node scripts/client.mjs http://127.0.0.1:8787/openapi.json");
    process.exit(2);
  }
  for (const [name, text] of Object.entries(clientOf(await (await fetch(url)).json()))) {
    writeFileSync(new URL(name, folder), text);
  }
}

// Asks callgate the conformance vectors, in the words of its public routes, and compares every answer
// with what the row expects, key by key:
//   node scripts/vectors.mjs (--native PROGRAM | --wasm callgate.mjs) FILE…
// A row is {"id", "family", "input", "expect"}, one a line. Each failure is printed with its id, what was
// expected and what came; the last line is "N passed, N failed". A line that is no row fails too.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";

import { call, decode, encode } from "../wasm/wire.mjs";
import { families, refusal } from "./vector_families.mjs";

const ROWS_AT_ONCE = 256;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function inputOf({ family, input }) {
  return encode({
    now: 0,
    entropy: "00".repeat(32),
    limits: { body_bytes_max: 8 << 20, task_rows_max: 1000, attempts_per_row: 1, effects_given: 1000 },
    more: false,
    http_request: {
      method: "POST",
      target: families[family].target,
      headers: [["content-type", "application/json"]],
      body: encoder.encode(JSON.stringify(families[family].body(input))),
      body_is_stream: false,
      principal: { workspace: "default", subject: "vectors", roles: [], scopes: [] },
    },
  });
}

function answerOf({ family, input }, output) {
  const { response } = decode(output).answer ?? {};
  if (response === undefined) {
    return "no answer: the request is for a workspace";
  }
  const body = JSON.parse(decoder.decode(response.body));
  return response.status === 200 ? families[family].answer(body, input) : refusal(body, input);
}

// The product's module itself. What is asked needs no storage, so it gets none.
async function openWasm(path) {
  const file = pathToFileURL(resolve(path)).href;
  const { default: createCallgate } = await import(file);
  const wasmBinary = await readFile(resolve(path).replace(/\.mjs$/, ".wasm"));
  const module = await createCallgate({ hosts: new Map([[1, { workspace: "default" }]]), wasmBinary });
  const core = new module.Core(1);
  return {
    async ask(inputs) {
      return inputs.map((input) => {
        const { status, bytes } = call(module, core, "answerEarly", input);
        if (status !== 0) {
          throw new Error(decoder.decode(bytes));
        }
        return bytes;
      });
    },
    close: async () => core.delete(),
  };
}

const framed = (bytes) => {
  const record = Buffer.alloc(4 + bytes.length);
  record.writeUInt32LE(bytes.length);
  record.set(bytes, 4);
  return record;
};

// A program that answers records with records (tests/vectors/answer.cpp).
function openNative(program) {
  const child = spawn(program, [], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const pieces = child.stdout[Symbol.asyncIterator]();
  let waiting = Buffer.alloc(0);
  child.stdin.on("error", () => {}); // it has ended, and take() says so
  async function take(size) {
    while (waiting.length < size) {
      const { done, value } = await pieces.next();
      if (done) {
        throw new Error(`${program} ended before it had answered (exit code ${(await ended)[0]})`);
      }
      waiting = Buffer.concat([waiting, value]);
    }
    const taken = waiting.subarray(0, size);
    waiting = waiting.subarray(size);
    return taken;
  }
  return {
    async ask(inputs) {
      child.stdin.write(Buffer.concat(inputs.map(framed)));
      const outputs = [];
      while (outputs.length < inputs.length) {
        outputs.push(await take((await take(4)).readUInt32LE()));
      }
      return outputs;
    },
    async close() {
      child.stdin.end();
      const [code] = await ended;
      if (code !== 0) {
        throw new Error(`${program} ended with exit code ${code}`);
      }
    },
  };
}

class Run {
  passed = 0;
  failed = 0;

  constructor(home) {
    this.home = home;
  }

  fail(...lines) {
    this.failed += 1;
    console.log(lines.join("\n"));
  }

  async rows(rows) {
    const outputs = await this.home.ask(rows.map(({ input }) => input));
    rows.forEach(({ row }, i) => {
      const got = answerOf(row, outputs[i]);
      if (isDeepStrictEqual(got, row.expect)) {
        this.passed += 1;
      } else {
        const text = (value) => JSON.stringify(value);
        this.fail(`${row.id}`, `  expected ${text(row.expect)}`, `  got      ${text(got)}`);
      }
    });
  }

  // The row of a line with its request, or undefined once it is said what is wrong with it.
  read(line, place) {
    try {
      const row = JSON.parse(line);
      for (const name of ["id", "family", "input", "expect"]) {
        if (row?.[name] === undefined) {
          throw new Error(`the row has no ${name}`);
        }
      }
      if (!Object.hasOwn(families, row.family)) {
        throw new Error(`there is no family ${JSON.stringify(row.family)}`);
      }
      return { row, input: inputOf(row) };
    } catch (error) {
      this.fail(`${place}: ${error.message}`);
      return undefined;
    }
  }

  async file(path) {
    let waiting = [];
    let number = 0;
    const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
    for await (const line of lines) {
      number += 1;
      const row = line.trim() === "" ? undefined : this.read(line, `${path}:${number}`);
      if (row !== undefined && waiting.push(row) === ROWS_AT_ONCE) {
        await this.rows(waiting);
        waiting = [];
      }
    }
    await this.rows(waiting);
  }
}

const [kind, where, ...files] = process.argv.slice(2);
if (!["--native", "--wasm"].includes(kind) || files.length === 0) {
  console.error("usage: node scripts/vectors.mjs (--native PROGRAM | --wasm callgate.mjs) FILE…");
  process.exit(2);
}
const run = new Run(await (kind === "--wasm" ? openWasm(where) : openNative(where)));
for (const file of files) {
  const before = run.passed + run.failed;
  try {
    await run.file(file);
    if (run.passed + run.failed === before) {
      run.fail(`${file}: there is no row in it`);
    }
  } catch (error) {
    run.fail(`${file}: ${error.message}`);
  }
}
await run.home.close();
console.log(`${run.passed} passed, ${run.failed} failed`);
process.exitCode = run.failed === 0 ? 0 : 1;

// The core in a page: Chromium loads the WebAssembly that is shipped through wasm/time, and answers every
// conformance vector.  node wasm/time/build.mjs && node --test tests/browser/
// CHROMIUM names another browser, CALLGATE_TIME another folder than build/wasm/time. Without a browser
// everything here is skipped, and says so.
import assert from "node:assert/strict";
import { accessSync, constants } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";

import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../../", import.meta.url));
const place = process.env.CALLGATE_TIME ?? join(root, "build/wasm/time");
const vectors = join(root, "tests/vectors");

function findBrowser() {
  const named = process.env.CHROMIUM;
  for (const path of named ? [named] : ["/usr/bin/chromium", "/usr/bin/google-chrome"]) {
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not here
    }
  }
  return undefined;
}

const executablePath = findBrowser();
const skip = executablePath ? false : "there is no Chromium here: nothing of this was tested in a browser";
if (skip) console.error(`SKIPPED: ${skip}`);

const folders = { "/time/": place, "/scripts/": join(root, "scripts"), "/page/": join(root, "tests/browser") };
const types = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript" };

// What a web server would send; /plain/ is one that does not know WebAssembly.
async function serve(request, response) {
  const url = new URL(request.url, "http://page");
  const plain = url.pathname.startsWith("/plain/");
  const path = plain ? url.pathname.replace("/plain/", "/time/") : url.pathname;
  const folder = Object.keys(folders).find((prefix) => path.startsWith(prefix));
  try {
    const body = await readFile(join(folders[folder], normalize(`/${path.slice(folder.length)}`)));
    const wasm = plain ? "application/octet-stream" : "application/wasm";
    const type = extname(path) === ".wasm" ? wasm : types[extname(path)];
    response.writeHead(200, { "content-type": type }).end(body);
  } catch {
    response.writeHead(404).end();
  }
}

let server, browser, page, url;
const complaints = [];

before(async () => {
  if (skip) return;
  server = createServer(serve);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${server.address().port}`;
  // The sandbox wants rights that a container's root has not; the page is ours.
  browser = await chromium.launch({ executablePath, args: ["--headless=new", "--no-sandbox", "--disable-gpu"] });
  page = await browser.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.goto(`${url}/page/page.html`);
  await page.waitForFunction(() => window.ready === true);
});

after(async () => {
  await browser?.close();
  server?.close();
  if (!skip) assert.deepEqual(complaints, [], "the page complained");
});

const files = (await readdir(vectors)).filter((name) => name.endsWith(".jsonl"));
for (const file of files) {
  test(`a page answers ${file} as it stands`, { skip }, async () => {
    const rows = (await readFile(join(vectors, file), "utf8")).trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.ok(rows.length > 0);
    const answers = await page.evaluate((asked) => window.answers(asked), rows);
    const wrong = rows.flatMap((row, i) =>
      isDeepStrictEqual(answers[i], row.expect) ? [] : [{ id: row.id, expect: row.expect, got: answers[i] }],
    );
    assert.deepEqual(wrong, []);
    assert.equal(answers.length, rows.length);
  });
}

test("a refusal is an error with its code, its place and its words", { skip }, async () => {
  const problem = await page.evaluate(async () => {
    const time = await window.loadTime("/time/callgate.wasm");
    const businessHours = { daysOfWeek: [1], startTime: "09:00", endTime: "25:00", timezone: "Europe/Berlin" };
    try {
      time.next({ after: "2026-01-01T00:00:00Z", config: { businessHours } });
      return null;
    } catch (error) {
      const { name, status, code, field, detail, message } = error;
      return { isProblem: error instanceof window.Problem, name, status, code, field, detail, message };
    }
  });
  assert.equal(problem?.isProblem, true);
  assert.equal(problem.name, "Problem");
  assert.equal(problem.status, 422);
  assert.equal(problem.code, "invalid_config");
  assert.equal(problem.field, "/config/businessHours/endTime");
  assert.match(problem.detail, /24:00/);
  assert.equal(problem.message, problem.detail);
});

test("it loads from a place, an answer, bytes and a module, whatever the server calls it", { skip }, async () => {
  const readings = await page.evaluate(async () => {
    const bytes = await (await fetch("/time/callgate.wasm")).arrayBuffer();
    const sources = [
      "/time/callgate.wasm",
      "/plain/callgate.wasm",
      new URL("/time/callgate.wasm", location.href),
      await fetch("/time/callgate.wasm"),
      bytes,
      new Uint8Array(bytes),
      await WebAssembly.compile(bytes),
    ];
    const loaded = await Promise.all(sources.map(window.loadTime));
    const question = { zone: "America/New_York", utc: "2026-07-01T16:00:00Z" };
    return loaded.map((time) => time.convert(question).local);
  });
  assert.deepEqual(readings, Array(7).fill("2026-07-01T12:00:00"));
});

test("what is not there, or is no WebAssembly, is an error", { skip }, async () => {
  const said = await page.evaluate(async () => {
    const words = async (source) => window.loadTime(source).then(() => "loaded", (error) => `${error}`);
    return [await words("/time/nowhere.wasm"), await words(new Uint8Array([1, 2, 3]))];
  });
  assert.match(said[0], /404/);
  assert.match(said[1], /CompileError/);
  // The browser tells about the first one by itself.
  complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes("404")));
});

// One library as a program, with the arguments of bench/schedule.cpp and its name before them:
//   node bench/schedule/peer.mjs NAME answers FILE | node bench/schedule/peer.mjs NAME time FILE MEASURE MS
import { readFileSync } from "node:fs";

import { peers } from "./peers.mjs";

const [name, what, file, measure, milliseconds] = process.argv.slice(2);
const questions = JSON.parse(readFileSync(file, "utf8"));
const countOf = (each) => (each === "number" ? questions.numbers : questions.instants).length;

function answers() {
  const all = {};
  for (const [each, make] of Object.entries(peers[name])) {
    const question = make(questions);
    all[each] = Array.from({ length: countOf(each) }, (_, i) => question(i));
  }
  return all;
}

let kept = 0; // so that every question is asked
function run(question, count, budgetMs) {
  const began = performance.now();
  let asked = 0;
  do {
    for (let i = 0; i < 64; i += 1) {
      kept += Number(question(asked % count) !== null);
      asked += 1;
    }
  } while (performance.now() - began < budgetMs);
  return { questions: asked, seconds: (performance.now() - began) / 1000 };
}

function time() {
  const question = peers[name][measure](questions);
  const count = countOf(measure);
  run(question, count, milliseconds / 2); // until the engine has compiled it
  const cpuBegan = process.cpuUsage();
  const { questions: asked, seconds } = run(question, count, Number(milliseconds));
  const { user, system } = process.cpuUsage(cpuBegan);
  return { questions: asked, seconds, cpuSeconds: (user + system) / 1e6, kept };
}

process.stdout.write(`${JSON.stringify(what === "answers" ? answers() : time())}\n`);

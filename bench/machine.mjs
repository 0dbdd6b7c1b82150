// The machine a figure was measured on: what it is, what its disk needs, and how much of it other
// programs took meanwhile. Where there is no /proc the last is not known.
import {
  closeSync,
  fdatasyncSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { availableParallelism, cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { latencies } from "./figures.mjs";
import { freshFolder, PLACE, TICKS_PER_SECOND, versions } from "./processes.mjs";

// What an append of 4 KB costs until it is on the disk: the floor under every durable figure.
// For three seconds: a disk that stalls now and then looks idle in less.
function measureDisk() {
  const folder = freshFolder("disk");
  const file = openSync(join(folder, "file"), "w");
  const bytes = Buffer.alloc(4096, 1);
  const took = [];
  const end = performance.now() + 3000;
  while (performance.now() < end) {
    const began = performance.now();
    writeSync(file, bytes);
    fdatasyncSync(file);
    took.push(performance.now() - began);
  }
  closeSync(file);
  rmSync(folder, { recursive: true });
  return latencies(took);
}

function diskType() {
  try {
    const lines = readFileSync("/proc/self/mounts", "utf8").trim().split("\n");
    const mounts = lines.map((line) => line.split(" "));
    const fits = mounts.filter(([, at]) => PLACE.startsWith(at === "/" ? "/" : `${at}/`));
    const [device, , type] = fits.sort((left, right) => right[1].length - left[1].length)[0];
    return `${device} ${type}`;
  } catch {
    return "unknown disk";
  }
}

export function describe() {
  return {
    date: new Date().toISOString().slice(0, 10),
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? "",
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: `${process.platform} ${release()}`,
    disk: diskType(),
    fdatasync: measureDisk(),
    versions: versions(),
  };
}

// Seconds of CPU since the machine started and since this program did, its ended children included.
function busySeconds() {
  try {
    const [user, nice, system, , , irq, softirq] = readFileSync("/proc/stat", "utf8")
      .match(/^cpu +(.*)$/m)[1]
      .split(" ")
      .map(Number);
    const own = readFileSync("/proc/self/stat", "utf8").replace(/^.*\) /, "").split(" ");
    return {
      at: performance.now() / 1000,
      all: (user + nice + system + irq + softirq) / TICKS_PER_SECOND,
      own: own.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND,
    };
  } catch {
    return null;
  }
}

// Call it, do something whose processes have all ended, call what it returned: the share of the
// machine that others took meanwhile, from 0 to 1. Interrupts count as theirs.
export function watchOthers() {
  const before = busySeconds();
  return () => {
    const now = busySeconds();
    if (!before || !now) return null;
    const others = now.all - before.all - (now.own - before.own);
    return Math.max(others / (now.at - before.at) / availableParallelism(), 0);
  };
}

// Waits until others leave the machine alone for three seconds; false: not within these minutes.
export async function untilIdle(minutes, share) {
  const deadline = performance.now() + minutes * 60_000;
  for (let calm = 0; calm < 3; ) {
    const others = watchOthers();
    await sleep(1000);
    calm = (others() ?? 0) < share ? calm + 1 : 0;
    if (performance.now() > deadline) return false;
  }
  return true;
}

// How an end-to-end run says what it found: a line a check, up to ten examples of what contradicts it, and
// at the end "N passed, N failed", which ./dev counts.
import { makeFolder, removeFolder } from "./processes.mjs";

export class Verdicts {
  constructor() {
    this.passed = 0;
    this.failed = 0;
  }

  /** `contradictions` are sentences; none means that the claim holds. */
  claim(sentence, contradictions) {
    const holds = contradictions.length === 0;
    holds ? (this.passed += 1) : (this.failed += 1);
    console.log(`${holds ? "ok     " : "NOT OK "} ${sentence}`);
    for (const one of contradictions.slice(0, 10)) {
      console.log(`          ${one}`);
    }
    if (contradictions.length > 10) {
      console.log(`          and ${contradictions.length - 10} more`);
    }
  }

  equal(sentence, found, wanted) {
    const [left, right] = [JSON.stringify(found), JSON.stringify(wanted)];
    this.claim(sentence, left === right ? [] : [`found ${left}, wanted ${right}`]);
  }

  /** Prints the count; answers whether everything held. */
  end() {
    console.log(`${this.passed} passed, ${this.failed} failed`);
    return this.failed === 0;
  }
}

/**
 * Runs `work` with verdicts and a folder for logs and data, which is kept when something failed or `keep` is
 * set. An error it throws is one failure. Ends the process, and with it every program it started.
 */
export async function judge(name, keep, work) {
  const verdicts = new Verdicts();
  const folder = await makeFolder(name);
  try {
    await work(verdicts, folder);
  } catch (error) {
    verdicts.claim("the run comes to its end", [error.stack]);
  }
  if (keep || verdicts.failed > 0) {
    console.log(`  logs and data are in ${folder}`);
  } else {
    await removeFolder(folder);
  }
  process.exit(verdicts.end() ? 0 : 1);
}

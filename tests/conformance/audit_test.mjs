// The audit log: who did what, each entry hashed with the one before it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";

import { openHost } from "./host.mjs";

let host;
let owner;

before(async () => {
  host = await openHost();
  owner = host.owner;
});
after(() => host.close());

// Oldest first.
async function log() {
  const entries = [];
  for (let cursor = ""; cursor !== undefined;) {
    const page = await owner.must("GET", `/api/audit?limit=3${cursor && `&cursor=${cursor}`}`);
    entries.unshift(...page.entries.toReversed());
    cursor = page.nextCursor;
  }
  return entries;
}

function firstBroken(entries) {
  let hash = Buffer.alloc(32);
  return entries.findIndex((entry) => {
    const parts = ["at", "actor", "action", "subject", "detail"].map((field) => {
      const bytes = Buffer.from(entry[field] ?? "");
      return Buffer.concat([Buffer.from(`${bytes.length}:`), bytes, Buffer.from(",")]);
    });
    hash = createHash("sha256").update(Buffer.concat([hash, ...parts])).digest();
    return hash.toString("hex") !== entry.hash;
  });
}

describe("the audit log", () => {
  test("tells who did what, and is whole", async () => {
    const job = await owner.must("POST", "/api/jobs", {
      json: { name: "Audited", assistantId: "a", phoneNumberId: "p", phoneNumbers: ["+14155550132"], schedule: "2099-01-01T00:00:00Z" },
    });
    const config = await owner.must("GET", "/api/scheduler/config");
    await owner.must("PUT", "/api/scheduler/config", { json: { ...config, holidays: ["2027-12-24"] } });
    await owner.must("PUT", "/api/scheduler/config", { json: config });
    await owner.must("POST", `/api/jobs/${job.id}/cancel`);
    assert.equal((await owner.send("POST", `/api/jobs/${job.id}/pause`)).status, 409);
    await owner.must("DELETE", `/api/jobs/${job.id}`);
    const entries = await log();
    const told = entries.slice(-4).map(({ action, subject }) => [action, subject]);
    assert.deepEqual(told, [
      ["settings.changed", undefined], ["settings.changed", undefined], ["job.canceled", job.id], ["job.removed", job.id],
    ]);
    assert.ok(entries.every(({ actor }) => actor.length > 0));
    assert.deepEqual(JSON.parse(entries.at(-4).detail).holidays, ["2027-12-24"]);
    assert.equal(firstBroken(entries), -1);
    for (const field of ["actor", "action", "detail", "at"]) {
      const forged = structuredClone(entries);
      forged[1][field] += " ";
      assert.equal(firstBroken(forged), 1);
    }
    assert.notEqual(firstBroken(entries.toSpliced(2, 1)), -1);
  });

  test("no secret stands in it", async () => {
    await owner.must("PUT", "/api/providers/vapi", {
      json: { baseUrl: host.carrier.url, publicUrl: host.url, apiKey: "very-secret-key", webhookSecret: "very-secret-too", lookupGraceSeconds: 3, pollAfterSeconds: 3 },
    });
    const entries = await log();
    assert.equal(entries.at(-1).action, "provider.changed");
    assert.ok(!JSON.stringify(entries).includes("very-secret"));
  });
});

// Rows written are most of the bill at the edge: what a call costs from its import to its end, counted by the
// platform as it would bill them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { until } from "../conformance/host.mjs";
import { Carrier, makeFolder, removeFolder } from "../e2e/processes.mjs";
import { binary } from "./edge.mjs";
import { Harness } from "./harness.mjs";

const PEOPLE = 300;
let folder;
let carrier;
let edge;

before(async () => {
  folder = await makeFolder("edge-rows");
  carrier = new Carrier({
    binary, folder,
    flags: ["--answer", "1", "--ring", "5ms..50ms", "--talk", "5ms..50ms", "--concurrency", "0"],
  });
  await carrier.start();
  edge = new Harness();
});
after(async () => {
  await edge.close();
  await carrier.stop();
  await removeFolder(folder);
});

// Calls one job for these people, and answers the rows that one of them took.
async function rowsOfOne(people, tell) {
  await edge.object("rowsWritten");
  const { id } = await edge.client.must("POST", "/api/jobs", {
    json: {
      name: "Rows", schedule: "now", assistantId: "a", phoneNumberId: "p",
      phoneNumbers: Array.from({ length: people }, (_, at) => `+1646${5_560_000 + at}`),
    },
  });
  const taken = await edge.object("rowsWritten");
  await until("it completes", async () =>
    (await edge.client.must("GET", `/api/jobs/${id}`)).status === "completed", 90);
  await carrier.saidAll();
  const called = await edge.object("rowsWritten");
  const each = (taken.rows + taken.alarms + called.rows + called.alarms) / people;
  tell(`${each.toFixed(1)} rows a call: ${(taken.rows / people).toFixed(1)} to take it, ` +
    `${(called.rows / people).toFixed(1)} to call it, ${(called.alarms / people).toFixed(2)} alarms`);
  assert.ok(each > 2, "rows are counted");
  return each;
}

for (const [concurrency, most] of [[50, { stranger: 9, known: 8 }], [1, { stranger: 16, known: 16 }]]) {
  test(`what a call that is answered writes when ${concurrency} may go at once`, async (t) => {
    await edge.begin();
    await edge.client.useCarrier(carrier);
    const people = concurrency === 1 ? 10 : PEOPLE;
    await edge.client.must("PUT", "/api/scheduler/config", {
      json: { rateLimits: { global: concurrency, perJob: concurrency } },
    });
    for (const who of ["stranger", "known"]) {
      const each = await rowsOfOne(people, (text) => t.diagnostic(`${who}: ${text}`));
      assert.ok(each <= most[who], `${who}: ${each.toFixed(1)} rows a call`);
    }
  });
}

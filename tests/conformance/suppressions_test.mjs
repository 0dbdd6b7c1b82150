// The do-not-call list, asked from outside: entries, lists in and out, who may, and what it does to calls.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { openHost } from "./host.mjs";
import { mismatches } from "./schema.mjs";

let host;
let owner;
let openapi;
const path = "/api/suppressions";
before(async () => {
  host = await openHost();
  owner = host.owner;
  openapi = await (await fetch(`${host.url}/openapi.json`)).json();
});
after(() => host.close());

function conforms(method, pattern, answer) {
  const { schema } = openapi.paths[pattern][method.toLowerCase()].responses[answer.status].content["application/json"];
  assert.deepEqual(mismatches(openapi, schema, answer.body), []);
  return answer.body;
}
const put = (json) => owner.send("POST", path, { json });
const entryOf = async (number) =>
  (await owner.must("GET", `${path}?number=${encodeURIComponent(number)}`)).suppressions[0];
const newJob = (phoneNumbers) => owner.must("POST", "/api/jobs", {
  json: { name: "Blocked", assistantId: "a", phoneNumberId: "p", phoneNumbers },
});

describe("one number", () => {
  test("is put on the list, found, and taken off again on record", async () => {
    const said = await put({ phoneNumber: "(212) 555-0150", reason: "Asked on the telephone", source: "agent" });
    assert.equal(said.status, 201);
    const entry = conforms("POST", path, said);
    assert.equal(said.headers.get("location"), `${path}/${entry.id}`);
    assert.equal(entry.phoneNumber, "+12125550150");
    assert.equal(entry.holds, true);
    assert.deepEqual(conforms("GET", `${path}/{id}`, await owner.send("GET", `${path}/${entry.id}`)), entry);
    assert.deepEqual(await entryOf("+12125550150"), entry);
    assert.equal((await owner.send("DELETE", `${path}/${entry.id}?reason=Consent+given`)).status, 204);
    assert.equal((await owner.send("GET", `${path}/${entry.id}`)).status, 404);
    assert.equal((await owner.send("DELETE", `${path}/${entry.id}`)).status, 404);
    assert.equal(await entryOf("+12125550150"), undefined);
    const [audit] = (await owner.must("GET", "/api/audit?limit=1")).entries;
    assert.equal(audit.action, "suppression.removed");
    assert.equal(audit.detail, "+12125550150 (Asked on the telephone): Consent given");
  });

  test("every mistake is told at once, by its field, and changes nothing", async () => {
    const { body, status } = await put({ phoneNumber: "12", expiresAt: "2020-01-01T00:00:00Z", reason: 5, surplus: 1 });
    assert.equal(status, 422);
    assert.deepEqual(body.issues.map(({ pointer, code }) => [pointer, code]).sort(), [
      ["/expiresAt", "in_the_past"], ["/phoneNumber", "phone_invalid"], ["/reason", "wrong_type"], ["/surplus", "unknown_field"],
    ]);
    assert.deepEqual((await put({ phoneNumber: "2125550150", defaultRegion: "1!" })).body.issues.map(({ pointer }) => pointer), ["/defaultRegion"]);
    assert.equal((await put({})).body.issues[0].pointer, "/phoneNumber");
    assert.equal((await owner.send("GET", `${path}?number=2125550150`)).status, 400);
    assert.equal((await owner.send("GET", `${path}?cursor=x`)).status, 400);
    assert.equal((await owner.send("GET", `${path}/sup_x`)).status, 404);
  });

  test("a job's call to it is made, blocked and counted; explain says why", async () => {
    const { body: entry } = await put({ phoneNumber: "+12125550151", reason: "Litigation" });
    const job = await newJob(["+12125550151", "+12125550152"]);
    assert.deepEqual([job.totalCalls, job.failedCalls, job.blockedCalls, job.openCalls], [2, 1, 1, 1]);
    const calls = await owner.must("GET", `/api/jobs/${job.id}/calls?state=blocked`);
    assert.deepEqual(calls.calls.map(({ status, blockedBy, phoneNumber }) => [status, blockedBy, phoneNumber]),
      [["blocked", "do_not_call", "+12125550151"]]);
    const told = await owner.must("GET", `/api/calls/${calls.calls[0].id}/explain`);
    assert.deepEqual(told.reasons.map(({ code, from }) => [code, from]), [["do_not_call", entry.addedAt]]);
    assert.match(told.reasons[0].detail, /Litigation/);
  });
});

describe("lists", () => {
  const send = (body, { type = "text/csv", query = "" } = {}) =>
    owner.send("POST", `${path}/import${query}`, { body, headers: { "content-type": type } });

  test("come as CSV with what is said of each number, and what is wrong is told by row", async () => {
    const csv = "Name,Mobile,Reason,Expires at,Zone\r\n" +
      "Ada,(212) 555-0160,Moved,2099-01-01T00:00:00Z,Mars/Olympus\r\n" +
      "Bob,+12125550161,,,\r\n" +
      "Cy,12,,,\r\n" +
      "Di,+12125550162,,soon,\r\n" +
      "Ed,+12125550163,,2020-01-01T00:00:00Z,\r\n" +
      "Bob,+12125550161,again,,\r\n";
    const said = await send(csv, { query: "?reason=List&source=crm" });
    assert.equal(said.status, 200);
    const view = conforms("POST", `${path}/import`, said);
    assert.deepEqual([view.status, view.rows, view.accepted, view.duplicates, view.rejected], ["sealed", 6, 2, 1, 3]);
    assert.deepEqual(view.rejects.map(({ row, code }) => [row, code]),
      [[3, "phone_invalid"], [4, "expires_at_invalid"], [5, "expires_at_invalid"]]);
    const ada = await entryOf("+12125550160");
    assert.deepEqual([ada.reason, ada.source, ada.expiresAt], ["Moved", "crm", "2099-01-01T00:00:00.000Z"]);
    const bob = await entryOf("+12125550161");
    assert.deepEqual([bob.reason, bob.source, bob.expiresAt], ["List", "crm", undefined]);
    assert.deepEqual(conforms("GET", "/api/imports/{id}", await owner.send("GET", `/api/imports/${view.id}`)), view);
    assert.equal((await owner.must("GET", view.rejectsUrl)).rejects.length, 3);
  });

  test("come as NDJSON", async () => {
    const lines = [{ phoneNumber: "+12125550170", reason: "x" }, { phone: "+12125550171", source: "y" }];
    const said = await send(lines.map((line) => JSON.stringify(line)).join("\n"), { type: "application/x-ndjson" });
    assert.deepEqual([said.status, said.body.accepted], [200, 2]);
    assert.equal((await entryOf("+12125550171")).source, "y");
  });

  test("are refused as a whole where nothing of them is a number", async () => {
    assert.equal((await send("a,b\r\n1,2\r\n")).body.code, "phone_column_missing");
    assert.equal((await send("phone\r\n12\r\n")).body.code, "no_valid_numbers");
    assert.equal((await send("phone\r\n+12125550172\r\n", { query: "?expiresAt=2020-01-01T00:00:00Z" })).status, 400);
    assert.equal((await send("phone\r\n+12125550172\r\n", { query: "?surplus=1" })).status, 400);
    assert.equal((await send("[]", { type: "application/json" })).status, 415);
    assert.equal(await entryOf("+12125550172"), undefined);
  });

  test("go out as CSV in parts that are read back as they were", async () => {
    await put({ phoneNumber: "+12125550180", reason: "said \"no\", twice\nand loudly" });
    const parts = [];
    let next = `${path}/export?limit=2`;
    while (next) {
      const response = await fetch(host.url + next, { headers: { authorization: `Bearer ${owner.token}` } });
      assert.equal(response.status, 200);
      assert.match(response.headers.get("content-type"), /^text\/csv/);
      parts.push(await response.text());
      next = /<([^>]+)>; rel="next"/.exec(response.headers.get("link") ?? "")?.[1];
    }
    const before = (await owner.must("GET", `${path}?limit=1000`)).suppressions;
    assert.ok(parts.length > 1);
    for (const { id } of before) {
      await owner.must("DELETE", `${path}/${id}`);
    }
    for (const part of parts) {
      if (part.split("\r\n").length > 2) {
        assert.equal((await send(part)).status, 200);
      }
    }
    const said = ({ phoneNumber, reason, source, expiresAt }) => ({ phoneNumber, reason, source, expiresAt });
    const sorted = (list) => list.map(said).sort((a, b) => (a.phoneNumber < b.phoneNumber ? -1 : 1));
    assert.deepEqual(sorted((await owner.must("GET", `${path}?limit=1000`)).suppressions), sorted(before));
  });

  test("are paged without a gap", async () => {
    const all = (await owner.must("GET", `${path}?limit=1000`)).suppressions.map(({ id }) => id);
    const paged = [];
    let cursor = "";
    do {
      const page = await owner.must("GET", `${path}?limit=2${cursor && `&cursor=${cursor}`}`);
      paged.push(...page.suppressions.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor);
    assert.deepEqual(paged, all);
  });
});

describe("who may", () => {
  test("an operator adds and removes, an analyst reads masked numbers, a viewer nothing", async () => {
    const operator = host.as("operator");
    const analyst = host.as("analyst");
    const viewer = host.as("viewer");
    const { body: entry } = await operator.send("POST", path, { json: { phoneNumber: "+12125550190" } });
    assert.equal(entry.addedBy.length > 0, true);
    const [seen] = (await analyst.must("GET", `${path}?limit=1`)).suppressions;
    assert.equal(seen.phoneNumber, "+12*******90");
    assert.equal((await analyst.send("GET", `${path}?number=%2B12125550190`)).status, 403);
    assert.doesNotMatch((await analyst.must("GET", `${path}/export?limit=1`)), /12125550190/);
    assert.equal((await analyst.send("DELETE", `${path}/${entry.id}`)).status, 403);
    assert.equal((await analyst.send("POST", path, { json: { phoneNumber: "+12125550191" } })).status, 403);
    assert.equal((await viewer.send("GET", path)).status, 403);
    assert.equal((await operator.send("DELETE", `${path}/${entry.id}`)).status, 204);
  });
});

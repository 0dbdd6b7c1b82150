// Contacts, asked from outside: people and their numbers, lists of them, two who are one, who may, and the calls
// of everybody in one list.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { openHost } from "./host.mjs";
import { mismatches } from "./schema.mjs";

let host;
let owner;
let openapi;
const path = "/api/contacts";
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
const add = (json) => owner.send("POST", path, { json });
const made = async (json) => {
  const said = await add(json);
  assert.equal(said.status, 201, JSON.stringify(said.body));
  return said.body;
};
const found = async (search) =>
  (await owner.must("GET", `${path}?search=${encodeURIComponent(search)}`)).contacts.map(({ phoneNumbers }) => phoneNumbers[0]);
const newJob = (json) => owner.must("POST", "/api/jobs", { json: { name: "People", assistantId: "a", phoneNumberId: "p", ...json } });

describe("one person", () => {
  test("is added, found by id and by sequence number, changed, and forgotten on record", async () => {
    const said = await add({
      phoneNumbers: ["(212) 555-0200", "+12125550201", "212-555-0200"], firstName: " Ada ", lastName: "Lovelace",
      email: "ada@example.com", company: "Engines", notes: "Likes mornings", timezone: "Europe/London",
      metadata: { plan: "gold" }, preferences: { callEnabled: false, callTime: "20:30" },
    });
    assert.equal(said.status, 201);
    const ada = conforms("POST", path, said);
    assert.equal(said.headers.get("location"), `${path}/${ada.id}`);
    assert.match(ada.id, /^ct_/);
    assert.deepEqual(ada.phoneNumbers, ["+12125550200", "+12125550201"]);
    assert.deepEqual([ada.firstName, ada.email, ada.company, ada.notes, ada.timezone, ada.metadata, ada.preferences, ada.doNotCall],
      ["Ada", "ada@example.com", "Engines", "Likes mornings", "Europe/London", { plan: "gold" }, { callEnabled: false, callTime: "20:30" }, false]);
    assert.deepEqual(conforms("GET", `${path}/{id}`, await owner.send("GET", `${path}/${ada.id}`)), ada);
    assert.deepEqual(await owner.must("GET", `${path}/${ada.seq}`), ada);

    const changed = conforms("PATCH", `${path}/{id}`, await owner.send("PATCH", `${path}/${ada.seq}`, {
      json: { lastName: "King", phoneNumbers: ["+12125550201", "+12125550202"], preferences: { callTime: "09:00" }, email: "" },
    }));
    assert.deepEqual([changed.firstName, changed.lastName, changed.phoneNumbers, changed.preferences, changed.email, changed.company],
      ["Ada", "King", ["+12125550201", "+12125550202"], { callEnabled: false, callTime: "09:00" }, undefined, "Engines"], "another time turns nothing on");
    const off = await owner.must("PATCH", `${path}/${ada.seq}`, { json: { preferences: { callEnabled: false } } });
    assert.deepEqual(off.preferences, changed.preferences, "nor does turning it off forget the time");
    assert.ok(changed.updatedAt > ada.updatedAt);
    assert.deepEqual(await owner.must("PATCH", `${path}/${ada.id}`, { json: {} }), off, "nothing said, nothing changed");
    assert.deepEqual(await found("lovelace"), []);
    assert.deepEqual(await found("ada ki"), ["+12125550201"]);

    assert.equal((await owner.send("DELETE", `${path}/${ada.id}`)).status, 204);
    assert.equal((await owner.send("GET", `${path}/${ada.id}`)).status, 404);
    assert.equal((await owner.send("DELETE", `${path}/${ada.id}`)).status, 404);
    assert.deepEqual(await found("ada king"), []);
    assert.deepEqual(await found("+12125550202"), []);
    assert.equal((await owner.must("GET", "/api/audit?limit=1")).entries[0].action, "contact.removed");
  });

  test("every mistake is told at once, by its field, and changes nothing", async () => {
    const wrong = { phoneNumbers: ["12", "+12125550210"], email: "ada@", timezone: "Mars/Olympus", metadata: 5, preferences: { callTime: "25:00" }, surplus: 1 };
    const places = [
      ["/email", "email_invalid"], ["/metadata", "wrong_type"], ["/phoneNumbers/0", "phone_invalid"],
      ["/preferences/callTime", "time_invalid"], ["/surplus", "unknown_field"], ["/timezone", "timezone_unknown"]];
    const sorted = ({ body }) => body.issues.map(({ pointer, code }) => [pointer, code]).sort();
    const said = await add(wrong);
    assert.equal(said.status, 422);
    assert.deepEqual(sorted(said), places);
    const bea = await made({ phoneNumbers: ["+12125550211"], firstName: "Bea" });
    assert.deepEqual(sorted(await owner.send("PATCH", `${path}/${bea.id}`, { json: wrong })), places);
    assert.deepEqual(await owner.must("GET", `${path}/${bea.id}`), bea);
    assert.deepEqual((await add({ firstName: "Nobody" })).body.issues.map(({ pointer }) => pointer), ["/phoneNumbers"]);
    assert.deepEqual((await add({ phoneNumbers: [] })).body.issues.map(({ pointer }) => pointer), ["/phoneNumbers"]);
    assert.deepEqual((await add({ phoneNumbers: ["2125550210"], defaultRegion: "1!" })).body.issues.map(({ pointer }) => pointer), ["/defaultRegion"]);
    for (const bad of ["search=%20", "search=x", "cursor=x", "limit=0", "surplus=1"]) {
      assert.equal((await owner.send("GET", `${path}?${bad}`)).status, 400, bad);
    }
    for (const bad of ["ct_x", "0", "-1", "99999999", "x"]) {
      assert.equal((await owner.send("GET", `${path}/${bad}`)).status, 404, bad);
    }
    assert.deepEqual(await found("+12125550210"), []);
  });

  test("has a number alone: nobody else can take it", async () => {
    const cy = await made({ phoneNumbers: ["+12125550220", "+12125550221"] });
    const said = await add({ phoneNumbers: ["+12125550222", "+12125550221"] });
    assert.deepEqual([said.status, said.body.code, said.body.issues[0].pointer], [409, "number_taken", "/phoneNumbers/1"]);
    assert.match(said.body.detail, new RegExp(cy.id));
    const di = await made({ phoneNumbers: ["+12125550222"] });
    assert.equal((await owner.send("PATCH", `${path}/${di.id}`, { json: { phoneNumbers: ["+12125550220"] } })).status, 409);
    assert.deepEqual(await owner.must("GET", `${path}/${di.id}`), di);
  });

  test("says whether a number of theirs is on the do-not-call list", async () => {
    const eve = await made({ phoneNumbers: ["+12125550230", "+12125550231"] });
    await owner.must("POST", "/api/suppressions", { json: { phoneNumber: "+12125550231" } });
    assert.equal((await owner.must("GET", `${path}/${eve.id}`)).doNotCall, true);
  });
});

describe("two who are one", () => {
  test("become one: numbers and what is missing come over, and calls go with their numbers", async () => {
    const one = await made({ phoneNumbers: ["+12125550240"], firstName: "Fay", company: "One" });
    const job = await newJob({ recipients: [{ phoneNumber: "+12125550241", firstName: "F.", lastName: "Wray", timezone: "America/New_York" }] });
    const [call] = (await owner.must("GET", `/api/jobs/${job.id}/calls`)).calls;
    const other = await owner.must("GET", `${path}/${call.contactId}`);
    assert.deepEqual([other.firstName, other.lastName, other.timezone], ["F.", "Wray", "America/New_York"]);
    assert.equal((await owner.must("GET", `${path}/${one.id}/calls`)).total, 0);
    for (const [from, code] of [[one.id, "contradiction"], ["ct_x", "contact_not_found"]]) {
      const said = await owner.send("POST", `${path}/${one.id}/merge`, { json: { from } });
      assert.deepEqual([said.status, said.body.issues[0].pointer, said.body.issues[0].code], [422, "/from", code]);
    }
    const merged = conforms("POST", `${path}/{id}/merge`, await owner.send("POST", `${path}/${one.id}/merge`, { json: { from: String(other.seq) } }));
    assert.deepEqual([merged.id, merged.firstName, merged.lastName, merged.company, merged.timezone, merged.phoneNumbers],
      [one.id, "Fay", undefined, "One", "America/New_York", ["+12125550240", "+12125550241"]]);
    assert.equal((await owner.send("GET", `${path}/${other.id}`)).status, 404);
    assert.deepEqual(await found("wray"), []);
    const list = conforms("GET", `${path}/{id}/calls`, await owner.send("GET", `${path}/${one.id}/calls`));
    assert.deepEqual(list.calls.map(({ id, contactId }) => [id, contactId]), [[call.id, one.id]]);
    const refused = await owner.send("DELETE", `${path}/${one.id}`);
    assert.deepEqual([refused.status, refused.body.code], [409, "contact_has_calls"]);
    await owner.must("POST", `/api/calls/${call.id}/cancel`);
    assert.equal((await owner.send("DELETE", `${path}/${one.id}`)).status, 204);
    assert.equal((await owner.must("GET", `/api/calls/${call.id}`)).contactId, undefined);
  });
});

describe("lists of people", () => {
  const send = (body, { type = "text/csv", query = "" } = {}) =>
    owner.send("POST", `${path}/import${query}`, { body, headers: { "content-type": type } });

  test("come as CSV; a known number changes what the row names", async () => {
    const gil = await made({ phoneNumbers: ["+12125550250", "+12125550251"], firstName: "Gil", company: "Old", metadata: { a: 1, b: 2 } });
    const csv = "Name,Mobile,E-Mail,Company,Plan,Call time,Zone\r\n" +
      "Hal Holt,(212) 555-0252,hal@example.com,New,gold,21:00,Europe/Paris\r\n" +
      ",+12125550251,,Newer,silver,,\r\n" +
      "X,12,,,,,\r\n" +
      "Ike,+12125550253,not an address,,,,\r\n" +
      "Jay,+12125550254,,,,late,\r\n" +
      "Hal Holt,+12125550252,,,,,\r\n";
    const said = await send(csv);
    assert.equal(said.status, 200, JSON.stringify(said.body));
    const view = conforms("POST", `${path}/import`, said);
    assert.deepEqual([view.status, view.rows, view.accepted, view.duplicates, view.rejected], ["sealed", 6, 2, 1, 3]);
    assert.deepEqual(view.rejects.map(({ row, code }) => [row, code]), [[3, "phone_invalid"], [4, "email_invalid"], [5, "row_invalid"]]);
    const [hal] = (await owner.must("GET", `${path}?search=holt`)).contacts;
    assert.deepEqual([hal.firstName, hal.email, hal.company, hal.metadata, hal.preferences.callTime, hal.timezone],
      ["Hal", "hal@example.com", "New", { Plan: "gold" }, "21:00", "Europe/Paris"]);
    const known = await owner.must("GET", `${path}/${gil.id}`);
    assert.deepEqual([known.firstName, known.company, known.metadata], ["Gil", "Newer", { a: 1, b: 2, Plan: "silver" }]);
    assert.deepEqual(conforms("GET", "/api/imports/{id}", await owner.send("GET", `/api/imports/${view.id}`)), view);
    assert.equal((await owner.must("GET", view.rejectsUrl)).rejects.length, 3);
  });

  test("come as NDJSON and as JSON by the same rules", async () => {
    const rows = [{ phoneNumber: "+12125550260", firstName: "Kim", metadata: { x: [1] } }, { phoneNumber: "+12125550261", callEnabled: false }, { phoneNumber: "1" }];
    for (const said of [
      await send(rows.map((row) => JSON.stringify(row)).join("\n"), { type: "application/x-ndjson" }),
      await owner.send("POST", `${path}/import`, { json: { contacts: rows } }),
    ]) {
      const { rows: all, accepted, duplicates, rejected } = conforms("POST", `${path}/import`, said);
      assert.deepEqual([said.status, all, accepted + duplicates, rejected], [200, 3, 2, 1]);
      const [kim] = (await owner.must("GET", `${path}?search=kim`)).contacts;
      assert.deepEqual([kim.phoneNumbers, kim.metadata], [["+12125550260"], { x: [1] }]);
      const [other] = (await owner.must("GET", `${path}?search=%2B12125550261`)).contacts;
      assert.equal(other.preferences.callEnabled, false);
    }
    const wrong = await owner.send("POST", `${path}/import`, { json: { contacts: [{ phoneNumber: 5 }, { phone: "+12125550262" }] } });
    assert.equal(wrong.status, 422);
    assert.deepEqual(wrong.body.issues.map(({ pointer }) => pointer).sort(), ["/contacts/0/phoneNumber", "/contacts/1/phone", "/contacts/1/phoneNumber"]);
    assert.equal((await send("phone\r\n12\r\n")).body.code, "no_valid_numbers");
    assert.equal((await send("a,b\r\n1,2\r\n")).body.code, "phone_column_missing");
  });

  test("of a job make contacts of people nobody knows, and change nobody", async () => {
    const lee = await made({ phoneNumbers: ["+12125550270"], firstName: "Lee" });
    await newJob({ recipients: [{ phoneNumber: "+12125550270", firstName: "Leo" }, { phoneNumber: "+12125550271", firstName: "Mo" }] });
    assert.deepEqual(await owner.must("GET", `${path}/${lee.id}`), lee);
    assert.deepEqual(await found("mo"), ["+12125550271"]);
    const refused = await owner.send("POST", "/api/jobs?name=Cut&assistantId=a&phoneNumberId=p", {
      body: "phone,first name\n+12125550272,Nan\n\"", headers: { "content-type": "text/csv" } });
    assert.equal(refused.status, 422);
    for (let tries = 0; tries < 100 && (await found("nan")).length > 0; ++tries) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.deepEqual(await found("nan"), [], "what is taken back leaves nobody behind");
  });

  test("are paged without a gap, and searched by a part of a name or the first digits", async () => {
    const list = (query) => owner.must("GET", `${path}?${query}`);
    const whole = await list("limit=30");
    const mine = await list("search=21255502&limit=200");
    assert.deepEqual([mine.total, mine.totalIsExact], [mine.contacts.length, true]);
    for (const [query, all] of [["", whole], ["&search=21255502", mine]]) {
      const paged = [];
      let cursor = "";
      do {
        const page = conforms("GET", path, await owner.send("GET", `${path}?limit=3${query}${cursor && `&cursor=${cursor}`}`));
        assert.equal(page.total, all.total);
        paged.push(...page.contacts.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor && paged.length < all.contacts.length);
      assert.deepEqual(paged.slice(0, all.contacts.length), all.contacts.map(({ id }) => id));
    }
    await made({ phoneNumbers: ["+4915112345678"], firstName: "Zoë", lastName: "O'Neil \"Z\"" });
    for (const text of ["zoë", "ZOË", "Zo", "oë o'n", "\"z\"", "+49 151", "0049151", "4915112345678"]) {
      assert.deepEqual(await found(text), ["+4915112345678"], text);
    }
    assert.deepEqual(await found("ö zoë"), []);
    assert.deepEqual(await found("(212) 555-0270"), ["+12125550270"]);
    assert.ok(mine.contacts.every(({ phoneNumbers }) => phoneNumbers.some((number) => number.startsWith("+121255502"))));
  });
});

describe("who may", () => {
  test("an operator edits, an analyst sees masked people, who may not see names does not search by them", async () => {
    const operator = host.as("operator");
    const analyst = host.as("analyst");
    const { body: pat } = await operator.send("POST", path, { json: { phoneNumbers: ["+12125550290"], firstName: "Pat", email: "pat@example.com" } });
    const seen = await analyst.must("GET", `${path}/${pat.id}`);
    assert.deepEqual([seen.phoneNumbers, seen.firstName, seen.email, seen.notes, seen.metadata], [["+12*******90"], undefined, undefined, undefined, undefined]);
    for (const target of [`${path}?search=pat`, "/api/calls?search=pat"]) {
      assert.equal((await analyst.send("GET", target)).status, 403);
      assert.equal((await operator.send("GET", target)).status, 200);
    }
    for (const [method, target, json] of [["PATCH", `/${pat.id}`, {}], ["DELETE", `/${pat.id}`], ["POST", "", { phoneNumbers: ["+12125550291"] }],
      ["POST", `/${pat.id}/merge`, { from: "1" }], ["POST", "/import", { contacts: [{ phoneNumber: "+12125550291" }] }]]) {
      assert.equal((await analyst.send(method, path + target, { json })).status, 403, `${method} ${target}`);
      assert.equal((await host.as("agent").send(method, path + target, { json })).status, 403, `${method} ${target}`);
    }
    assert.equal((await host.as("viewer").send("GET", `${path}/${pat.id}/calls`)).status, 200);
    assert.equal((await operator.send("DELETE", `${path}/${pat.id}`)).status, 204);
  });
});

// Tokens of somebody else's identity provider, whose public keys the host trusts: what a token must hold,
// what it may do, and that a public key is never taken for a secret.
import assert from "node:assert/strict";
import { createHmac, sign } from "node:crypto";
import { after, before, describe, test } from "node:test";

import { keysAtHand, openHost } from "./host.mjs";

const skip = keysAtHand ? false : "the keys that this host trusts are not at hand";

let host;
before(async () => {
  host = await openHost();
});
after(() => host.close());

const base64 = (value) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const now = () => Math.floor(Date.now() / 1000);

function claims(more = {}) {
  const { issuer, audience } = host.identity;
  return {
    iss: issuer, aud: audience, sub: "somebody", workspace: host.workspace, role: "owner", iat: now(), exp: now() + 600,
    ...more,
  };
}

function token(alg, payload = claims(), header = {}) {
  const text = `${base64({ alg, typ: "JWT", kid: `key-${alg}`, ...header })}.${base64(payload)}`;
  const key = { key: host.identity.pairs[alg].privateKey, dsaEncoding: "ieee-p1363" };
  return `${text}.${sign(alg === "EdDSA" ? null : "sha256", Buffer.from(text), key).toString("base64url")}`;
}

function hs256(secret, payload = claims(), header = {}) {
  const text = `${base64({ alg: "HS256", typ: "JWT", ...header })}.${base64(payload)}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

async function ask(bearer, method = "GET", path = "/api/session", body = undefined) {
  const answer = await fetch(host.url + path, {
    method, body, headers: { authorization: `Bearer ${bearer}`, ...(body && { "content-type": "application/json" }) },
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text && JSON.parse(text) };
}

/** With `detail` in these words, where they are given. */
async function refused(bearer, why, detail = undefined) {
  const { status, headers, body } = await ask(bearer, "GET", "/api/jobs");
  assert.equal(status, 401, why);
  assert.match(headers.get("www-authenticate"), /^Bearer/, why);
  assert.match(headers.get("content-type"), /^application\/problem\+json/, why);
  assert.ok(body.code && body.detail, why);
  assert.ok(!body.detail.includes(bearer), `${why}: the token must not be told`);
  assert.equal(body.detail, detail ?? body.detail, why);
}

describe("a token of a trusted issuer", { skip }, () => {
  for (const alg of ["RS256", "ES256", "EdDSA"]) {
    test(`signed with ${alg} is accepted, its claims are who asks`, async () => {
      const { status, body } = await ask(token(alg));
      assert.equal(status, 200);
      assert.deepEqual([body.subject, body.workspace, body.roles], ["somebody", host.workspace, ["owner"]]);
    });
  }

  test("may name its workspace, roles and scopes in the usual ways", async () => {
    const only = (more) => claims({ workspace: undefined, role: undefined, ...more });
    for (const more of [{ tid: host.workspace, roles: ["viewer"] }, { org: host.workspace, role: "viewer" }]) {
      const { status, body } = await ask(token("RS256", only(more)));
      assert.equal(status, 200, JSON.stringify(more));
      assert.deepEqual(body.roles, ["viewer"]);
    }
    const scoped = token("RS256", claims({ role: undefined, scope: "campaigns:read calls:*" }));
    assert.deepEqual((await ask(scoped)).body.permissions.sort(),
      ["calls:as_other", "calls:read", "calls:write", "campaigns:read"]);
    assert.equal((await ask(scoped, "GET", "/api/jobs")).status, 200);
    assert.equal((await ask(scoped, "GET", "/api/providers")).status, 403);
  });

  test("is refused when it is expired, premature, foreign or nameless", async () => {
    const { audience } = host.identity;
    for (const [detail, kinds] of Object.entries({
      "the token has expired": { expired: { exp: now() - 120 } },
      "the token has no exp": {
        "without exp": { exp: undefined }, "with an exp that is text": { exp: "tomorrow" },
        "with an exp beyond every calendar": { exp: 1e300 },
      },
      "the token is not valid yet": {
        "not valid yet": { nbf: now() + 600 }, "issued in the future": { iat: now() + 600 },
        "valid in a far future": { nbf: 1e300 }, "valid from a text on": { nbf: "now" },
      },
      "the token is of another issuer": {
        "of another issuer": { iss: "https://identity.example.evil" }, "without issuer": { iss: undefined },
        "of this deployment, by another's key": { iss: "callgate", aud: "callgate" },
      },
      "the token is for another audience": {
        "for another audience": { aud: "callgate" }, "for many others": { aud: ["a", "b"] },
        "without audience": { aud: undefined }, "for an audience with ours in its name": { aud: `x ${audience}` },
      },
      "the token has no sub": { "without subject": { sub: undefined } },
      "the token names no workspace": { "without workspace": { workspace: undefined } },
      "There is no such workspace here.": {
        "of an unknown workspace": { workspace: "nowhere" },
        "of a workspace that is a path": { workspace: "../default" },
      },
    })) {
      for (const [why, more] of Object.entries(kinds)) {
        await refused(token("RS256", claims(more)), why, detail);
      }
    }
    for (const aud of [audience, ["x", audience]]) {
      assert.equal((await ask(token("RS256", claims({ aud })))).status, 200);
    }
  });

  test("is refused when it can be read in two ways, or not at all", async () => {
    const text = JSON.stringify(claims());
    const twice = (member) => `${text.slice(0, -1)},${member}}`;
    const unread = "the token cannot be read";
    for (const payload of [
      twice(`"workspace":"${host.workspace}"`), twice('"role":"owner"'), twice('"\\u0073ub":"root"'), twice('"exp":9999999999'),
      `${text}\0{}`, `${text}{}`, "[]", "7",
    ]) {
      await refused(token("RS256", payload), payload, unread);
    }
    const signed = (header) => {
      const signing = `${base64(header)}.${base64(claims())}`;
      const { privateKey } = host.identity.pairs.RS256;
      return `${signing}.${sign("sha256", Buffer.from(signing), privateKey).toString("base64url")}`;
    };
    assert.equal((await ask(signed('{"alg":"RS256","kid":"key-RS256"}'))).status, 200);
    for (const header of [
      '{"alg":"none","alg":"RS256"}', '{"alg":"RS256","alg":"RS256"}', '{"alg":"RS256","kid":"x","kid":"key-RS256"}',
    ]) {
      await refused(signed(header), header, unread);
    }
    const [head, body, signature] = token("RS256").split(".");
    for (const broken of [
      "a.b.c", `${head}.${body}.`, `${head}.${body}`, `${head}..${signature}`, `${head}.${body}.${signature}=`,
    ]) {
      await refused(broken, broken, unread);
    }
    await refused(token("RS256", claims({ more: "x".repeat(8_000) })), "too long", "the token is too long");
  });

  test("is refused when no key of the issuer has signed it", async () => {
    const misfit = "the token's signature does not fit";
    await refused(token("RS256", claims(), { kid: "key-9" }), "an unknown key", misfit);
    await refused(token("RS256", claims(), { kid: "key-ES256" }), "another key", misfit);
    await refused(token("ES256", claims(), { alg: "RS256", kid: "key-RS256" }), "of another algorithm", misfit);
    const [head, , signature] = token("EdDSA").split(".");
    await refused(`${head}.${base64(claims({ role: "admin" }))}.${signature}`, "with other claims", misfit);
    const unsigned = "the token is not signed with HS256, RS256, ES256 or EdDSA";
    for (const alg of ["none", "None", "RS512", "PS256", "HS512", "rs256", ""]) {
      await refused(token("RS256", claims(), { alg }), alg, unsigned);
    }
    await refused(`${base64({ alg: "none" })}.${base64(claims())}.`, "no signature", "the token cannot be read");
  });

  test("is refused when its header asks for trust of its own", async () => {
    const jwk = host.identity.keys[0];
    for (const header of [
      { crit: ["exp"] }, { typ: "JWE" }, { alg: "none" }, { alg: "RS512" }, { alg: "PS256" }, { kid: "key-ES256" },
    ]) {
      await refused(token("RS256", claims(), header), JSON.stringify(header));
    }
    const carried = { jwk: { ...jwk, kid: undefined }, kid: undefined };
    const other = { ...carried, jku: `${host.url}/jwks`, x5u: `${host.url}/x` };
    for (const header of [carried, other]) {
      const own = token("RS256", claims({ iss: "https://evil.example" }), header);
      await refused(own, "a key of its own does not change who is trusted");
    }
  });
});

describe("a public key", { skip }, () => {
  test("is never taken for a secret, however it is written", async () => {
    const ways = [];
    for (const [alg, { publicKey }] of Object.entries(host.identity.pairs)) {
      const jwk = host.identity.keys.find((one) => one.alg === alg);
      const pem = publicKey.export({ type: "spki", format: "pem" });
      ways.push(pem, pem.trim(), publicKey.export({ type: "spki", format: "der" }), JSON.stringify(jwk));
      for (const member of [jwk.n, jwk.x, jwk.y].filter(Boolean)) {
        ways.push(member, Buffer.from(member, "base64url"));
      }
      if (alg === "RS256") {
        ways.push(publicKey.export({ type: "pkcs1", format: "pem" }), publicKey.export({ type: "pkcs1", format: "der" }));
      }
    }
    for (const secret of ways) {
      for (const header of [{}, { kid: "key-RS256" }, { kid: "key-EdDSA" }]) {
        await refused(hs256(secret, claims(), header), `HS256 with ${String(secret).slice(0, 30)}`);
      }
    }
  });
});

describe("what a role may do", { skip }, () => {
  const routes = [
    ["GET", "/api/jobs", "owner admin operator agent analyst viewer"],
    ["POST", "/api/jobs", "owner admin operator"],
    ["GET", "/api/scheduler/config", "owner admin operator agent analyst viewer"],
    ["PUT", "/api/scheduler/config", "owner admin"],
    ["GET", "/api/providers", "owner admin"],
    ["PUT", "/api/providers/vapi", "owner admin"],
    ["POST", "/api/providers/vapi/check", "owner admin"],
    ["GET", "/api/events?jobId=none", "owner admin operator agent analyst viewer"],
    ["GET", "/metrics", "owner admin operator analyst viewer"],
    ["GET", "/api/tasks/none", "owner admin operator analyst"],
    ["GET", "/api/imports/none", "owner admin operator analyst"],
    ["DELETE", "/api/jobs/none", "owner admin operator"],
  ];
  for (const role of ["owner", "admin", "operator", "agent", "analyst", "viewer", "nobody", "OWNER"]) {
    test(`${role}: exactly what the table says`, async () => {
      for (const [method, path, who] of routes) {
        // A body that is refused: what is asked here is who may, not what happens.
        const body = method === "POST" || method === "PUT" ? "{]" : undefined;
        const answer = await fetch(host.url + path, {
          method, body,
          headers: {
            authorization: `Bearer ${token("EdDSA", claims({ role }))}`,
            ...(body && { "content-type": "application/json" }),
          },
        });
        await answer.body?.cancel();
        const may = answer.status !== 403;
        assert.notEqual(answer.status, 401);
        assert.equal(may, who.split(" ").includes(role), `${role}: ${method} ${path} is ${answer.status}`);
      }
    });
  }

  test("who may not see numbers sees them masked everywhere, and names not at all", async () => {
    const { id, phoneNumbers } = await host.owner.must("POST", "/api/jobs", {
      json: {
        name: "Masks", assistantId: "a", phoneNumberId: "p",
        recipients: [{ phoneNumber: "+14155550132", firstName: "Ada", lastName: "L", metadata: { city: "Rome" } }],
      },
    });
    assert.deepEqual(phoneNumbers, ["+14155550132"]);
    for (const role of ["viewer", "analyst"]) {
      const bearer = token("RS256", claims({ role }));
      const { body: page } = await ask(bearer, "GET", `/api/jobs/${id}/calls`);
      for (const path of [`/api/jobs/${id}`, `/api/jobs/${id}/calls`, `/api/calls/${page.calls[0].id}`]) {
        const text = JSON.stringify((await ask(bearer, "GET", path)).body);
        for (const secret of ["5550132", "Ada", "Rome"]) {
          assert.ok(!text.includes(secret), `${role} sees ${secret} at ${path}`);
        }
        assert.ok(text.includes("+14*******32"), path);
      }
    }
  });
});

// A token, or a sign-in link, for a deployment at the edge: made from its secret, as `callgate token` makes
// one from the data folder. The first sign-in after a deploy needs nothing else.
//
//   ./dev token --edge https://callgate.example.workers.dev            a link that signs a browser in
//   ./dev token --edge URL --bearer [--role operator] [--expires 30d]  a token for programs
//
// The secret comes from --secret-file, from the variable CALLGATE_SECRET, from the file that ./dev edge (for an
// address of this machine) or ./dev deploy keeps in data/edge, or is asked for on standard input.
import { createHmac } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { deriveKey, secretIn } from "../wasm/node_crypto.mjs";

const ROLES = ["owner", "admin", "operator", "agent", "analyst", "viewer"];
const UNITS = { s: 1, m: 60, h: 3600, d: 86_400 };

function fail(why) {
  console.error(`token: ${why}`);
  process.exit(2);
}

const { values: options } = parseArgs({
  options: {
    edge: { type: "string" },
    "secret-file": { type: "string" },
    workspace: { type: "string", default: "default" },
    role: { type: "string", default: "owner" },
    expires: { type: "string" },
    bearer: { type: "boolean", default: false },
    link: { type: "boolean", default: false },
  },
});

function secret() {
  const local = /^http:\/\/(127\.0\.0\.1|localhost)\b/.test(options.edge ?? "");
  const kept = `${process.env.CALLGATE_DATA ?? "data"}/edge/${local ? "vars" : "production.secret"}`;
  const fallback = process.env.CALLGATE_SECRET === undefined && existsSync(kept) ? kept : undefined;
  const file = options["secret-file"] ?? fallback;
  let text = file === undefined ? (process.env.CALLGATE_SECRET ?? "") : readFileSync(file, "utf8");
  text = (/^CALLGATE_SECRET=(.*)$/m.exec(text)?.[1] ?? text).trim().replace(/^(["'])(.*)\1$/, "$2");
  if (text === "" && file === undefined) {
    if (process.stdin.isTTY) {
      console.error("Paste the deployment's CALLGATE_SECRET, then Enter and Ctrl-D:");
    }
    text = readFileSync(0, "utf8").trim();
  }
  return secretIn(text) ??
    fail("the secret has fewer than 32 bytes; it must be the one that the deployment has, base64 or hex");
}

function seconds(text) {
  const parts = /^(\d{1,6})([smhd])$/.exec(text);
  return parts ? Number(parts[1]) * UNITS[parts[2]] : fail(`${text} is no time: write 30m, 12h or 30d`);
}

const mac = (purpose, text) => createHmac("sha256", deriveKey(secret(), purpose)).update(text).digest("base64url");
const base64 = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const now = Math.floor(Date.now() / 1000);

function token(lasts) {
  const { workspace, role } = options;
  const claims = {
    iss: "callgate", aud: "callgate", sub: "command-line", workspace, role, iat: now, exp: now + lasts,
  };
  const text = `${base64({ alg: "HS256", typ: "JWT" })}.${base64(claims)}`;
  return `${text}.${mac("jwt", text)}`;
}

function link(url, lasts) {
  const text = `cgt.${options.workspace}.${options.role}.${now + lasts}`;
  return `${url.replace(/\/+$/, "")}/sign-in?ticket=${text}.${mac("ticket", text)}`;
}

if (!ROLES.includes(options.role)) {
  fail(`there is no role '${options.role}'; there are ${ROLES.join(", ")}`);
}
if (options.link || !options.bearer) {
  if (!/^https?:\/\/[^/]+/.test(options.edge ?? "")) {
    fail("say where it is: --edge https://NAME.SUBDOMAIN.workers.dev (or --bearer for a token)");
  }
  console.log(link(options.edge, seconds(options.expires ?? "15m")));
} else {
  console.log(token(seconds(options.expires ?? "12h")));
}

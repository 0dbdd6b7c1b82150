// The server that the contract is asked of: one that runs already (CALLGATE_BASE_URL, and a command that
// prints a token in CALLGATE_TOKEN_COMMAND, called with --role and --expires), or one started here on a
// free port. CALLGATE_IDENTITY names a file with the private keys of an issuer that it trusts, and with its
// signing key. Differences between hosts stand here, as skips with a reason.
import { execFileSync } from "node:child_process";
import { createPrivateKey, createPublicKey, generateKeyPairSync, hkdfSync, sign } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

import { Client } from "../e2e/client.mjs";
import { CallgateServer, Carrier, freePort, makeFolder, removeFolder } from "../e2e/processes.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
export const binary = process.env.CALLGATE_BINARY ?? `${root}build/dev/native-server/callgate`;

/** With CALLGATE_HOST=edge: what the platform decides before any code of ours sees a request. */
export const platform = process.env.CALLGATE_HOST === "edge"
  ? {
      refuses: "the platform's own HTTP front answers it, before any code of ours (tests/edge asks what becomes of it)",
      normalises: "the platform normalises a target before the Worker sees it (tests/edge asks what becomes of it)",
      cannotTell: "its fetch does not tell a connection that was refused from an answer that was lost: such a dial is "
        + "looked up at its own account until that answers",
      shared: true, // one server for all files: each has a workspace of its own in it
    }
  : { refuses: false, normalises: false, cannotTell: false, shared: false };

/** Whether the host's keys are known, so that tokens can be made that are wrong in one thing only. */
export const keysAtHand = process.env.CALLGATE_BASE_URL === undefined || process.env.CALLGATE_IDENTITY !== undefined;

/** A token of an identity provider that the server trusts, for ten minutes. */
export function tokenOf({ issuer, audience, pairs, workspace }, claims) {
  const base64 = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const all = { iss: issuer, aud: audience, iat: now, exp: now + 600, workspace, ...claims };
  const text = `${base64({ alg: "RS256", typ: "JWT", kid: "key-RS256" })}.${base64(all)}`;
  return `${text}.${sign("sha256", Buffer.from(text), pairs.RS256.privateKey).toString("base64url")}`;
}

/** An identity provider that a server is told to trust: its key pairs as JWKs, to be stored and read. */
function readIdentity(file) {
  const { issuer, audience, jwks, signingKey } = JSON.parse(readFileSync(file, "utf8"));
  const pairs = Object.fromEntries(jwks.map((jwk) => [jwk.alg, {
    privateKey: createPrivateKey({ key: jwk, format: "jwk" }),
    publicKey: createPublicKey({ key: jwk, format: "jwk" }),
  }]));
  const keys = Object.entries(pairs).map(([alg, { publicKey }]) => ({
    ...publicKey.export({ format: "jwk" }), kid: `key-${alg}`, alg, use: "sig",
  }));
  return { issuer, audience, pairs, keys, signingKey: Buffer.from(signingKey, "hex") };
}

// An identity provider of somebody else, whose public keys the server is told to trust.
function makeIdentityProvider(folder) {
  const pairs = {
    RS256: generateKeyPairSync("rsa", { modulusLength: 2048 }),
    ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
    EdDSA: generateKeyPairSync("ed25519"),
  };
  const keys = Object.entries(pairs).map(([alg, { publicKey }]) => ({
    ...publicKey.export({ format: "jwk" }), kid: `key-${alg}`, alg, use: "sig",
  }));
  const file = `${folder}/jwks.json`;
  writeFileSync(file, JSON.stringify({ keys }));
  const [issuer, audience] = ["https://identity.example", "callgate-conformance"];
  return {
    issuer, audience, pairs, keys,
    flags: ["--jwks-file", file, "--jwt-issuer", issuer, "--jwt-audience", audience],
  };
}

/** The workspace that a file of tests has to itself where the server is shared: no other's calls go on in it. */
export const workspaceOf = (file) => basename(file, "_test.mjs").replaceAll("_", "-");

export async function openHost({ logLevel = "warn", carrierFlags = [] } = {}) {
  const workspace = platform.shared ? workspaceOf(process.argv[1]) : "default";
  const folder = await makeFolder("conformance");
  const carrier = new Carrier({
    binary, folder, flags: ["--ring", "10ms..30ms", "--talk", "10ms..50ms", "--concurrency", "0", ...carrierFlags],
  });
  await carrier.start();
  let server = null;
  let url = process.env.CALLGATE_BASE_URL;
  let identity = null;
  let tokenOf = (...flags) => {
    const [program, ...words] = process.env.CALLGATE_TOKEN_COMMAND.split(" ");
    return execFileSync(program, [...words, ...flags], { encoding: "utf8" }).trim();
  };
  if (url === undefined) {
    identity = makeIdentityProvider(folder);
    const flags = ["--log-level", logLevel, ...identity.flags];
    server = new CallgateServer({ binary, folder, port: await freePort(), flags });
    await server.start();
    url = server.url;
    tokenOf = (...flags) =>
      execFileSync(binary, ["token", "--data", server.data, ...flags], { encoding: "utf8" }).trim();
  } else if (process.env.CALLGATE_IDENTITY !== undefined) {
    identity = readIdentity(process.env.CALLGATE_IDENTITY);
  }
  if (identity !== null) {
    identity.workspace = workspace;
  }
  const ownTokenOf = (...flags) => tokenOf(...(platform.shared ? ["--workspace", workspace] : []), ...flags);
  const owner = new Client(url, ownTokenOf());
  const close = async () => {
    await server?.stop();
    await carrier.stop();
    await removeFolder(folder);
  };
  try {
    await owner.useCarrier(carrier);
    await owner.must("PUT", "/api/scheduler/config", { json: { rateLimits: { global: 50, perJob: 50 } } });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url, owner, carrier, tokenOf: ownTokenOf, identity, workspace,
    signingKey: () =>
      identity.signingKey ?? Buffer.from(hkdfSync("sha256", readFileSync(`${server.data}/secret`), "", "jwt", 32)),
    /** What a server that was started here has logged so far. */
    log: () => (server === null ? "" : readFileSync(server.logFile, "utf8")),
    as: (role) => new Client(url, ownTokenOf("--role", role)),
    close,
  };
}

/** Sends bytes as they are and answers {status, headers, text}; fetch would mend what is to be refused. */
export function raw(url, head, body = "", { halfClose = false } = {}) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(head);
      socket.write(body);
      if (halfClose) {
        socket.end();
      }
    });
    let text = "";
    socket.setTimeout(10_000, () => socket.destroy(new Error("no answer within 10 s")));
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
      const end = text.indexOf("\r\n\r\n");
      const length = /content-length: (\d+)/i.exec(text.slice(0, end));
      if (end > 0 && (length === null || text.length - end - 4 >= Number(length[1]))) {
        socket.destroy();
        resolve({ status: Number(text.slice(9, 12)), text: text.slice(end + 4) });
      }
    });
    socket.on("error", reject);
    socket.on("close", () => resolve({ status: 0, text }));
  });
}

export async function until(what, check, seconds = 20) {
  const limit = Date.now() + seconds * 1000;
  while (Date.now() < limit) {
    const found = await check();
    if (found) {
      return found;
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`it did not happen within ${seconds} s: ${what}`);
}

// The least HTTP server before BullMQ that takes the body which callgate takes: no router, no
// credential, no check of the numbers.
import { createServer } from "node:http";

import { jobOf, openQueue } from "./settings.mjs";

const queue = openQueue();
await queue.waitUntilReady();

async function add(body) {
  const { phoneNumbers } = JSON.parse(body);
  if (phoneNumbers.length === 1) {
    const { name, data } = jobOf(phoneNumbers[0]);
    await queue.add(name, data);
  } else {
    await queue.addBulk(phoneNumbers.map(jobOf));
  }
  return JSON.stringify({ accepted: phoneNumbers.length, duplicates: 0 });
}

function answer(response, status, body) {
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

const server = createServer((request, response) => {
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", () => {
    add(Buffer.concat(pieces).toString()).then(
      (body) => answer(response, 200, body),
      (error) => answer(response, 500, JSON.stringify({ error: error.message })),
    );
  });
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`listening on ${server.address().port}\n`);
});
process.on("SIGTERM", () => process.exit(0));

// One call at the simulated carrier, over kept connections. It names no server, so no webhook
// comes.
import { Agent, request } from "node:http";

import { options } from "./settings.mjs";

const agent = new Agent({ keepAlive: true, maxSockets: options.atOnce });
const url = new URL("/call", options.carrier);

export function dial(number, externalId) {
  const body = JSON.stringify({
    assistantId: "assistant",
    phoneNumberId: "number",
    customer: { number, externalId },
  });
  const headers = {
    authorization: "Bearer bench",
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", agent, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (piece) => {
        text += piece;
      });
      response.on("end", () => {
        if (response.statusCode === 201) resolve(JSON.parse(text).id);
        else reject(new Error(`the carrier answered ${response.statusCode}: ${text}`));
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

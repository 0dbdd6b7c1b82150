// A large list as one stream through the edge's public door, and what it took there.
import { numberAt } from "../numbers.mjs";
import { watchHeap } from "./heap.mjs";
import { hasProc } from "./home.mjs";

/** After so many people one who stands there already, and one who cannot be called. */
export const EVERY = 500;

async function* listOf(people, sent) {
  yield "phone,first name,last name,account,city\n";
  for (let first = 0; first < people; first += 1000) {
    let text = "";
    for (let at = first; at < Math.min(first + 1000, people); ++at) {
      text += `${numberAt(at)},First${at},Lastname,AC-${String(at).padStart(8, "0")},"San Francisco, ${at % 977}"\n`;
      if (at % EVERY === EVERY - 1) {
        text += `${numberAt(at)},Again,Twice,AC-0,\n+1555,Nobody,Nowhere,AC-1,\n`;
      }
    }
    sent.bytes += text.length;
    yield text;
  }
}

/**
 * {job, people, bytes, seconds, first, counts, beside: {bytes, looks}}: first is what was counted until the list
 * came, beside is what the isolate held at most beside WebAssembly's memory; null where that cannot be seen.
 */
export async function importList(home, people) {
  await home.client.must("GET", "/api/jobs");
  const first = await home.counted();
  const heap = hasProc ? await watchHeap(home.processes().map(({ pid }) => pid)) : () => null;
  const sent = { bytes: 0 };
  const query = new URLSearchParams({ name: "Large", assistantId: "a", phoneNumberId: "p" });
  const began = performance.now();
  const job = await home.client.must("POST", `/api/jobs?${query}`, {
    body: listOf(people, sent), duplex: "half", headers: { "content-type": "text/csv" },
  });
  const seconds = (performance.now() - began) / 1000;
  return { job, people, bytes: sent.bytes, seconds, first, beside: await heap(), counts: await home.counted() };
}

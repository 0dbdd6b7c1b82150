// Document E, daily calls: somebody who is called each day at their time, on their own clock.
import { ask, until } from "./ask.mjs";

await ask("PUT", "/api/surfaces/daily-calls", {
  enabled: true, assistantId: "assistant-id", phoneNumberId: "number-id", windowMinutes: 5,
});
const timezone = "America/New_York";
const callTime = new Intl.DateTimeFormat("en-GB", { timeZone: timezone, hour: "2-digit", minute: "2-digit" }).format(new Date());
const contact = await ask("POST", "/api/contacts", {
  firstName: "Ada", phoneNumbers: [`+1917555${String(Math.floor(Math.random() * 10_000)).padStart(4, "0")}`], timezone,
  preferences: { callEnabled: true, callTime },
});
console.log(`${contact.id} is called each day at ${callTime} in ${timezone}`);
console.log("by hand:", await ask("POST", "/api/queue/trigger"));

const called = await until("it was called today", async () => {
  const { calls } = await ask("GET", `/api/contacts/${contact.id}/calls`);
  return calls.find(({ attempts }) => attempts.length > 0);
});
console.log(`today's call is ${called.status}`);
const { queue } = await ask("GET", "/api/queue/status");
console.log({ ...queue, crons: queue.crons.map(({ name, cron, next }) => ({ name, cron, next: new Date(next) })) });
await ask("PATCH", `/api/contacts/${contact.id}`, { preferences: { callEnabled: false, callTime } });
console.log("no more calls for them");

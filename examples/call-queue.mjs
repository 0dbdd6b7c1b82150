// Document C, a call queue: a contact put into a campaign, listed, called now, and counted.
import { ask, until } from "./ask.mjs";

const number = `+1646555${String(Math.floor(Math.random() * 10_000)).padStart(4, "0")}`;
const campaign = await ask("POST", "/api/jobs", {
  name: "Follow-up", schedule: "now", assistantId: "assistant-id", phoneNumberId: "number-id", phoneNumbers: ["+16465550199"],
  concurrency: 2, // so that who is called now need not wait for who is called first
});
const contact = await ask("POST", "/api/contacts", { firstName: "Jane", lastName: "Doe", phoneNumbers: [number] });

const { queueItem, message } = await ask("POST", "/api/call-queue", {
  contactId: contact.seq, campaignId: campaign.id, priority: 5, maxAttempts: 3, retryAfter: 60,
  nextAttemptTime: new Date(Date.now() + 86_400_000), metadata: { source: "website" },
});
console.log(message, queueItem.queueId);

const { count, total, queueItems } = await ask("GET", `/api/call-queue?contactId=${contact.seq}&sortBy=priority&sortDir=desc`);
console.log(`${count} of ${total}:`, queueItems.map(({ id, status, contact: { firstName } }) => ({ id, status, firstName })));

console.log((await ask("PUT", `/api/call-queue/${queueItem.id}`, { priority: 10, reason: "asked to be called" })).message);
console.log((await ask("POST", `/api/call-queue/${queueItem.id}/call-now`, {})).message);
const { history, queueItem: now } = await until("it was called", async () => {
  const said = await ask("GET", `/api/call-queue/${queueItem.queueId}`);
  return said.queueItem.status !== "in-progress" && said;
});
console.log(`it is ${now.status} after ${now.attemptCount} attempt:`, history.map(({ action }) => action));
console.log((await ask("GET", `/api/call-queue/status?campaignId=${campaign.id}`)).queueStatus);

// Document B, a client's queue: its configuration, leads with priorities, a batch, and the statistics.
import { ask, until } from "./ask.mjs";

const client = "acme";
const config = await ask("PUT", `/api/clients/${client}/queue/config`, {
  maxConcurrent: 5,
  retryDelays: [5, 15, 30, 60],
  timezone: "America/New_York",
  // around the clock, so that this example ends whenever it is run
  businessHours: { start: "00:00", end: "24:00", priorityHours: [9, 10, 11, 14, 15, 16], timezone: "America/New_York" },
  activeDays: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
  priorityWeights: { urgent: 100, high: 75, normal: 50, low: 25 },
  assistantId: "assistant-id",
  phoneNumberId: "number-id",
});
console.log("the configuration:", config);

const lead = async (number) => (await ask("POST", "/api/contacts", { firstName: "Lead", phoneNumbers: [number] })).id;
const number = () => `+1212555${String(Math.floor(Math.random() * 10_000)).padStart(4, "0")}`;
const item = await ask("POST", `/api/clients/${client}/queue`, {
  clientId: client, leadId: await lead(number()), priority: "urgent", scheduledAt: new Date(), maxRetries: 3,
});
const batch = await ask("POST", `/api/clients/${client}/queue/schedule-batch`, {
  clientId: client, leadIds: [await lead(number()), await lead(number())], priority: "normal", batchSize: 10,
});
console.log(`item ${item.id} is ${item.status}; of the batch ${batch.scheduled} are scheduled`);

console.log("processed by hand:", await ask("POST", `/api/clients/${client}/queue/process`));
const ended = await until("it was called", async () => {
  const now = await ask("GET", `/api/queue/${item.id}`);
  return ["completed", "failed", "retry_scheduled"].includes(now.status) && now;
});
console.log(`item ${item.id} is ${ended.status}, ${ended.retryCount} retries`);
const [last] = batch.results;
console.log("taken back:", (await ask("DELETE", `/api/queue/${last.id}`).catch((error) => error)).status ?? "it had ended");
console.log("statistics:", await ask("GET", `/api/clients/${client}/queue/stats`));

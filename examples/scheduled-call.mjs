// Document D, scheduled calls: one in business hours that recurs, one moved, one made.
import { ask, until } from "./ask.mjs";

const userId = "user456";
const path = "/api/v1/scheduling";
const phoneNumber = "+919876543210";
const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString();

const { data: weekly } = await ask("POST", `${path}/schedule`, {
  phoneNumber, agentId: "agent123", phoneNumberId: "number-id", userId, scheduledFor: inDays(3), timezone: "Asia/Kolkata",
  respectBusinessHours: true,
  businessHours: { start: "09:00", end: "18:00", timezone: "Asia/Kolkata", daysOfWeek: [1, 2, 3, 4, 5] },
  recurring: { frequency: "weekly", interval: 1, maxOccurrences: 4 },
  metadata: { campaignId: "camp123" }, priority: "high",
});
console.log(`${weekly.message}: ${weekly.scheduledCallId} at ${weekly.scheduledFor}`);

const moved = await ask("POST", `${path}/${weekly.scheduledCallId}/reschedule`, { userId, scheduledFor: inDays(10) });
console.log(moved.data.message);
console.log((await ask("POST", `${path}/${weekly.scheduledCallId}/cancel`, { userId })).data.message);

const { data: soon } = await ask("POST", `${path}/schedule`, {
  phoneNumber, agentId: "agent123", phoneNumberId: "number-id", userId, respectBusinessHours: false,
  scheduledFor: new Date(Date.now() + 1_000).toISOString(),
});
const call = await until("it was called", async () => {
  const { data } = await ask("GET", `${path}/scheduled-calls?userId=${userId}&limit=100`);
  return data.scheduledCalls.find(({ _id, processedAt }) => _id === soon.scheduledCallId && processedAt);
});
console.log(`${call._id} was called at ${call.processedAt} and is ${call.status}`);
const { data: { scheduler, queue } } = await ask("GET", `${path}/stats`);
console.log({ scheduler, queue });

// Document A, queue management: a job of several calls, its progress as it happens, and its figures.
import { ask, events } from "./ask.mjs";

const job = await ask("POST", "/api/jobs", {
  name: "Campaign Name",
  schedule: new Date(),
  phoneNumbers: ["2125550111", "2125550112", "2125550113"],
  assistantId: "assistant-id",
  phoneNumberId: "number-id",
  maxAttempts: 1,
});
console.log(`${job.id} is ${job.status}, ${job.totalCalls} calls`);

const { isValid, reason } = await ask("POST", "/api/scheduler/validate", { at: new Date() });
console.log(isValid ? "now is a good time" : `now is no time to call: ${reason}`);
console.log("the next good time:", (await ask("GET", "/api/scheduler/next")).time);
console.log("the priority now:", (await ask("GET", "/api/scheduler/priority")).priority);

// What had happened before somebody listened is in the job itself.
let now = await ask("GET", `/api/jobs/${job.id}`);
if (now.status !== "completed") {
  for await (now of events(`/api/events?jobId=${job.id}&lastEventId=0`)) {
    console.log(`${now.status}, ${now.progress} %: ${now.completedCalls} reached, ${now.failedCalls} not`);
    if (now.status === "completed") {
      break;
    }
  }
}

const { successRate, avgCallDuration, failureReasons } = await ask("GET", `/api/jobs/${job.id}/metrics`);
console.log({ successRate, avgCallDuration, failureReasons, failedNumbers: now.failedNumbers });
process.exit(0); // the stream would go on

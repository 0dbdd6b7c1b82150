// What the types promise, as far as a compiler can hold it.
import { type CallStanding, CallgateError, createCallgate, type Job } from "./index";

const callgate = createCallgate({ url: "http://127.0.0.1:8787", token: async () => "…" });

export async function story(file: File): Promise<Job["status"]> {
  const job = await callgate.postJobs({
    body: { name: "x", assistantId: "a", phoneNumberId: "p", phoneNumbers: ["+14155550132"], schedule: "now" },
    headers: { "idempotency-key": "1" },
  });
  await callgate.postJobs({ query: { name: "x" }, body: file.stream(), headers: { "content-type": "text/csv" } });
  const standing: CallStanding[] = ["failed", "expired"];
  const { calls, total } = await callgate.getCalls({ query: { jobId: job.id, status: standing } });
  for await (const { id, data } of callgate.events({ jobId: job.id })) {
    if (id !== "" && data.progress === 100 && calls.length <= total) {
      return data.status;
    }
  }
  // @ts-expect-error A job has an id.
  await callgate.getJobsById();
  // @ts-expect-error There is no such status.
  await callgate.getCalls({ query: { status: ["asleep"] } });
  // @ts-expect-error A job has no such setting.
  await callgate.patchJobsById({ id: job.id, body: { colour: "red" } });
  return job.status;
}

export const reason = (error: unknown): string => (error instanceof CallgateError ? error.code : "lost");

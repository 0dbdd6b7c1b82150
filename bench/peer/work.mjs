// A worker that makes one request to the carrier per job.
import { dial } from "./carrier.mjs";
import { timeWorker } from "./worker.mjs";

await timeWorker((job) => dial(job.data.phoneNumber, job.id));

// A worker whose function does nothing.
import { timeWorker } from "./worker.mjs";

await timeWorker(async () => {});

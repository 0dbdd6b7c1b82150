// What the platform asks for, beyond what its paid plan includes, and how each item of it is counted.
// The only place in bench/ with a price.

export const PRICES_OF = "November 2026";

export const MILLION = 1_000_000;
export const OBJECT_GB = 0.128; // an object's duration is billed as if it had all of its isolate
export const QUEUE_UNIT_BYTES = 64 * 1024; // an operation for each of these of a message
export const SOCKET_MESSAGES = 20; // incoming ones that make a request; outgoing ones are free

/** item: [dollars, for so many, what one is]. */
export const PRICES = {
  rowsWritten: [1.0, MILLION, "a row or an index entry written, an alarm set"],
  rowsRead: [0.001, MILLION, "a row looked at"],
  objectRequests: [0.15, MILLION, "a method call, a fetch, an alarm, 20 messages of a subscriber"],
  objectGbSeconds: [12.5, MILLION, "a GB-second: 7.8 s in which an object of 128 MB has anything open"],
  workerRequests: [0.3, MILLION, "a request from outside, a batch for the queues' consumer"],
  workerCpuMs: [0.02, MILLION, "a millisecond of CPU in the Worker"],
  queueOperations: [0.4, MILLION, "64 KB of a message written, read or deleted; a retry reads again"],
  gbMonths: [0.2, 1, "a GB kept for a month"],
};

/** Dollars for so many of an item. */
export function cost(item, count) {
  const [dollars, unit] = PRICES[item];
  return (count / unit) * dollars;
}

// Requests that wait for what becomes of an effect. Whoever brings the reply (its result, or the provider's
// report of the call's end) comes on a way of its own, so they meet here, in the workspace's object.
import type { EffectKey, Output, Response as Answer } from "../wasm/callgate";
import { within } from "./effects";

type Await = Extract<NonNullable<Output["answer"]>, { await: unknown }>["await"];
type Open = { until: number } & PromiseWithResolvers<Answer>;

const nameOf = ({ kind, subject, attempt, fence }: EffectKey) => `${kind} ${subject} ${attempt} ${fence}`;

export class Awaits {
  #open = new Map<string, Open>();

  expect({ effect, until }: Await): void {
    const now = Date.now();
    this.#open.forEach((open, name) => open.until < now && this.#open.delete(name)); // nobody came for them
    this.#open.set(nameOf(effect), { until, ...Promise.withResolvers<Answer>() });
  }

  settle(replies: NonNullable<Output["replies"]>): void {
    replies.forEach(({ effect, response }) => this.#open.get(nameOf(effect))?.resolve(response));
  }

  /** Null: nothing was heard in time, or this object was made anew meanwhile. */
  async reply(effect: EffectKey): Promise<Answer | null> {
    const open = this.#open.get(nameOf(effect));
    return open === undefined ? null : within(open.until - Date.now(), open.promise).catch(() => null);
  }
}

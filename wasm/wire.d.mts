import type { Arrival, Arriving, CallgateModule, Core, Input, Output, Status } from "./callgate";

export function encode(value: Input | Arriving): Uint8Array;
export function decode<Value = Output | Arrival | Input>(bytes: Uint8Array): Value;
export function records(log: Uint8Array): Generator<Uint8Array>;
export function call(
  module: CallgateModule,
  core: Core,
  method: "handle" | "answerEarly" | "arrive" | "problem",
  bytes: Uint8Array,
): { status: Status; bytes: Uint8Array };

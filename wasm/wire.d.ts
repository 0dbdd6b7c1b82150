import type { CallgateModule, CheckedToken, Core, Credential, Input, Output, Status } from "./callgate";

export function encode(value: Input | CheckedToken): Uint8Array;
export function decode<Value = Output | Credential | Input>(bytes: Uint8Array): Value;
export function records(log: Uint8Array): Generator<Uint8Array>;
export function call(
  module: CallgateModule,
  core: Core,
  method: "handle" | "answerEarly" | "authenticate" | "judgeClaims" | "unauthorized",
  bytes: Uint8Array,
): { status: Status; bytes: Uint8Array };

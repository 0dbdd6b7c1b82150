import type { Host } from "./callgate";

export function secretIn(text: string): Uint8Array | undefined;
export function deriveKey(secret: Uint8Array | string, purpose: string): Uint8Array;
export function cryptoOf(secret: Uint8Array | string): Omit<Host, "workspace" | "exec">;

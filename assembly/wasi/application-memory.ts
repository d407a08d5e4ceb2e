// Pointers from the application. Such a pointer is a claim: inApplication() is the one place that checks it, against
// the size the memory has now, in 64 bits, so that nothing wraps. Copies after that need no further check.
// There is no alignment to check: preview 1 structures may lie anywhere.

import * as app from "../host/app";

/** Whether `bytes` bytes at `at` all lie in the application's memory. */
export function inApplication(at: u32, bytes: u32): bool {
  return <u64>at + <u64>bytes <= app.size();
}

/** Whether `count` elements of `size` bytes at `at` all lie in the application's memory. */
export function arrayInApplication(at: u32, count: u32, size: u32): bool {
  return <u64>at + <u64>count * <u64>size <= app.size();
}

const scratch = memory.data(8, 8);

/** Stores a u16 at a checked address. */
export function putU16(at: u32, value: u32): void {
  store<u16>(scratch, value);
  app.copyOut(at, scratch, 2);
}

/** Stores a u32 at a checked address. */
export function putU32(at: u32, value: u32): void {
  store<u32>(scratch, value);
  app.copyOut(at, scratch, 4);
}

/** Stores a u64 at a checked address. */
export function putU64(at: u32, value: u64): void {
  store<u64>(scratch, value);
  app.copyOut(at, scratch, 8);
}

// From pending vectors to handlers. Ring 0's stubs only set a bit; this runs in the kernel's own loop, so the kernel is
// never re-entered and a handler may do what any function may.
//
//   per vector (32 + n):  u32 handler (index in the function table, 0: none)  u32 argument  u32 fired  u32 level

import * as cpu from "../host/cpu";
import { endOfInterrupt, isInService } from "./apic";
import { VECTOR_COUNT, VECTOR_FIRST, VECTOR_SPURIOUS } from "./spec";

@final @unmanaged
class Entry {
  handler: u32;
  argument: u32;
  fired: u32;
  /** The line stays up until the handler has been to the device. */
  isLevel: u32;
}

const entries = memory.data(64 * 16, 4);
let unhandled: u32 = 0;

function entryOf(vector: u32): Entry {
  assert(vector - VECTOR_FIRST < VECTOR_COUNT);
  return changetype<Entry>(entries + <usize>(vector - VECTOR_FIRST) * offsetof<Entry>());
}

/** Has `handler(argument)` called, from the loop, after `vector` fired. */
export function setHandler(vector: u32, handler: (argument: u32) => void, argument: u32): void {
  // A function value is a static object whose first word is the index in the table.
  entryOf(vector).handler = load<u32>(changetype<usize>(handler));
  entryOf(vector).argument = argument;
}

/** The same for a level-triggered line: `handler` lets it fall. */
export function setLevelHandler(vector: u32, handler: (argument: u32) => void, argument: u32): void {
  setHandler(vector, handler, argument);
  entryOf(vector).isLevel = 1;
}

/** How often `vector` has fired; for VECTOR_SPURIOUS, the spurious interrupts. */
export function timesFired(vector: u32): u32 {
  return entryOf(vector).fired;
}

/** Interrupts that fired without a handler. */
export function unhandledInterrupts(): u32 {
  return unhandled;
}

/** Takes every pending interrupt, tells the APIC, and calls the handlers. */
export function dispatchPending(): void {
  let pending = cpu.takePending();
  while (pending != 0) {
    const vector = VECTOR_FIRST + <u32>ctz<u64>(pending);
    pending &= pending - 1;
    const entry = entryOf(vector);
    entry.fired++;
    // Unless a device sent that vector: a message can carry any, and one that is not ended holds back all others.
    if (vector == VECTOR_SPURIOUS && !isInService(vector)) continue;
    // Before the handler: it may find more work, and the next edge must not be held back meanwhile. But a line that
    // is still up would interrupt again at once.
    if (entry.isLevel == 0) endOfInterrupt();
    if (entry.handler == 0) unhandled++;
    else call_indirect<void>(entry.handler, entry.argument);
    if (entry.isLevel != 0) endOfInterrupt();
  }
}

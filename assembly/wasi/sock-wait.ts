// How long a call on a socket waits: not at all if the descriptor does not block, else to the end of its time-out
// (SO_RCVTIMEO, SO_SNDTIMEO), which is without end at first.
// Read first: sockets/turn.ts.
//
//   takeTurn();
//   const deadline = receiveDeadline(entry);
//   while (!isReady()) if (!waitUntil(deadline)) return AGAIN;
//
//   a socket's `position` in its descriptor: milliseconds to receive or accept, then milliseconds to send or connect

import { sleepUntil, takeTurn } from "../sockets/turn";
import { monotonic } from "../time/clock";
import { NEVER } from "../time/deadlines";
import { Descriptor } from "./descriptors";
import { FDFLAG_NONBLOCK } from "./spec";

/** In place of a deadline: may not wait. */
export const AT_ONCE: u64 = 0;

const MILLISECOND: u64 = 1000000;

/** Milliseconds until receiving or accepting gives up; 0: never. */
export function receivePatience(entry: Descriptor): u32 {
  return <u32>entry.position;
}

/** The same of sending or connecting. */
export function sendPatience(entry: Descriptor): u32 {
  return <u32>(entry.position >> 32);
}

export function setReceivePatience(entry: Descriptor, milliseconds: u32): void {
  entry.position = (entry.position & 0xffffffff00000000) | <u64>milliseconds;
}

export function setSendPatience(entry: Descriptor, milliseconds: u32): void {
  entry.position = (entry.position & 0xffffffff) | (<u64>milliseconds << 32);
}

export function receiveDeadline(entry: Descriptor): u64 {
  return deadlineAfter(entry, receivePatience(entry));
}

export function sendDeadline(entry: Descriptor): u64 {
  return deadlineAfter(entry, sendPatience(entry));
}

function deadlineAfter(entry: Descriptor, milliseconds: u32): u64 {
  if ((entry.flags & FDFLAG_NONBLOCK) != 0) return AT_ONCE;
  return milliseconds == 0 ? NEVER : monotonic() + <u64>milliseconds * MILLISECOND;
}

/** Waits for something to happen in the network, whatever it is. False if the time is over. */
export function waitUntil(deadline: u64): bool {
  if (deadline == AT_ONCE || (deadline != NEVER && monotonic() >= deadline)) return false;
  sleepUntil(deadline);
  takeTurn();
  return true;
}

// Numbers nobody can guess: ports (RFC 6056), identifiers (RFC 5452), transaction numbers, first values of counters.
// Read first: entropy/random.ts.
//
// A machine without an entropy source still gets a network: its numbers then come from the clock, differ from start to
// start, and can be guessed by whoever tries. isGuessable() says so.

import { beginRandom, endRandom, nextRandom } from "../entropy/random";
import { now } from "./now";

/** Ephemeral ports, from 32768 as in Linux: RFC 6056 §3.2 wants as many as possible. */
export const PORT_EPHEMERAL_FIRST: u32 = 32768;
export const PORT_EPHEMERAL_COUNT: u32 = 28232;

const BUFFER_BYTES: u32 = 64;
const buffer = memory.data(64, 8);
let left: u32 = 0;
let weakState: u64 = 0;
let guessable: bool = false;

/** Whether the machine has no source of entropy. */
export function isGuessable(): bool {
  return guessable;
}

export function random32(): u32 {
  if (left == 0 && !refill()) return weak();
  left -= 4;
  const at = buffer + left;
  const value = load<u32>(at);
  store<u32>(at, 0);
  return value;
}

/** A number in [0, bound); what 2^32 is not a multiple of does no harm to ports and delays. */
export function randomBelow(bound: u32): u32 {
  return <u32>((<u64>random32() * <u64>bound) >> 32);
}

export function randomPort(): u32 {
  return PORT_EPHEMERAL_FIRST + randomBelow(PORT_EPHEMERAL_COUNT);
}

function refill(): bool {
  guessable = !beginRandom(BUFFER_BYTES);
  if (guessable) return false;
  nextRandom(buffer, BUFFER_BYTES);
  endRandom();
  left = BUFFER_BYTES;
  return true;
}

/** SplitMix64 (Steele, Lea, Flood 2014), stirred by the clock. */
function weak(): u32 {
  weakState += 0x9e3779b97f4a7c15 ^ now();
  let mixed = weakState;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return <u32>(mixed >> 32);
}

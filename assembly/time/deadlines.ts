// The set of moments somebody waits for: a handful, so a pool and a list sorted by time.
// Pure but for its own list; `now` and deadlines are ns of the monotonic clock, passed in.
//
//   first -> [ at | next ] -> [ at | next ] -> 0        earliest first

import { DEADLINES_MAX } from "../base/limits";
import { makePool, Pool, poolGive, poolTake } from "../mm/pool";

/** No deadline: wait for ever. */
export const NEVER: u64 = u64.MAX_VALUE;

@final @unmanaged
export class Deadline {
  at: u64;
  next: usize;
  unused: u32;
}

let pool: usize = 0;
let first: usize = 0;

/** Makes the set, empty. Before the heap is locked. */
export function initialiseDeadlines(): void {
  pool = changetype<usize>(makePool(<u32>offsetof<Deadline>(), DEADLINES_MAX));
  first = 0;
}

/** Adds a deadline; 0 if DEADLINES_MAX are waited for already. The caller gives it back with removeDeadline(). */
export function addDeadline(at: u64): usize {
  const added = poolTake(changetype<Pool>(pool));
  if (added == 0) return 0;
  changetype<Deadline>(added).at = at;
  let before: usize = 0;
  let after = first;
  while (after != 0 && changetype<Deadline>(after).at <= at) {
    before = after;
    after = changetype<Deadline>(after).next;
  }
  changetype<Deadline>(added).next = after;
  if (before == 0) first = added;
  else changetype<Deadline>(before).next = added;
  return added;
}

/** Takes a deadline out of the set, whether it has passed or not. */
export function removeDeadline(deadline: usize): void {
  let before: usize = 0;
  let at = first;
  while (at != deadline) {
    assert(at != 0, "no such deadline");
    before = at;
    at = changetype<Deadline>(at).next;
  }
  const after = changetype<Deadline>(deadline).next;
  if (before == 0) first = after;
  else changetype<Deadline>(before).next = after;
  poolGive(changetype<Pool>(pool), deadline);
}

/** The earliest deadline, NEVER if there is none. */
export function earliestDeadline(): u64 {
  return first == 0 ? NEVER : changetype<Deadline>(first).at;
}

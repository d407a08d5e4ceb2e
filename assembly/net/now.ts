// The time as the network stack knows it. Whoever enters the stack says it first: the kernel's loop with pollNetwork(), the
// socket calls with setNow(). Everything inside asks now(), so one packet is handled at one moment, and tests own the clock.

let time: u64 = 0;

/** Sets the time: ns of the monotonic clock. It never goes back. */
export function setNow(ns: u64): void {
  if (ns > time) time = ns;
}

/** Nanoseconds of the monotonic clock when the stack was entered. */
export function now(): u64 {
  return time;
}

// clock_res_get and clock_time_get (preview 1, "clock"). Clocks are found when the first call comes.

import { applicationStart, monotonic, wallClock } from "../time/clock";
import { inApplication, putU64 } from "./application-memory";
import { CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_THREAD_CPUTIME, FAULT, INVAL, SUCCESS } from "./spec";

/** All clocks count nanoseconds, and a TSC ticks at least about that often. */
const RESOLUTION: u64 = 1;

export function clock_res_get(clock: u32, resolution: u32): u32 {
  if (!inApplication(resolution, 8)) return FAULT;
  if (clock > CLOCK_THREAD_CPUTIME) return INVAL;
  putU64(resolution, RESOLUTION);
  return SUCCESS;
}

/** `precision` allows an answer to be late; ours never needs that. */
export function clock_time_get(clock: u32, _precision: u64, time: u32): u32 {
  if (!inApplication(time, 8)) return FAULT;
  if (clock > CLOCK_THREAD_CPUTIME) return INVAL;
  putU64(time, readClock(clock));
  return SUCCESS;
}

/** What clock 0 to 3 shows, in ns. The one application has the processor for itself: its CPU time is all time. */
export function readClock(clock: u32): u64 {
  if (clock == CLOCK_REALTIME) return wallClock();
  if (clock == CLOCK_MONOTONIC) return monotonic();
  const start = applicationStart();
  return monotonic() - start;
}

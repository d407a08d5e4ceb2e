// The two clocks. Neither exists until it is asked for: finding one costs exits to the monitor, or a millisecond.
//
//   monotonic   kvmclock, else the TSC with a frequency from CPUID, else a measured one; ns since the machine began
//   wall        monotonic plus a constant found once: kvmclock's, else the word epoch=, else the CMOS clock
//
// Because the offset is a constant and monotonic never goes back, the wall clock never goes back either, and is as fine.

import * as cpu from "../host/cpu";
import { entryCycles } from "../abi/shared-page";
import { configuredEpoch, EPOCH_UNKNOWN } from "../config/configuration";
import { multiplyShift32, subtractSaturating } from "../lib/wide";
import { findHz } from "./frequency";
import { enablePvclock, pvclockHz, pvclockNanoseconds, pvclockWallStart } from "./pvclock";
import { rtcSeconds } from "./rtc";
import { NANOSECONDS_PER_SECOND } from "./spec";

const SOURCE_NONE: u32 = 0;
const SOURCE_PVCLOCK: u32 = 1;
const SOURCE_TSC: u32 = 2;

/** A TSC that shows more at entry was not started with the machine: firmware never takes this long. */
const FIRMWARE_SECONDS_MAX: u64 = 60;

let source: u32 = 0;
let hz: u64 = 0;
/** Nanoseconds per cycle, times 2^32. */
let scale: u64 = 0;
let startCycles: u64 = 0;
let last: u64 = 0;
let wallOffset: u64 = 0;
let isWallKnown: bool = false;
let appCycles: u64 = 0;

/** Nanoseconds since the machine began. Never goes back. */
export function monotonic(): u64 {
  if (source == SOURCE_NONE) start();
  const now = source == SOURCE_PVCLOCK ? pvclockNanoseconds() : toNanoseconds(subtractSaturating(cpu.cycles(), startCycles));
  if (now > last) last = now;
  return last;
}

/** Nanoseconds since 1970-01-01 00:00 UTC. Never goes back. */
export function wallClock(): u64 {
  return wallClockOffset() + monotonic();
}

/** What wallClock() is ahead of monotonic(), in ns. */
export function wallClockOffset(): u64 {
  if (!isWallKnown) findWallOffset();
  return wallOffset;
}

/** Notes that the application begins to run. */
export function noteApplicationStart(): void {
  appCycles = cpu.cycles();
}

/** TSC when the application began to run. */
export function applicationCycles(): u64 {
  return appCycles;
}

/** What monotonic() was when the application began to run, in ns. */
export function applicationStart(): u64 {
  const now = monotonic();
  return subtractSaturating(now, toNanoseconds(subtractSaturating(cpu.cycles(), appCycles)));
}

/** The TSC's frequency in Hz, found now if nobody has asked for time yet. */
export function cyclesPerSecond(): u64 {
  if (source == SOURCE_NONE) start();
  return hz;
}

function toNanoseconds(cycles: u64): u64 {
  return multiplyShift32(cycles, scale);
}

function start(): void {
  if (enablePvclock()) {
    source = SOURCE_PVCLOCK;
    hz = pvclockHz();
  } else {
    source = SOURCE_TSC;
    hz = findHz();
    startCycles = machineStart();
  }
  scale = (NANOSECONDS_PER_SECOND << 32) / hz;
}

/**
 * The TSC when the machine was started. Monitors start it at 0 with the machine; where it obviously was not, the image's
 * first instruction stands in.
 */
function machineStart(): u64 {
  return entryCycles() / hz < FIRMWARE_SECONDS_MAX ? 0 : entryCycles();
}

function findWallOffset(): void {
  isWallKnown = true;
  const now = monotonic();
  if (source == SOURCE_PVCLOCK) wallOffset = pvclockWallStart();
  if (wallOffset != 0) return;
  if (configuredEpoch() != EPOCH_UNKNOWN) wallOffset = configuredEpoch();
  else wallOffset = subtractSaturating(rtcSeconds() * NANOSECONDS_PER_SECOND, now);
}

// KVM's clock: a page that the hypervisor keeps up to date, with the TSC's scale in it.
// Read first: Linux Documentation/virt/kvm/x86/msr.rst, MSR_KVM_WALL_CLOCK_NEW and MSR_KVM_SYSTEM_TIME_NEW.
//
// The hypervisor writes the page, so it is read through host/dma, between two reads of its version: odd means a write
// is going on, and a change means the values do not belong together.

import * as cpu from "../host/cpu";
import * as dma from "../host/dma";
import { PVCLOCK_TIME, PVCLOCK_WALL } from "../abi/shared-page";
import { multiplyShift32 } from "../lib/wide";
import {
  CPUID_1_ECX_HYPERVISOR, CPUID_HYPERVISOR, CPUID_KVM_FEATURES, KVM_FEATURE_CLOCKSOURCE2, KVM_SIGNATURE_EBX,
  KVM_SIGNATURE_ECX, KVM_SIGNATURE_EDX, NANOSECONDS_PER_SECOND, PVCLOCK_MULTIPLIER, PVCLOCK_SHIFT, PVCLOCK_SYSTEM_TIME,
  PVCLOCK_TSC_TIMESTAMP, PVCLOCK_WALL_NANOSECONDS, PVCLOCK_WALL_SECONDS,
} from "./spec";

/** The hypervisor updates the page in microseconds; one that never finishes is not believed. */
const VERSION_ATTEMPTS: u32 = 1 << 16;

let timestamp: u64 = 0;
let systemTime: u64 = 0;
let multiplier: u32 = 0;
let shift: i32 = 0;

/** Switches kvmclock on. False if this is not KVM, or the page stays empty. */
export function enablePvclock(): bool {
  if ((cpu.identify(1, 0, 2) & CPUID_1_ECX_HYPERVISOR) == 0) return false;
  if (cpu.identify(CPUID_HYPERVISOR, 0, 1) != KVM_SIGNATURE_EBX) return false;
  if (cpu.identify(CPUID_HYPERVISOR, 0, 2) != KVM_SIGNATURE_ECX) return false;
  if (cpu.identify(CPUID_HYPERVISOR, 0, 3) != KVM_SIGNATURE_EDX) return false;
  if ((cpu.identify(CPUID_KVM_FEATURES, 0, 0) & KVM_FEATURE_CLOCKSOURCE2) == 0) return false;
  cpu.enableKvmclock();
  return readPage() && multiplier != 0 && shift > -32 && shift < 32;
}

/** Nanoseconds since the virtual machine was started. Only after enablePvclock(). */
export function pvclockNanoseconds(): u64 {
  readPage();
  const now = cpu.cycles();
  // The TSC can lag the timestamp by a little when the page has just been written.
  return systemTime + (now > timestamp ? pvclockScale(now - timestamp, multiplier, shift) : 0);
}

/** Nanoseconds since 1970 at which the virtual machine was started; 0 if the page does not say. */
export function pvclockWallStart(): u64 {
  for (let i: u32 = 0; i < VERSION_ATTEMPTS; i++) {
    const version = dma.load32(PVCLOCK_WALL);
    dma.fence();
    const seconds = <u64>dma.load32(PVCLOCK_WALL + PVCLOCK_WALL_SECONDS);
    const nanoseconds = <u64>dma.load32(PVCLOCK_WALL + PVCLOCK_WALL_NANOSECONDS);
    dma.fence();
    if ((version & 1) == 0 && version == dma.load32(PVCLOCK_WALL)) {
      return version == 0 ? 0 : seconds * NANOSECONDS_PER_SECOND + nanoseconds;
    }
    cpu.pause();
  }
  return 0;
}

/** Frequency of the TSC by the page's own scale, in Hz. */
export function pvclockHz(): u64 {
  const hz = (NANOSECONDS_PER_SECOND << 32) / <u64>multiplier;
  return shift < 0 ? hz << <u64>(-shift) : hz >> <u64>shift;
}

/** Cycles to nanoseconds as msr.rst defines it: shifted first, then times a 32-bit fraction, with no bit lost on top. */
export function pvclockScale(cycles: u64, fraction: u32, by: i32): u64 {
  return multiplyShift32(by < 0 ? cycles >> <u64>(-by) : cycles << <u64>by, fraction);
}

function readPage(): bool {
  for (let i: u32 = 0; i < VERSION_ATTEMPTS; i++) {
    const version = dma.load32(PVCLOCK_TIME);
    dma.fence();
    timestamp = dma.load64(PVCLOCK_TIME + PVCLOCK_TSC_TIMESTAMP);
    systemTime = dma.load64(PVCLOCK_TIME + PVCLOCK_SYSTEM_TIME);
    multiplier = dma.load32(PVCLOCK_TIME + PVCLOCK_MULTIPLIER);
    shift = <i32><i8>dma.load8(PVCLOCK_TIME + PVCLOCK_SHIFT);
    dma.fence();
    if ((version & 1) == 0 && version == dma.load32(PVCLOCK_TIME)) return version != 0;
    cpu.pause();
  }
  return false;
}

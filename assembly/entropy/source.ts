// True random numbers: RDSEED, else RDRAND, and a device where the machine has one. There is no other way: timings and
// addresses in a fresh virtual machine repeat from start to start, so a machine without any gets a refusal, not a guess.
// Read first: Intel Digital Random Number Generator Software Implementation Guide, §5.2 (retries).

import * as cpu from "../host/cpu";

const RDSEED: u32 = 0;
const RDRAND: u32 = 1;
const CPUID_1_ECX_RDRAND: u32 = 1 << 30;
const CPUID_7_EBX_RDSEED: u32 = 1 << 18;

/** RDRAND fails ten times in a row only if it is broken; RDSEED is slow, and may when others use it. */
const RDRAND_ATTEMPTS: u32 = 10;
const RDSEED_ATTEMPTS: u32 = 1024;

const word = memory.data(8, 8);
const deviceWords = memory.data(64, 8);
/** Index in the function table; 0: there is no device. */
let deviceSource: u32 = 0;

/** A function that fills `bytes` bytes (at most 64) at `to`, or says false. */
export function setDeviceSource(source: (to: usize, bytes: u32) => bool): void {
  // A function value is a static object whose first word is the index in the table.
  deviceSource = load<u32>(changetype<usize>(source));
}

/**
 * Fills `bytes` bytes (a multiple of 8, at most 64) at `to`; false if the machine has no source, or all have failed.
 * Instruction and device are added up (exclusive or): either being good makes the sum good.
 */
export function gatherEntropy(to: usize, bytes: u32): bool {
  const hasOwn = (hasRdseed() && gather(RDSEED, RDSEED_ATTEMPTS, to, bytes))
    || (hasRdrand() && gather(RDRAND, RDRAND_ATTEMPTS, to, bytes));
  if (deviceSource == 0 || !call_indirect<bool>(deviceSource, deviceWords, bytes)) return hasOwn;
  if (!hasOwn) memory.fill(to, 0, bytes);
  for (let i: u32 = 0; i < bytes; i += 8) store<u64>(to + i, load<u64>(to + i) ^ load<u64>(deviceWords + i));
  memory.fill(deviceWords, 0, 64);
  return true;
}

function hasRdseed(): bool {
  return cpu.identify(0, 0, 0) >= 7 && (cpu.identify(7, 0, 1) & CPUID_7_EBX_RDSEED) != 0;
}

function hasRdrand(): bool {
  return (cpu.identify(1, 0, 2) & CPUID_1_ECX_RDRAND) != 0;
}

function gather(kind: u32, attempts: u32, to: usize, bytes: u32): bool {
  let previous: u64 = 0;
  for (let offset: u32 = 0; offset < bytes; offset += 8) {
    let left = attempts;
    while (cpu.random(kind, word) == 0) {
      if (--left == 0) return false;
      cpu.pause();
    }
    const value = load<u64>(word);
    // Processors are known whose RDRAND returns all ones for ever after a resume; a repeated word is no entropy.
    if (value == previous || value == u64.MAX_VALUE) return false;
    previous = value;
    store<u64>(to + offset, value);
  }
  return true;
}

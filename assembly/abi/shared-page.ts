// The page that ring 0 and the kernel share, at physical 1 MiB. Ring 0 and the monitor write it, so it is read through
// host/dma only; the pending word is taken through cpu.takePending(). boot/ and shim/ have the same numbers.
//
//   0x000 u64 pending      bit n: interrupt vector 32 + n has fired and was not taken yet
//   0x008 u32 protocol     1 Multiboot 1, 2 PVH
//   0x00c u32 information  physical address of multiboot_info or hvm_start_info
//   0x010 u64 entryCycles  TSC at the first instruction of the image
//   0x018 u64 kernelCycles TSC when ring 3 began
//   0x020 u32 features     what boot switched on
//   0x024 u32 faulting     1 while a fault record is worked on
//   0x040 pvclock_vcpu_time_info, 32 bytes      0x080 pvclock_wall_clock, 12 bytes
//   0x100 fault record: 23 words of 8 bytes     0x1b8 u64 frameCount      0x1c0 u64 frames[32]

import * as dma from "../host/dma";

const SHARED_PAGE: usize = 0x100000;

export const PVCLOCK_TIME: usize = SHARED_PAGE + 0x40;
export const PVCLOCK_WALL: usize = SHARED_PAGE + 0x80;
const FAULT_RECORD: usize = SHARED_PAGE + 0x100;
const FRAME_COUNT: usize = SHARED_PAGE + 0x1b8;
const FRAMES: usize = SHARED_PAGE + 0x1c0;

export const PROTOCOL_MULTIBOOT: u32 = 1;
export const PROTOCOL_PVH: u32 = 2;

/** Words of the fault record, in their order. */
export const FAULT_VECTOR: u32 = 0;
export const FAULT_ERROR: u32 = 1;
export const FAULT_RIP: u32 = 2;
export const FAULT_CR2: u32 = 7;
export const FAULT_WORDS: u32 = 23;

/** Return addresses the record has room for. */
export const FRAMES_MAX: u32 = 32;

/** TSC at the first instruction of the image. */
export function entryCycles(): u64 {
  return dma.load64(SHARED_PAGE + 0x10);
}

/** TSC when ring 3 began. */
export function kernelCycles(): u64 {
  return dma.load64(SHARED_PAGE + 0x18);
}

export function bootProtocol(): u32 {
  return dma.load32(SHARED_PAGE + 0x08);
}

/** Word `index` of the fault record. */
export function faultWord(index: u32): u64 {
  assert(index < FAULT_WORDS);
  return dma.load64(FAULT_RECORD + <usize>index * 8);
}

/** How many return addresses there were; frames() has the first FRAMES_MAX. */
export function frameCount(): u64 {
  return dma.load64(FRAME_COUNT);
}

/** Return address `index`, innermost first. */
export function frame(index: u32): u64 {
  assert(index < FRAMES_MAX);
  return dma.load64(FRAMES + <usize>index * 8);
}

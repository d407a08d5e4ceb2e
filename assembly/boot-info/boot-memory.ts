// Reading what the monitor left in memory. Its pages are mapped read-only one at a time, what is wanted is copied out,
// and the last page is unmapped at the end: nothing of the monitor's stays in reach of the kernel.
// [1 MiB, 2 MiB) is the kernel's own memory and always mapped.

import * as vm from "../host/vm";
import { KERNEL_END, KERNEL_START, PAGE_SIZE } from "../base/limits";
import { distanceTo } from "../lib/bytes";

const PRESENT: u32 = 1;
const FOUR_GIB: u64 = 1 << 32;

/** Marks a page as mapped: page 0 is one, too, as QEMU's PVH ROM leaves its memory map there. */
const MAPPED: usize = 1;

/** The address of the page that is mapped now, with MAPPED; 0 if none is. */
let mapped: usize = 0;

/** Copies `bytes` bytes at physical `from`; false if a part of them cannot be mapped. */
export function readBootMemory(to: usize, from: u64, bytes: u32): bool {
  if (from >= FOUR_GIB || from + bytes > FOUR_GIB) return false;
  let at = <usize>from;
  while (bytes != 0) {
    const part = min<u32>(bytes, bytesLeftInPage(at));
    if (!reach(at)) return false;
    memory.copy(to, at, part);
    to += part;
    at += part;
    bytes -= part;
  }
  return true;
}

/**
 * Copies the NUL-terminated string at physical `from`, without its NUL, into `capacity` bytes. Its length, which is
 * `capacity` also for a longer or unterminated string; -1 if a part of it cannot be mapped.
 */
export function readBootString(to: usize, from: u64, capacity: u32): i32 {
  let length: u32 = 0;
  while (length < capacity) {
    if (from + length >= FOUR_GIB) return -1;
    const at = <usize>(from + length);
    const part = min<u32>(capacity - length, bytesLeftInPage(at));
    if (!reach(at)) return -1;
    const found = distanceTo(0, at, part);
    memory.copy(to + length, at, found);
    length += found;
    if (found < part) break;
  }
  return <i32>length;
}

/** Unmaps the last page that was read. */
export function closeBootMemory(): void {
  if (mapped != 0) vm.map(mapped & ~MAPPED, PAGE_SIZE, 0);
  mapped = 0;
}

function bytesLeftInPage(at: usize): u32 {
  return PAGE_SIZE - (<u32>at & (PAGE_SIZE - 1));
}

function reach(at: usize): bool {
  const page = at & ~(<usize>PAGE_SIZE - 1);
  if (page >= <usize>KERNEL_START && page < <usize>KERNEL_END) return true;
  if ((page | MAPPED) == mapped) return true;
  closeBootMemory();
  if (vm.map(page, PAGE_SIZE, PRESENT) != 0) return false;
  mapped = page | MAPPED;
  return true;
}

// Memory for files, taken while the application runs: what it could still grow into, from the top down, as much at a time
// as is asked for. Whoever comes first has it, memory.grow or a file; none of it goes back. Taken from a region that lies
// above 4 GiB, where no kernel pointer reaches, it would be of no use: then the largest other run of RAM is used instead.
//
//   region   | the application's memory → | free | … ← taken | ← taken first |
//                                                  2 MiB       steps of 64 KiB, for who needs little
//
// A step is mapped in the kernel's window, so what was taken is memory of the kernel like any other, and not zeroed.

import * as image from "../host/image";
import * as vm from "../host/vm";
import { LARGE_PAGE_SIZE, PAGE_SIZE } from "../base/limits";
import { alignUp } from "../lib/align";
import { usableEnd, usableRanges, usableStart } from "./memory-map";
import { regionBase, regionBytes } from "./region";

const FOUR_GIB: u64 = 1 << 32;
const SMALL_STEP: u32 = 0x10000;
const PRESENT_WRITABLE: u32 = 3;
const PRESENT_WRITABLE_BLOCK: u32 = 11;

/** A run of RAM of its own, used from its end; only for a region that no pointer reaches. */
let runStart: u64 = 0;
let runEnd: u64 = 0;
let isChosen: bool = false;
let isApart: bool = false;
let hasTaken: bool = false;
let stepBytes: u32 = 0;

/** Forgets what was taken: for the start of a machine. */
export function resetSurplus(): void {
  isChosen = false;
  isApart = false;
  hasTaken = false;
}

/** Takes the next step, wherever it lies: its first byte, or 0 if there is no memory left. takenBytes() is its length. */
export function takeSurplus(): usize {
  choose();
  const above = <u32>(top() & (LARGE_PAGE_SIZE - 1));
  // The first steps are small; later ones are whole large pages, as soon as one begins.
  if (above == 0 && hasTaken) {
    const at = take(LARGE_PAGE_SIZE);
    if (at != 0) return at;
  }
  const small = take(above == 0 ? SMALL_STEP : min<u32>(SMALL_STEP, above));
  return small != 0 ? small : take(PAGE_SIZE);
}

/** Bytes of the last step. */
export function takenBytes(): u32 {
  return stepBytes;
}

/** Bytes that could be taken now. */
export function surplusBytes(): u64 {
  choose();
  return isApart ? runEnd - runStart : vm.growable();
}

function choose(): void {
  if (isChosen) return;
  isChosen = true;
  isApart = regionBase() + regionBytes() > FOUR_GIB;
  if (!isApart) return;
  runStart = 0;
  runEnd = 0;
  for (let i: u32 = 0; i < usableRanges(); i++) {
    const start = max<u64>(usableStart(i), alignUp(image.end(), PAGE_SIZE));
    const end = min<u64>(usableEnd(i), min<u64>(FOUR_GIB, regionBase()));
    if (start >= end || end - start <= runEnd - runStart) continue;
    runStart = start;
    runEnd = end;
  }
}

function top(): u64 {
  return isApart ? runEnd : vm.takeTop(0);
}

function take(bytes: u32): usize {
  if (surplusBytes() < bytes) return 0;
  if (isApart) runEnd -= bytes;
  const at = <usize>(isApart ? runEnd : vm.takeTop(bytes));
  const isBlock = bytes == LARGE_PAGE_SIZE && vm.map(at, bytes, PRESENT_WRITABLE_BLOCK) == 0;
  // Where boot information was read there is a page table already: page by page then.
  if (!isBlock && vm.map(at, bytes, PRESENT_WRITABLE) != 0) return 0;
  hasTaken = true;
  stepBytes = bytes;
  return at;
}

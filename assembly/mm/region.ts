// Which part of the machine's RAM becomes the application's linear memory: the largest contiguous run after the image,
// wherever it lies, at most the 4 GiB that a WebAssembly memory can address.

import { LARGE_PAGE_SIZE } from "../base/limits";
import { alignUp } from "../lib/align";
import { usableEnd, usableRanges, usableStart } from "./memory-map";

const APPLICATION_MAX: u64 = 1 << 32;

let base: u64 = 0;
let bytes: u64 = 0;

/** Physical address of the chosen region. */
export function regionBase(): u64 {
  return base;
}

/** Its length; 0 if there is none. */
export function regionBytes(): u64 {
  return bytes;
}

/**
 * Chooses from the resolved memory map, using nothing below `after` (page-aligned). Large pages need a base aligned to
 * 2 MiB; a machine too small for that gets a base aligned to 4 KiB and at most 2 MiB, which one page table covers.
 */
export function chooseRegion(after: u64): void {
  base = 0;
  bytes = 0;
  for (let i: u32 = 0; i < usableRanges(); i++) {
    const start = max<u64>(usableStart(i), after);
    const end = usableEnd(i);
    if (start >= end) continue;
    const aligned = alignUp(start, LARGE_PAGE_SIZE);
    if (aligned + LARGE_PAGE_SIZE <= end) consider(aligned, min<u64>(end - aligned, APPLICATION_MAX));
    else consider(start, min<u64>(end - start, LARGE_PAGE_SIZE));
  }
}

function consider(start: u64, length: u64): void {
  if (length <= bytes) return;
  base = start;
  bytes = length;
}

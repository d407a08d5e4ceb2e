// The machine's RAM: ranges as the monitor reported them, made sorted, page-aligned, disjoint and merged.
// What is reserved wins over what is usable, wherever the two overlap. Pure but for its own table.
// Reading a monitor's tables is boot-info/; choosing the application's part is mm/region.ts.
//
//   usable (sorted, disjoint, not touching)        reserved (any order, may overlap)
//   [ start | end ] [ start | end ] …              [ start | end ] …
//
// A byte counts as RAM only if its whole page is usable: usable ranges shrink to pages, reserved ones grow.

import { MEMORY_RANGES_MAX, PAGE_SIZE } from "../base/limits";
import { alignDown, alignUp } from "../lib/align";
import { addSaturating } from "../lib/wide";

/** x86-64 physical addresses have at most 52 bits; everything above is clipped. */
const PHYSICAL_END: u64 = 1 << 52;

@final @unmanaged
class Range {
  start: u64;
  end: u64;
}
const RANGE_SIZE: usize = offsetof<Range>();

const usable = memory.data(192 * 16, 8);
const reserved = memory.data(192 * 16, 8);
let usableCount: u32 = 0;
let reservedCount: u32 = 0;
let overflowed: bool = false;

function usableAt(index: u32): Range {
  return changetype<Range>(usable + <usize>index * RANGE_SIZE);
}

function reservedAt(index: u32): Range {
  return changetype<Range>(reserved + <usize>index * RANGE_SIZE);
}

/** Empties the map. */
export function clearMap(): void {
  usableCount = 0;
  reservedCount = 0;
  overflowed = false;
}

/** Notes RAM of `length` bytes at `start`; any values are allowed. */
export function addUsable(start: u64, length: u64): void {
  const clippedStart = alignUp(min<u64>(start, PHYSICAL_END), PAGE_SIZE);
  const end = alignDown(min<u64>(addSaturating(start, length), PHYSICAL_END), PAGE_SIZE);
  if (clippedStart < end) insertUsable(clippedStart, end);
}

/** Notes that `length` bytes at `start` must be left alone; any values are allowed. */
export function addReserved(start: u64, length: u64): void {
  if (length == 0) return;
  const clippedStart = alignDown(min<u64>(start, PHYSICAL_END), PAGE_SIZE);
  const end = alignUp(min<u64>(addSaturating(start, length), PHYSICAL_END), PAGE_SIZE);
  if (clippedStart >= end) return;
  if (reservedCount == MEMORY_RANGES_MAX) {
    overflowed = true;
    return;
  }
  const range = reservedAt(reservedCount++);
  range.start = clippedStart;
  range.end = end;
}

/**
 * Takes the reserved ranges out of the usable ones. False if the map had more ranges than the tables hold: then it
 * cannot be trusted, since a reservation may be missing.
 */
export function resolveMap(): bool {
  for (let i: u32 = 0; i < reservedCount; i++) subtract(reservedAt(i).start, reservedAt(i).end);
  reservedCount = 0;
  return !overflowed;
}

export function usableRanges(): u32 {
  return usableCount;
}

export function usableStart(index: u32): u64 {
  assert(index < usableCount);
  return usableAt(index).start;
}

export function usableEnd(index: u32): u64 {
  assert(index < usableCount);
  return usableAt(index).end;
}

/** Bytes of RAM in the resolved map. */
export function usableBytes(): u64 {
  let sum: u64 = 0;
  for (let i: u32 = 0; i < usableCount; i++) sum += usableAt(i).end - usableAt(i).start;
  return sum;
}

/** Whether all of [start, end) is RAM. */
export function isUsable(start: u64, end: u64): bool {
  for (let i: u32 = 0; i < usableCount; i++) {
    if (usableAt(i).start <= start && end <= usableAt(i).end) return true;
  }
  return false;
}

/** Whether any byte of [start, end) is RAM. */
export function touchesUsable(start: u64, end: u64): bool {
  for (let i: u32 = 0; i < usableCount; i++) {
    if (usableAt(i).start < end && start < usableAt(i).end) return true;
  }
  return false;
}

/** Puts [start, end) in its place and swallows every range it overlaps or touches. */
function insertUsable(start: u64, end: u64): void {
  let first: u32 = 0;
  while (first < usableCount && usableAt(first).end < start) first++;
  let after = first;
  while (after < usableCount && usableAt(after).start <= end) {
    start = min<u64>(start, usableAt(after).start);
    end = max<u64>(end, usableAt(after).end);
    after++;
  }
  if (!replace(first, after - first, 1)) return;
  usableAt(first).start = start;
  usableAt(first).end = end;
}

function subtract(start: u64, end: u64): void {
  let i: u32 = 0;
  while (i < usableCount) {
    const rangeStart = usableAt(i).start;
    const rangeEnd = usableAt(i).end;
    if (rangeEnd <= start || end <= rangeStart) {
      i++;
      continue;
    }
    const before: u32 = rangeStart < start ? 1 : 0;
    const behind: u32 = end < rangeEnd ? 1 : 0;
    if (!replace(i, 1, before + behind)) return;
    if (before != 0) {
      usableAt(i).start = rangeStart;
      usableAt(i).end = start;
      i++;
    }
    if (behind != 0) {
      usableAt(i).start = end;
      usableAt(i).end = rangeEnd;
      i++;
    }
  }
}

/** Makes `count` slots of the `removed` ones at `index`; false, and the map is marked, if the table is full. */
function replace(index: u32, removed: u32, count: u32): bool {
  const remaining = usableCount - removed;
  if (remaining + count > MEMORY_RANGES_MAX) {
    overflowed = true;
    return false;
  }
  const from = usable + <usize>(index + removed) * RANGE_SIZE;
  const to = usable + <usize>(index + count) * RANGE_SIZE;
  memory.copy(to, from, <usize>(usableCount - index - removed) * RANGE_SIZE);
  usableCount = remaining + count;
  return true;
}

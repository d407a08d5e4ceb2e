// A short sorted list of ranges of sequence numbers: what came out of order (receive.ts), what the peer has reported
// with SACK (scoreboard.ts). Pure but for the list that it is given.
//
//   count u32 | unused u32 | start u32, end u32 | start, end | …        [start, end), disjoint, not touching, ascending

import { earlier, isBefore, isUpTo, later } from "./sequence";

export const RANGES_MAX: u32 = 16;
export const RANGES_BYTES: u32 = 8 + RANGES_MAX * 8;

export function rangeCount(list: usize): u32 {
  return load<u32>(list);
}

export function rangeStart(list: usize, index: u32): u32 {
  return load<u32>(list + (<usize>index << 3), 8);
}

export function rangeEnd(list: usize, index: u32): u32 {
  return load<u32>(list + (<usize>index << 3), 12);
}

export function clearRanges(list: usize): void {
  store<u32>(list, 0);
}

/** Adds [start, end) and merges; returns how many bytes are new. 0 too if the list is full: then nothing was added. */
export function addRange(list: usize, start: u32, end: u32): u32 {
  const count = rangeCount(list);
  let first: u32 = 0;
  while (first < count && isBefore(rangeEnd(list, first), start)) first++;
  let after = first;
  let known: u32 = 0;
  let mergedStart = start;
  let mergedEnd = end;
  while (after < count && isUpTo(rangeStart(list, after), end)) {
    const from = rangeStart(list, after);
    const to = rangeEnd(list, after);
    const common = <i32>(earlier(to, end) - later(from, start));
    if (common > 0) known += <u32>common;
    mergedStart = earlier(mergedStart, from);
    mergedEnd = later(mergedEnd, to);
    after++;
  }
  if (first == after && count == RANGES_MAX) return 0;
  move(list, after, first + 1, count - after);
  store<u32>(list, first + 1 + (count - after));
  store<u32>(list + (<usize>first << 3), mergedStart, 8);
  store<u32>(list + (<usize>first << 3), mergedEnd, 12);
  return end - start - known;
}

/** Forgets everything before `sequence`. */
export function cutRanges(list: usize, sequence: u32): void {
  const count = rangeCount(list);
  let gone: u32 = 0;
  while (gone < count && isUpTo(rangeEnd(list, gone), sequence)) gone++;
  if (gone != 0) {
    move(list, gone, 0, count - gone);
    store<u32>(list, count - gone);
  }
  if (gone < count && isBefore(rangeStart(list, 0), sequence)) store<u32>(list, sequence, 8);
}

/** Bytes in all ranges together. */
export function rangeBytes(list: usize): u32 {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < rangeCount(list); i++) sum += rangeEnd(list, i) - rangeStart(list, i);
  return sum;
}

function move(list: usize, from: u32, to: u32, count: u32): void {
  memory.copy(list + 8 + (<usize>to << 3), list + 8 + (<usize>from << 3), count << 3);
}

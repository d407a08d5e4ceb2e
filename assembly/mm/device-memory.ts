// Memory that devices read and write: queues and buffers. Little of it comes from the frame pool; more is a run of 2 MiB
// blocks behind the image, left out of the application's region and mapped when the first part is taken.
// Parts are taken while drivers start and never given back.
//
//   statics | frames | image | … | block | block | application's region
//             little               taken → | free

import * as vm from "../host/vm";
import { DEVICE_FRAMES_MAX, LARGE_PAGE_SIZE, PAGE_SIZE } from "../base/limits";
import { alignUp } from "../lib/align";
import { takeFrames } from "./frames";
import { addReserved, resolveMap, usableEnd, usableRanges, usableStart } from "./memory-map";

const FOUR_GIB: u64 = 1 << 32;
const PRESENT_WRITABLE_BLOCKS: u32 = 11;

let base: u64 = 0;
let bytes: u32 = 0;
let used: u32 = 0;
let isMapped: bool = false;

/** Sets `wanted` bytes aside, at or after `after`. False if the machine has no such run below 4 GiB. */
export function reserveDeviceMemory(after: u64, wanted: u32): bool {
  used = 0;
  bytes = <u32>alignUp(wanted, PAGE_SIZE);
  base = bytes > DEVICE_FRAMES_MAX * PAGE_SIZE ? 0 : takeFrames(bytes / PAGE_SIZE);
  isMapped = base != 0;
  if (isMapped) return true;
  bytes = <u32>alignUp(wanted, LARGE_PAGE_SIZE);
  for (let i: u32 = 0; i < usableRanges(); i++) {
    base = alignUp(max<u64>(usableStart(i), after), LARGE_PAGE_SIZE);
    if (base + bytes > min<u64>(usableEnd(i), FOUR_GIB)) continue;
    addReserved(base, bytes);
    return resolveMap();
  }
  bytes = 0;
  return false;
}

/** Whether [start, end) has something of it. */
export function touchesDeviceMemory(start: u64, end: u64): bool {
  return start < base + bytes && base < end;
}

/** Bytes that have not been taken. */
export function freeDeviceMemory(): u32 {
  return bytes - used;
}

/** `count` zeroed bytes, aligned to `alignment` (a power of two, at most 2 MiB); 0 if there are not so many. */
export function takeDeviceMemory(count: u32, alignment: u32): usize {
  const from = alignUp(used, alignment);
  if (count == 0 || from + count > bytes) return 0;
  if (!isMapped) {
    if (vm.map(<usize>base, bytes, PRESENT_WRITABLE_BLOCKS) != 0) return 0;
    isMapped = true;
  }
  used = <u32>from + count;
  const at = <usize>(base + from);
  memory.fill(at, 0, count);
  return at;
}

// Boot modules: files that the monitor put into memory beside the image. The protocols note where they lie, as the monitor
// says it; nothing is looked at before somebody asks for it, and then it is mapped to be read, where it is.
// Who reads them: fs/start.ts.

import * as vm from "../host/vm";
import { BOOT_MODULES_MAX, LARGE_PAGE_SIZE, PAGE_SIZE } from "../base/limits";
import { alignDown, alignUp } from "../lib/align";

/** The last page below 4 GiB is nobody's, so that no address of a module wraps. */
const END_MAX: u64 = (1 << 32) - 4096;
const PRESENT: u32 = 1;
const PRESENT_BLOCKS: u32 = 9;

// For each: u64 start, u64 bytes.
const modules = memory.data(32 * 16, 8);
let count: u32 = 0;

export function clearModules(): void {
  count = 0;
}

export function addModule(start: u64, bytes: u64): void {
  assert(count < BOOT_MODULES_MAX);
  store<u64>(modules + <usize>(count << 4), start);
  store<u64>(modules + <usize>(count << 4), bytes, 8);
  count++;
}

export function moduleCount(): u32 {
  return count;
}

/** Physical address and length of a module that could be mapped. */
export function moduleStart(index: u32): u32 {
  return <u32>load<u64>(modules + <usize>(index << 4));
}

export function moduleBytes(index: u32): u32 {
  return <u32>load<u64>(modules + <usize>(index << 4), 8);
}

/** Maps a module to be read, in large pages where it can be. False if it lies where it cannot be reached. */
export function mapModule(index: u32): bool {
  const from = load<u64>(modules + <usize>(index << 4));
  const bytes = load<u64>(modules + <usize>(index << 4), 8);
  if (from >= END_MAX || bytes > END_MAX - from) return false;
  const start = alignDown(from, PAGE_SIZE);
  const end = alignUp(from + bytes, PAGE_SIZE);
  const inner = alignUp(start, LARGE_PAGE_SIZE);
  const innerEnd = alignDown(end, LARGE_PAGE_SIZE);
  if (inner >= innerEnd) return map(start, end, PRESENT);
  return map(start, inner, PRESENT) && map(inner, innerEnd, PRESENT_BLOCKS) && map(innerEnd, end, PRESENT);
}

function map(start: u64, end: u64, flags: u32): bool {
  return start == end || vm.map(<usize>start, <u32>(end - start), flags) == 0;
}

// The boot-time heap: memory that is taken once and never given back, cut from frames. It is locked just before the
// application starts; from then on there are only pools (mm/pool.ts), whose sizes are fixed here.

import { PAGE_SIZE } from "../base/limits";
import { alignUp } from "../lib/align";
import { lockFrames, takeFrames } from "./frames";

let next: usize = 0;
let end: usize = 0;
let locked: bool = false;

/** From now on taking memory is a panic. */
export function lockHeap(): void {
  locked = true;
  lockFrames();
}

/** `bytes` of zeroed memory, aligned to `alignment` (a power of two, at most a page). Panics if there is none left. */
export function takeMemory(bytes: u32, alignment: u32): usize {
  assert(!locked, "the heap is locked after boot");
  assert(bytes != 0 && bytes < 0x100000 && alignment <= PAGE_SIZE);
  let at = <usize>alignUp(<u64>next, alignment);
  if (next == 0 || at + bytes > end) {
    // What is left of the last frame is given up: boot takes a handful of blocks.
    const frames = (bytes + PAGE_SIZE - 1) / PAGE_SIZE;
    at = takeFrames(frames);
    assert(at != 0, "the kernel's memory is used up");
    end = at + <usize>(frames * PAGE_SIZE);
  }
  next = at + bytes;
  return at;
}

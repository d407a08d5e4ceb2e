// Frames of 4 KiB from the kernel's own memory: what lies between its statics and the image.
// Frames are handed out at boot only; lockFrames() ends that.
//
//   0x101000      __heap_base                         0x200000
//   | statics      | frame 0 | frame 1 | …             | image
//                    one bit each: 1 = taken

import { KERNEL_END, PAGE_SIZE } from "../base/limits";
import { alignUp } from "../lib/align";
import { clearBit, findClearRun, setBit, testBit } from "../lib/bitmap";

// [1 MiB, 2 MiB) has 256 pages, and the statics take some of them.
const taken = memory.data(32);
let first: usize = 0;
let count: u32 = 0;
let free: u32 = 0;
let locked: bool = false;

/** Makes every frame between the statics and the image free. */
export function initialiseFrames(): void {
  first = <usize>alignUp(<u64>__heap_base, PAGE_SIZE);
  assert(first < <usize>KERNEL_END);
  count = (KERNEL_END - <u32>first) / PAGE_SIZE;
  free = count;
  locked = false;
  memory.fill(taken, 0, 32);
}

/** From now on taking or giving back a frame is a panic. */
export function lockFrames(): void {
  locked = true;
}

export function freeFrames(): u32 {
  return free;
}

/** `frames` zeroed frames in a row; 0 if there is no such run. */
export function takeFrames(frames: u32): usize {
  assert(!locked, "frames are locked after boot");
  assert(frames != 0);
  const index = findClearRun(taken, count, frames);
  if (index == count) return 0;
  for (let i: u32 = 0; i < frames; i++) setBit(taken, index + i);
  free -= frames;
  const at = first + <usize>(index * PAGE_SIZE);
  memory.fill(at, 0, <usize>(frames * PAGE_SIZE));
  return at;
}

/** Gives back frames that takeFrames handed out; anything else is a panic. */
export function giveFrames(at: usize, frames: u32): void {
  assert(!locked, "frames are locked after boot");
  assert(at >= first && (at & (PAGE_SIZE - 1)) == 0);
  const index = <u32>(at - first) / PAGE_SIZE;
  assert(index + frames <= count);
  for (let i: u32 = 0; i < frames; i++) {
    assert(testBit(taken, index + i), "frame given back twice");
    clearBit(taken, index + i);
  }
  free += frames;
}

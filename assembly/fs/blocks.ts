// Blocks of 4 KiB: the memory of files, their contents, and everything that is known of them. Blocks come from the
// application's surplus as they are needed (mm/surplus.ts); a block given back is the next one taken.
//
//   step   | taken → | next … stepEnd       free   → block → block → 0     (a free block's first word)

import { PAGE_SIZE } from "../base/limits";
import { resetSurplus, surplusBytes, takenBytes, takeSurplus } from "../mm/surplus";

export const BLOCK_BYTES: u32 = PAGE_SIZE;

let free: usize = 0;
let freeCount: u32 = 0;
let next: usize = 0;
let stepEnd: usize = 0;

/** Forgets every block: for the start of a machine. */
export function resetBlocks(): void {
  free = 0;
  freeCount = 0;
  next = 0;
  stepEnd = 0;
  resetSurplus();
}

/** A block with whatever was in it; 0 if there is no memory left. */
export function takeBlock(): usize {
  if (free != 0) {
    const block = free;
    free = load<u32>(block);
    freeCount--;
    return block;
  }
  if (next == stepEnd) {
    next = takeSurplus();
    stepEnd = next == 0 ? 0 : next + takenBytes();
    if (next == 0) return 0;
  }
  next += BLOCK_BYTES;
  return next - BLOCK_BYTES;
}

/** A block of zeros; 0 if there is no memory left. */
export function takeZeros(): usize {
  const block = takeBlock();
  if (block != 0) memory.fill(block, 0, BLOCK_BYTES);
  return block;
}

export function giveBlock(block: usize): void {
  assert(block != 0 && (block & (BLOCK_BYTES - 1)) == 0);
  store<u32>(block, <u32>free);
  free = block;
  freeCount++;
}

/** How many blocks could be taken now. */
export function blocksLeft(): u64 {
  return <u64>freeCount + <u64>(stepEnd - next) / BLOCK_BYTES + surplusBytes() / BLOCK_BYTES;
}

// Small pieces of memory, cut from blocks: nodes and the names of directories. There are three sizes. A block holds pieces
// of one size, and goes back when the last of them does. Read first: blocks.ts.
//
//   block   0 u32 next block with room | 4 u32 previous one | 8 u32 first free slot | 12 u32 slots in use | 16 u32 size
//           64 slot | slot | …         a free slot's first word is the next free one

import { BLOCK_BYTES, giveBlock, takeBlock } from "./blocks";

const HEADER_BYTES: u32 = 64;
const SIZES: u32 = 3;
/** A name of 255 bytes and what stands before it fit into the largest: 14 in a block. */
export const SLOT_MAX: u32 = 288;

@final @unmanaged
class SlotBlock {
  next: u32;
  previous: u32;
  free: u32;
  used: u32;
  size: u32;
}

/** The first block with room, for each size. */
const partial = memory.data(12, 4);

/** Forgets every slot: for the start of a machine. */
export function resetSlots(): void {
  memory.fill(partial, 0, SIZES << 2);
}

/** `bytes` zeroed bytes, at most SLOT_MAX; 0 if there is no memory left. */
export function takeSlot(bytes: u32): usize {
  assert(bytes <= SLOT_MAX);
  const size: u32 = bytes <= 64 ? 0 : bytes <= 128 ? 1 : 2;
  const list = partial + <usize>(size << 2);
  const at = <usize>load<u32>(list) != 0 ? <usize>load<u32>(list) : begin(size);
  if (at == 0) return 0;
  const block = changetype<SlotBlock>(at);
  const slot = <usize>block.free;
  block.free = load<u32>(slot);
  block.used++;
  if (block.free == 0) unlink(block);
  memory.fill(slot, 0, bytesOf(size));
  return slot;
}

export function giveSlot(slot: usize): void {
  const block = changetype<SlotBlock>(slot & ~(<usize>BLOCK_BYTES - 1));
  if (block.free == 0) link(block);
  store<u32>(slot, block.free);
  block.free = <u32>slot;
  if (--block.used != 0) return;
  unlink(block);
  giveBlock(changetype<usize>(block));
}

function bytesOf(size: u32): u32 {
  return size == 0 ? 64 : size == 1 ? 128 : SLOT_MAX;
}

/** A new block of one size, all of it free. */
function begin(size: u32): usize {
  const at = takeBlock();
  if (at == 0) return 0;
  const block = changetype<SlotBlock>(at);
  const bytes = bytesOf(size);
  block.used = 0;
  block.size = size;
  block.free = 0;
  for (let offset = HEADER_BYTES; offset + bytes <= BLOCK_BYTES; offset += bytes) {
    store<u32>(at + offset, block.free);
    block.free = <u32>at + offset;
  }
  link(block);
  return at;
}

function link(block: SlotBlock): void {
  const list = partial + <usize>(block.size << 2);
  const at = changetype<usize>(block);
  block.next = load<u32>(list);
  block.previous = 0;
  if (block.next != 0) changetype<SlotBlock>(<usize>block.next).previous = <u32>at;
  store<u32>(list, <u32>at);
}

function unlink(block: SlotBlock): void {
  if (block.next != 0) changetype<SlotBlock>(<usize>block.next).previous = block.previous;
  if (block.previous != 0) changetype<SlotBlock>(<usize>block.previous).next = block.next;
  else store<u32>(partial + <usize>(block.size << 2), block.next);
}

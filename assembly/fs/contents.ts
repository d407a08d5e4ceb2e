// The contents of a file: blocks of 4 KiB below a tree of blocks that hold 1024 numbers of blocks each, as many levels of
// them as the file needs. A file that was packed is read where it lies in its archive; what is written to it becomes a block
// of its own (copy on write). Where neither is, there are zeros, and no memory is taken.
//
//   levels 0: data → contents                                at most 4 KiB
//   levels 1: data → 1024 numbers → contents                 4 MiB; 2: 4 GiB; 3: 4 TiB
//
// What lies behind the end is zero in the last block, and `placed`, the bytes that count in the archive, never passes it.

import * as app from "../host/app";
import * as image from "../host/image";
import { BLOCK_BYTES, blocksLeft, giveBlock, takeBlock, takeZeros } from "./blocks";
import { Node } from "./node";

const BLOCK_BITS: u32 = 12;
const LEVEL_BITS: u32 = 10;
const WORDS: u32 = 1 << LEVEL_BITS;
const LEVELS_MAX: u32 = 3;
/** The largest file. */
export const FILE_BYTES_MAX: u64 = 1 << 42;

const zeros = memory.data(4096);

/** Copies at most `bytes` bytes at `position` into checked application memory; how many there were. */
export function readContents(node: Node, position: u64, to: u32, bytes: u32): u32 {
  if (position >= node.size) return 0;
  const all = <u32>min<u64>(bytes, node.size - position);
  // What was never written is in one piece.
  if (node.data == 0 && position + all <= node.placed) {
    image.copyFiles(to, node.place + <u32>position, all);
    return all;
  }
  for (let done: u32 = 0; done < all;) {
    const at = position + done;
    const part = min<u32>(all - done, bytesLeft(at));
    const block = blockAt(node, <u32>(at >> BLOCK_BITS));
    if (block != 0) app.copyOut(to + done, block + offsetIn(at), part);
    else {
      const placed = placedIn(node, at, part);
      if (placed != 0) image.copyFiles(to + done, node.place + <u32>at, placed);
      if (placed != part) app.copyOut(to + done + placed, zeros, part - placed);
    }
    done += part;
  }
  return all;
}

/** Copies from checked application memory to `position`, at most FILE_BYTES_MAX; how many bytes until memory was used up. */
export function writeContents(node: Node, position: u64, from: u32, bytes: u32): u32 {
  let done: u32 = 0;
  while (done < bytes) {
    const at = position + done;
    const part = min<u32>(bytes - done, bytesLeft(at));
    const block = makeBlock(node, <u32>(at >> BLOCK_BITS), part == BLOCK_BYTES);
    if (block == 0) break;
    app.copyIn(block + offsetIn(at), from + done, part);
    done += part;
  }
  if (done != 0 && position + done > node.size) node.size = position + done;
  return done;
}

/** The same for a few bytes from the kernel, a link's target, at the beginning of a file that has none yet. */
export function setContents(node: Node, from: usize, bytes: u32): bool {
  const block = makeBlock(node, 0, false);
  if (block == 0) return false;
  memory.copy(block, from, bytes);
  node.size = bytes;
  return true;
}

/** Copies all of a file of at most one block, a link's target, into the kernel. */
export function getContents(node: Node, to: usize): void {
  const bytes = <u32>node.size;
  assert(bytes <= BLOCK_BYTES);
  if (node.data == 0) image.readFiles(to, node.place, bytes);
  else memory.copy(to, <usize>node.data, bytes);
}

/** Cuts a file, or makes it longer with zeros that take no memory. */
export function resizeContents(node: Node, size: u64): void {
  if (size < node.size) {
    node.placed = <u32>min<u64>(node.placed, size);
    const first = <u32>((size + BLOCK_BYTES - 1) >> BLOCK_BITS);
    if (node.data != 0 && first <= lastIndex(node.levels) && giveFrom(<usize>node.data, node.levels, first)) {
      node.data = 0;
      node.levels = 0;
    }
    const last: usize = (size & (BLOCK_BYTES - 1)) == 0 ? 0 : blockAt(node, first - 1);
    if (last != 0) memory.fill(last + offsetIn(size), 0, bytesLeft(size));
  }
  node.size = size;
}

/** Makes sure that `bytes` bytes at `position`, ending at most at FILE_BYTES_MAX, have memory of their own. */
export function allocateContents(node: Node, position: u64, bytes: u64): bool {
  const first = <u32>(position >> BLOCK_BITS);
  const end = <u32>((position + bytes + BLOCK_BYTES - 1) >> BLOCK_BITS);
  // Enough for every block, and those above them: then nothing fails half-way.
  const most = <u64>(end - first) + 2 * ((<u64>(end - first) >> LEVEL_BITS) + 2) + LEVELS_MAX;
  if (blocksLeft() < most) {
    let missing: u64 = 0;
    for (let index = first; index < end && missing <= blocksLeft(); index++) missing += blockAt(node, index) == 0 ? 1 : 0;
    if (blocksLeft() < missing + most - (end - first)) return missing == 0;
  }
  for (let index = first; index < end; index++) {
    if (makeBlock(node, index, false) == 0) return false;
  }
  return true;
}

function offsetIn(position: u64): u32 {
  return <u32>position & (BLOCK_BYTES - 1);
}

function bytesLeft(position: u64): u32 {
  return BLOCK_BYTES - offsetIn(position);
}

/** How many of `bytes` bytes at `position` are in the archive. */
function placedIn(node: Node, position: u64, bytes: u32): u32 {
  return position >= node.placed ? 0 : <u32>min<u64>(bytes, node.placed - position);
}

/** The largest index of a block that a tree of so many levels has. */
function lastIndex(levels: u32): u32 {
  return <u32>((<u64>1 << (levels * LEVEL_BITS)) - 1);
}

/** The word for child `index` of a block of numbers of that level. */
function wordAt(block: usize, level: u32, index: u32): usize {
  return block + <usize>((index >> ((level - 1) * LEVEL_BITS) & (WORDS - 1)) << 2);
}

/** The block of contents `index`; 0 where nothing was written. */
function blockAt(node: Node, index: u32): usize {
  if (index > lastIndex(node.levels)) return 0;
  let block = <usize>node.data;
  for (let level: u32 = node.levels; level != 0 && block != 0; level--) block = <usize>load<u32>(wordAt(block, level, index));
  return block;
}

/** The same, made if it is not there: with what the archive has, unless all of it is about to be written. 0: no memory. */
function makeBlock(node: Node, index: u32, isWhole: bool): usize {
  while (index > lastIndex(node.levels)) {
    if (node.data != 0) {
      const above = takeZeros();
      if (above == 0) return 0;
      store<u32>(above, node.data);
      node.data = <u32>above;
    }
    node.levels++;
  }
  let word = changetype<usize>(node) + offsetof<Node>("data");
  for (let level: u32 = node.levels; level != 0; level--) {
    if (load<u32>(word) == 0) {
      const numbers = takeZeros();
      if (numbers == 0) return 0;
      store<u32>(word, <u32>numbers);
    }
    word = wordAt(<usize>load<u32>(word), level, index);
  }
  if (load<u32>(word) != 0) return <usize>load<u32>(word);
  const block = takeBlock();
  if (block == 0) return 0;
  if (!isWhole) {
    const position = <u64>index << BLOCK_BITS;
    const placed = placedIn(node, position, BLOCK_BYTES);
    if (placed != 0) image.readFiles(block, node.place + <u32>position, placed);
    memory.fill(block + placed, 0, BLOCK_BYTES - placed);
  }
  store<u32>(word, <u32>block);
  return block;
}

/** Gives back the blocks from index `first` on below a block of that level; true if the block itself is given back. */
function giveFrom(block: usize, level: u32, first: u32): bool {
  if (level != 0) {
    const shift = (level - 1) * LEVEL_BITS;
    for (let i = first >> shift; i < WORDS; i++) {
      const word = block + <usize>(i << 2);
      const child = <usize>load<u32>(word);
      const inside = i == first >> shift ? first & ((1 << shift) - 1) : 0;
      if (child != 0 && giveFrom(child, level - 1, inside)) store<u32>(word, 0);
    }
  }
  if (first != 0) return false;
  giveBlock(block);
  return true;
}

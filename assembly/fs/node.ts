// A node: a file, directory or symbolic link, whatever names it has. Its number is its address. The preopened directories'
// are in the kernel's statics, so that a machine without files takes no memory for them; all others are slots.
//
//   node, 64 bytes        a file, a link                      a directory
//    0  u64 size          bytes                               0
//    8  u64 accessed, 16 u64 modified, 24 u64 changed         ns since 1970
//   32  u32 data          root of its blocks (contents.ts)    first entry (directory.ts)
//   36  u32 place         where it is in an archive           last entry
//   40  u32 placed        bytes of it that count              entry that was listed last
//   44  u32 parent        0                                   the directory it is in; its own number at the top
//   48  u32 names         of it, the entries that lead here; 1 for a preopened directory
//   52  u32 opens         descriptors
//   56  u32 directories   0                                   directories in it
//   60  u8 type           preview 1's filetype
//   61  u8 levels         of blocks above the contents
//   62  u8 isReadOnly     nothing about it may change
//   63  u8 share          0: it is in memory; else it is in share `share` - 1 (share.ts), and 32 to 61 mean other things

import { PREOPENS_MAX } from "../base/limits";
import { takeSlot } from "./slots";

/** Preview 1's filetype. */
export const NODE_DIRECTORY: u32 = 3;
export const NODE_FILE: u32 = 4;
export const NODE_LINK: u32 = 7;

/** What a file is opened for: reading, writing; cut to nothing; as one that must not be there yet. */
export const ACCESS_READ: u32 = 1;
export const ACCESS_WRITE: u32 = 2;
export const ACCESS_CUT: u32 = 4;
export const ACCESS_NEW: u32 = 8;

@final @unmanaged
export class Node {
  size: u64;
  accessed: u64;
  modified: u64;
  changed: u64;
  data: u32;
  place: u32;
  placed: u32;
  parent: u32;
  names: u32;
  opens: u32;
  directories: u32;
  type: u8;
  levels: u8;
  isReadOnly: u8;
  share: u8;
}

// PREOPENS_MAX of them.
const roots = memory.data(32 * 64, 8);

export function nodeAt(number: u32): Node {
  assert(number != 0);
  return changetype<Node>(<usize>number);
}

export function typeOf(number: u32): u32 {
  return <u32>nodeAt(number).type;
}

export function isDirectory(number: u32): bool {
  return typeOf(number) == NODE_DIRECTORY;
}

/** The node of preopened directory `index`. */
export function rootAt(index: u32): u32 {
  assert(index < PREOPENS_MAX);
  return <u32>roots + index * <u32>offsetof<Node>();
}

/** Makes preopened directory `index` an empty one. */
export function resetRoot(index: u32): void {
  const root = nodeAt(rootAt(index));
  memory.fill(changetype<usize>(root), 0, offsetof<Node>());
  root.type = <u8>NODE_DIRECTORY;
  root.parent = rootAt(index);
  root.names = 1;
}

/** A node without a name; 0 if there is no memory left. */
export function takeNode(type: u32, now: u64): u32 {
  const number = <u32>takeSlot(<u32>offsetof<Node>());
  if (number == 0) return 0;
  const node = nodeAt(number);
  node.type = <u8>type;
  node.accessed = now;
  node.modified = now;
  node.changed = now;
  return number;
}

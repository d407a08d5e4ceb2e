// The tree of files: one node each, found by parent and name through a hash table. It lies in memory that is taken at
// boot; names and contents stay where they are, in the archive. Read next: archive.ts, which fills it; path.ts.
// Nodes 1 to P are the P preopened directories, each its own parent; 0 is none.
//
//   node, 32 bytes                               a file, a link            a directory
//    0  u32 data      where it is in the archive contents, target          first child
//    4  u32 size                                 bytes                     last child
//    8  u32 name      where the name is in the archive
//   12  u32 parent
//   16  u32 chain     next node of the same bucket
//   20  u32 sibling   next child of the same parent, in the archive's order
//   24  u32 hash      of parent and name
//   28  u16 length of the name, u8 type (preview 1's filetype), u8 unused
//
//   buckets: u32 each, a power of two of them: the first node of a chain

import * as image from "../host/image";
import { FILES_MAX, NAME_MAX } from "../base/limits";
import { equals } from "../lib/bytes";
import { takeMemory } from "../mm/heap";

/** Preview 1's filetype. */
export const NODE_DIRECTORY: u32 = 3;
export const NODE_FILE: u32 = 4;
export const NODE_LINK: u32 = 7;

@final @unmanaged
export class Node {
  data: u32;
  size: u32;
  name: u32;
  parent: u32;
  chain: u32;
  sibling: u32;
  hash: u32;
  nameLength: u16;
  type: u8;
  unused: u8;
}

let nodes: usize = 0;
let buckets: usize = 0;
let bucketMask: u32 = 0;
let capacity: u32 = 0;
let used: u32 = 0;
const compared = memory.data(256);

/** Takes memory for `entries` (at most FILES_MAX) nodes and the preopened ones. At boot only. */
export function reserveTree(entries: u32, preopens: u32): void {
  assert(entries <= FILES_MAX);
  capacity = entries + preopens + 1;
  let slots: u32 = 64;
  while (slots < entries) slots <<= 1;
  bucketMask = slots - 1;
  nodes = takeMemory(capacity * <u32>offsetof<Node>(), 8);
  buckets = takeMemory(slots << 2, 8);
  used = preopens + 1;
  for (let i: u32 = 1; i <= preopens; i++) {
    nodeAt(i).type = <u8>NODE_DIRECTORY;
    nodeAt(i).parent = i;
  }
}

export function nodeAt(index: u32): Node {
  assert(index != 0 && index < used);
  return changetype<Node>(nodes + <usize>index * offsetof<Node>());
}

export function nodeCount(): u32 {
  return used;
}

export function isDirectory(index: u32): bool {
  return <u32>nodeAt(index).type == NODE_DIRECTORY;
}

/** The child of that name; 0 if there is none. */
export function findChild(parent: u32, name: usize, length: u32): u32 {
  const hash = hashOf(parent, name, length);
  let index = load<u32>(bucketOf(hash));
  while (index != 0) {
    const node = nodeAt(index);
    if (node.hash == hash && node.parent == parent && <u32>node.nameLength == length) {
      image.readFiles(compared, node.name, length);
      if (equals(compared, name, length)) return index;
    }
    index = node.chain;
  }
  return 0;
}

/** A new last child, whose name is at `name` and also in the archive at `nameInArchive`; 0 if the tree is full. */
export function addChild(parent: u32, name: usize, nameInArchive: u32, length: u32, type: u32): u32 {
  assert(length != 0 && length <= NAME_MAX);
  if (used == capacity) return 0;
  const index = used++;
  const node = nodeAt(index);
  node.name = nameInArchive;
  node.nameLength = <u16>length;
  node.type = <u8>type;
  node.parent = parent;
  node.hash = hashOf(parent, name, length);
  const bucket = bucketOf(node.hash);
  node.chain = load<u32>(bucket);
  store<u32>(bucket, index);
  const directory = nodeAt(parent);
  if (directory.size != 0) nodeAt(directory.size).sibling = index;
  else directory.data = index;
  directory.size = index;
  return index;
}

function bucketOf(hash: u32): usize {
  return buckets + (<usize>(hash & bucketMask) << 2);
}

/** FNV-1a, begun with the parent; its high bits are brought down, since the mask takes low ones. */
function hashOf(parent: u32, name: usize, length: u32): u32 {
  let hash: u32 = (0x811c9dc5 ^ parent) * 0x01000193;
  for (let i: u32 = 0; i < length; i++) hash = (hash ^ <u32>load<u8>(name + i)) * 0x01000193;
  return hash ^ (hash >> 15);
}

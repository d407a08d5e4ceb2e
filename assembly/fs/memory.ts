// Nodes that are in memory: their lives, attributes and contents. What changes names: changes.ts. Read first: node.ts,
// contents.ts, directory.ts. Who decides that a node is one of these: files.ts.

import { SUCCESS, NOSPC } from "../abi/errno";
import { wallClock } from "../time/clock";
import { allocateContents, FILE_BYTES_MAX, getContents, readContents, resizeContents, writeContents } from "./contents";
import { entryAt, findEntry } from "./names";
import { NODE_DIRECTORY, NODE_LINK, nodeAt } from "./node";
import { giveSlot } from "./slots";

/** What has that name in a directory; 0 if nothing has. */
export function childOf(directory: u32, name: usize, length: u32): u32 {
  const entry = findEntry(directory, name, length);
  return entry == 0 ? 0 : entryAt(entry).node;
}

/** Names that lead to it; for a directory as POSIX systems count: itself, its name, and each directory in it. */
export function countNames(node: u32): u32 {
  const it = nodeAt(node);
  return <u32>it.type == NODE_DIRECTORY && it.names != 0 ? 2 + it.directories : it.names;
}

/** `changed` becomes now. */
export function setMemoryTimes(node: u32, accessed: u64, modified: u64, hasAccessed: bool, hasModified: bool): void {
  const it = nodeAt(node);
  if (hasAccessed) it.accessed = accessed;
  if (hasModified) it.modified = modified;
  it.changed = wallClock();
}

/** A descriptor does not stand for it any more. */
export function releaseMemory(node: u32): void {
  nodeAt(node).opens--;
  forgetUnused(node);
}

/** Gives the memory of a node back that has neither a name nor a descriptor. */
export function forgetUnused(node: u32): void {
  const it = nodeAt(node);
  if (it.names != 0 || it.opens != 0) return;
  if (<u32>it.type != NODE_DIRECTORY) resizeContents(it, 0);
  giveSlot(<usize>node);
}

/** Copies at most `bytes` bytes at `position` of a file into checked application memory; how many there were. */
export function readMemory(node: u32, position: u64, to: u32, bytes: u32): u32 {
  return readContents(nodeAt(node), position, to, bytes);
}

/** Copies from checked application memory to `position` (below FILE_BYTES_MAX); how many bytes there was room for. */
export function writeMemory(node: u32, position: u64, from: u32, bytes: u32): u32 {
  const file = nodeAt(node);
  const moved = writeContents(file, position, from, <u32>min<u64>(bytes, FILE_BYTES_MAX - position));
  if (moved != 0) touch(node);
  return moved;
}

/** Cuts a file, or makes it longer with zeros; at most FILE_BYTES_MAX. */
export function resizeMemory(node: u32, size: u64): void {
  resizeContents(nodeAt(node), size);
  touch(node);
}

/** Makes sure that a part of a file can be written, and is in the file. */
export function allocateMemory(node: u32, position: u64, bytes: u64): u32 {
  const file = nodeAt(node);
  if (!allocateContents(file, position, bytes)) return NOSPC;
  if (position + bytes > file.size) resizeMemory(node, position + bytes);
  return SUCCESS;
}

/** Copies a link's target, of at most PATH_MAX bytes, into the kernel. */
export function copyMemoryTarget(node: u32, to: usize): void {
  assert(<u32>nodeAt(node).type == NODE_LINK);
  getContents(nodeAt(node), to);
}

/** Notes that contents, or what is in a directory, have changed. */
export function touch(node: u32): void {
  const it = nodeAt(node);
  it.modified = wallClock();
  it.changed = it.modified;
}

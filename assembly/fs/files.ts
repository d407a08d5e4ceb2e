// What the WASI layer knows of file systems: numbers of nodes, and the functions of this file and of changes.ts. Today there
// is one file system, in memory, over archives that are read in place. Its numbers are addresses, above 1 MiB; another one
// (virtio-9p, a disk) gets numbers below, and these functions decide by the number: nothing above them changes.
// Read next: node.ts, directory.ts, contents.ts, archive.ts, path.ts.
//
//   boot        resetFiles(): nothing is there, and nothing is read
//   begin       openArchives(): archives become directories, while there is memory for them: soon all may be the application's
//   first use   openFiles(): /tmp, where there are no archives
//   every use   by node: lookup in constant time, contents in place

import * as image from "../host/image";
import { EXIT_UNUSABLE } from "../base/exit-status";
import { HAS_FILES } from "../base/features";
import { decimal, text } from "../base/line";
import { beginMessage, sendLine } from "../base/log";
import { powerOff } from "../base/power-off";
import { mapModule, moduleBytes, moduleCount, moduleStart } from "../boot-info/modules";
import { wallClock } from "../time/clock";
import { ARCHIVE_OK, ARCHIVE_TOO_LARGE, damagedAt, readArchive } from "./archive";
import { resetBlocks } from "./blocks";
import { allocateContents, FILE_BYTES_MAX, getContents, readContents, resizeContents, writeContents } from "./contents";
import { entryAt, findEntry, resetNames } from "./names";
import { NODE_DIRECTORY, NODE_LINK, nodeAt, resetRoot, rootAt } from "./node";
import { addTemporary, clearPreopens, preopenCount } from "./preopens";
import { giveSlot, resetSlots } from "./slots";

export { isDirectory, NODE_DIRECTORY, NODE_FILE, NODE_LINK, typeOf } from "./node";
export { copyPreopen, preopenCount, preopenLength } from "./preopens";
export { FILE_BYTES_MAX };

let isRead: bool = false;

export function resetFiles(): void {
  isRead = false;
  clearPreopens();
  resetBlocks();
  resetSlots();
  resetNames();
}

/** Just before the application begins. */
export function openArchives(): void {
  if (HAS_FILES && (image.files() != 0 || moduleCount() != 0)) openFiles();
}

/** Makes nodes usable; called before the first one is looked at. An archive that cannot be read ends the machine. */
export function openFiles(): void {
  if (isRead) return;
  isRead = true;
  if (image.files() != 0) check(readArchive(image.filesAt(), image.files()), "the archive of files in the image");
  for (let i: u32 = 0; i < moduleCount(); i++) {
    if (!mapModule(i)) check(ARCHIVE_TOO_LARGE, "a boot module");
    check(readArchive(moduleStart(i), moduleBytes(i)), "the archive of files in a boot module");
  }
  const temporary = preopenCount();
  if (addTemporary()) resetRoot(temporary);
}

function check(result: u32, what: string): void {
  if (result == ARCHIVE_OK) return;
  beginMessage();
  text(what);
  if (result == ARCHIVE_TOO_LARGE) text(" does not fit into the machine's memory");
  else {
    text(" cannot be read: byte ");
    decimal(damagedAt());
  }
  sendLine();
  powerOff(EXIT_UNUSABLE);
}

/** The node of a directory that is open from the start. */
export function preopenNode(index: u32): u32 {
  return rootAt(index);
}

/** What has that name in a directory; 0 if nothing has. */
export function childOf(directory: u32, name: usize, length: u32): u32 {
  const entry = findEntry(directory, name, length);
  return entry == 0 ? 0 : entryAt(entry).node;
}

export function parentOf(node: u32): u32 {
  return nodeAt(node).parent;
}

/** Whether it has no name any more, and is only there because it is open. */
export function isGone(node: u32): bool {
  return nodeAt(node).names == 0;
}

/** Whether nothing about it can be changed. */
export function isReadOnly(node: u32): bool {
  return nodeAt(node).isReadOnly != 0;
}

/** Bytes of a file or of a link's target; 0 for a directory. */
export function fileSize(node: u32): u64 {
  return nodeAt(node).size;
}

/** Names that lead to it; for a directory as POSIX systems count: itself, its name, and each directory in it. */
export function linkCount(node: u32): u32 {
  const it = nodeAt(node);
  return <u32>it.type == NODE_DIRECTORY && it.names != 0 ? 2 + it.directories : it.names;
}

export function accessedAt(node: u32): u64 {
  return nodeAt(node).accessed;
}

export function modifiedAt(node: u32): u64 {
  return nodeAt(node).modified;
}

export function changedAt(node: u32): u64 {
  return nodeAt(node).changed;
}

/** Sets both times; `changed` becomes now. */
export function setTimes(node: u32, accessed: u64, modified: u64): void {
  const it = nodeAt(node);
  it.accessed = accessed;
  it.modified = modified;
  it.changed = wallClock();
}

/** Keeps a node in being while a descriptor stands for it. */
export function holdNode(node: u32): void {
  nodeAt(node).opens++;
}

/** A descriptor does not stand for it any more. */
export function releaseNode(node: u32): void {
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
export function readFile(node: u32, position: u64, to: u32, bytes: u32): u32 {
  return readContents(nodeAt(node), position, to, bytes);
}

/** Copies from checked application memory to `position` (below FILE_BYTES_MAX); how many bytes there was room for. */
export function writeFile(node: u32, position: u64, from: u32, bytes: u32): u32 {
  const file = nodeAt(node);
  const moved = writeContents(file, position, from, <u32>min<u64>(bytes, FILE_BYTES_MAX - position));
  if (moved != 0) touch(node);
  return moved;
}

/** Cuts a file, or makes it longer with zeros; at most FILE_BYTES_MAX. */
export function resizeFile(node: u32, size: u64): void {
  resizeContents(nodeAt(node), size);
  touch(node);
}

/** Makes sure that a part of a file can be written, and is in the file; false if there is no memory for it. */
export function allocateFile(node: u32, position: u64, bytes: u64): bool {
  const file = nodeAt(node);
  if (!allocateContents(file, position, bytes)) return false;
  if (position + bytes > file.size) resizeFile(node, position + bytes);
  return true;
}

/** Copies a link's target, of fileSize() bytes and at most PATH_MAX, into the kernel. */
export function readTarget(node: u32, to: usize): void {
  assert(<u32>nodeAt(node).type == NODE_LINK);
  getContents(nodeAt(node), to);
}

/** Notes that contents, or what is in a directory, have changed. */
export function touch(node: u32): void {
  const it = nodeAt(node);
  it.modified = wallClock();
  it.changed = it.modified;
}

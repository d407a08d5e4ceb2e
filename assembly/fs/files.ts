// What the WASI layer knows of file systems: numbers of nodes, and the functions of this file, listing.ts and path.ts. A
// node is in one of two file systems, in memory (memory.ts, changes.ts) or in a directory that the host shares (share.ts);
// its `share` says in which, and is asked here and in listing.ts, nowhere above. Another file system, on a disk, would be a third.
// All that can fail answers SUCCESS or an errno.

import { NOENT, NOSPC, ROFS, SUCCESS, XDEV } from "../abi/errno";
import { HAS_SHARES } from "../base/features";
import { readlinkAt, readlinkBytes } from "../ninep/names";
import {
  addMemoryName, createdInMemory, createInMemory, createMemoryLink, removeMemoryDirectory, removeMemoryFile, renameInMemory,
} from "./changes";
import { FILE_BYTES_MAX } from "./contents";
import {
  allocateMemory, childOf, copyMemoryTarget, countNames, readMemory, releaseMemory, resizeMemory, setMemoryTimes, writeMemory,
} from "./memory";
import { ACCESS_CUT, NODE_DIRECTORY, NODE_FILE, nodeAt } from "./node";
import {
  dropShared, findAbove, findShared, foundShared, keepShared, lookAtShared, openSharedTarget, resizeShared, setSharedTimes,
  sharedNode,
} from "./share";
import { addSharedName, createSharedDirectory, createSharedLink, removeShared, renameShared } from "./share-changes";
import { createdShared, createSharedFile, movedShared, openShared, readShared, syncShared, writeShared } from "./share-contents";

export {
  ACCESS_CUT, ACCESS_NEW, ACCESS_READ, ACCESS_WRITE, isDirectory, NODE_DIRECTORY, NODE_FILE, NODE_LINK, rootAt as preopenNode, typeOf,
} from "./node";
export { copyPreopen, preopenCount, preopenLength } from "./preopens";
export { FILE_BYTES_MAX };

let found: u32 = 0;
let made: u32 = 0;
let moved: u32 = 0;
/** The link whose target was asked for. */
let link: u32 = 0;

/** Whether a node is in a directory that the host shares. */
export function isShared(node: u32): bool {
  return HAS_SHARES && nodeAt(node).share != 0;
}

// Attributes. Those of a shared node are as they were when look() was last called.

export function look(node: u32): u32 {
  return isShared(node) ? lookAtShared(node) : SUCCESS;
}

/** Bytes of a file or of a link's target; 0 for a directory. */
export function fileSize(node: u32): u64 {
  return nodeAt(node).size;
}

export function linkCount(node: u32): u32 {
  return isShared(node) ? nodeAt(node).names : countNames(node);
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

/** 0 for memory, and one for each share: numbers of files are each system's own. */
export function systemOf(node: u32): u32 {
  return nodeAt(node).share;
}

export function numberOf(node: u32): u64 {
  return isShared(node) ? sharedNode(node).number : node;
}

/** The number of the directory above, for a list; a share does not tell, and it has its own. */
export function numberAbove(directory: u32): u64 {
  return isShared(directory) ? numberOf(directory) : nodeAt(directory).parent;
}

/** Whether nothing about it can be changed. */
export function isReadOnly(node: u32): bool {
  return nodeAt(node).isReadOnly != 0;
}

/** Sets those that are given; the time of change becomes now. */
export function setTimes(node: u32, accessed: u64, modified: u64, hasAccessed: bool, hasModified: bool): u32 {
  if (isShared(node)) return setSharedTimes(node, accessed, modified, hasAccessed, hasModified);
  setMemoryTimes(node, accessed, modified, hasAccessed, hasModified);
  return SUCCESS;
}

// How long nodes are there. In memory those that have a name or a descriptor are; shared ones, while somebody uses them.

/** Keeps a node in being while a descriptor stands for it. */
export function holdNode(node: u32): void {
  if (isShared(node)) keepShared(node);
  else nodeAt(node).opens++;
}

/** A descriptor does not stand for it any more. */
export function releaseNode(node: u32): void {
  if (isShared(node)) dropShared(node);
  else releaseMemory(node);
}

/** Keeps a node in being while somebody remembers its number from a lookup, and no longer. */
export function keepNode(node: u32): void {
  if (isShared(node)) keepShared(node);
}

export function dropNode(node: u32): void {
  if (isShared(node)) dropShared(node);
}

// Names to nodes.

/** Looks a name up in a directory: SUCCESS with foundNode(), which the caller keeps at once, or NOENT. */
export function findName(directory: u32, name: usize, length: u32): u32 {
  if (isShared(directory)) {
    const error = findShared(directory, name, length);
    found = foundShared();
    return error;
  }
  found = childOf(directory, name, length);
  return found == 0 ? NOENT : SUCCESS;
}

/** The same for the directory above. */
export function findParent(directory: u32): u32 {
  if (isShared(directory)) {
    const error = findAbove(directory);
    found = foundShared();
    return error;
  }
  found = nodeAt(directory).parent;
  return SUCCESS;
}

export function foundByName(): u32 {
  return found;
}

/** Whether it has no name any more, and is only there because it is open. A server knows that by itself. */
export function isGone(node: u32): bool {
  return !isShared(node) && nodeAt(node).names == 0;
}

/** Asks for the target of a link, of at most PATH_MAX bytes; until the next call there are its length and its bytes. */
export function openTarget(node: u32): u32 {
  link = node;
  return isShared(node) ? openSharedTarget(node) : SUCCESS;
}

export function targetLength(): u32 {
  return isShared(link) ? readlinkBytes() : <u32>nodeAt(link).size;
}

export function copyTarget(to: usize): void {
  if (isShared(link)) memory.copy(to, readlinkAt(), readlinkBytes());
  else copyMemoryTarget(link, to);
}

// Contents.

/** Makes what was found ready for a descriptor with that access. */
export function openNode(node: u32, access: u32): u32 {
  if (isShared(node)) return openShared(node, access);
  if ((access & ACCESS_CUT) != 0) resizeMemory(node, 0);
  return SUCCESS;
}

/** Bytes that the last readFile() or writeFile() moved; with an error, before it. */
export function movedBytes(): u32 {
  return moved;
}

/** Copies at most `bytes` bytes at `position` of a file into checked application memory. */
export function readFile(node: u32, position: u64, to: u32, bytes: u32): u32 {
  if (isShared(node)) {
    const error = readShared(node, position, to, bytes);
    moved = movedShared();
    return error;
  }
  moved = readMemory(node, position, to, bytes);
  return SUCCESS;
}

/** Copies from checked application memory to `position`, below FILE_BYTES_MAX. */
export function writeFile(node: u32, position: u64, from: u32, bytes: u32): u32 {
  if (isShared(node)) {
    const error = writeShared(node, position, from, bytes);
    moved = movedShared();
    return error;
  }
  moved = writeMemory(node, position, from, bytes);
  return moved == bytes ? SUCCESS : NOSPC;
}

/** Cuts a file, or makes it longer with zeros; at most FILE_BYTES_MAX. */
export function resizeFile(node: u32, size: u64): u32 {
  if (isShared(node)) return resizeShared(node, size);
  resizeMemory(node, size);
  return SUCCESS;
}

/** Makes sure that a part of a file is in it, and in memory that it can be written; a server cannot promise that. */
export function allocateFile(node: u32, position: u64, bytes: u64): u32 {
  if (!isShared(node)) return allocateMemory(node, position, bytes);
  const error = lookAtShared(node);
  return error != SUCCESS || position + bytes <= fileSize(node) ? error : resizeShared(node, position + bytes);
}

/** Brings what was written to where it outlives the host. */
export function syncFile(node: u32): u32 {
  return isShared(node) ? syncShared(node) : SUCCESS;
}

// Changes of names. That a name is free, or not, has been looked up before.

/** The node of the last create(), which its caller holds at once. */
export function createdNode(): u32 {
  return made;
}

/** Makes an empty file, opened with that access, under a name that is free. */
export function createFile(directory: u32, name: usize, length: u32, access: u32): u32 {
  if (isReadOnly(directory)) return ROFS;
  if (isShared(directory)) {
    const error = createSharedFile(directory, name, length, access);
    made = createdShared();
    return error;
  }
  const error = createInMemory(directory, name, length, NODE_FILE);
  made = createdInMemory();
  return error;
}

export function createDirectory(directory: u32, name: usize, length: u32): u32 {
  return isShared(directory) ? createSharedDirectory(directory, name, length) : createInMemory(directory, name, length, NODE_DIRECTORY);
}

/** Makes a symbolic link to the target in the kernel's memory. */
export function createLink(directory: u32, name: usize, length: u32, target: usize, bytes: u32): u32 {
  return isShared(directory) ? createSharedLink(directory, name, length, target, bytes) : createMemoryLink(directory, name, length, target, bytes);
}

/** Gives a file or link one more name, which is free. */
export function addName(node: u32, directory: u32, name: usize, length: u32): u32 {
  if (systemOf(node) != systemOf(directory)) return XDEV;
  return isShared(node) ? addSharedName(node, directory, name, length) : addMemoryName(node, directory, name, length);
}

/** Takes the name of a file or link away. */
export function removeFile(directory: u32, name: usize, length: u32): u32 {
  return isShared(directory) ? removeShared(directory, name, length, false) : removeMemoryFile(directory, name, length);
}

/** Takes the name of an empty directory away. */
export function removeDirectory(directory: u32, name: usize, length: u32): u32 {
  return isShared(directory) ? removeShared(directory, name, length, true) : removeMemoryDirectory(directory, name, length);
}

/** Moves what has the old name to the new one, in place of what has that. */
export function rename(from: u32, oldName: usize, oldLength: u32, to: u32, newName: usize, newLength: u32): u32 {
  if (systemOf(from) != systemOf(to)) return XDEV;
  if (isShared(from)) return renameShared(from, oldName, oldLength, to, newName, newLength);
  return renameInMemory(from, oldName, oldLength, to, newName, newLength);
}

// What changes the names of directories in memory: making, linking, removing and renaming, by the rules of POSIX. Each
// either does all of it or, with an errno, nothing. Names are looked up before (path.ts); read first: memory.ts, directory.ts.

import { INVAL, ISDIR, NOSPC, NOTDIR, NOTEMPTY, PERM, ROFS, SUCCESS, XDEV } from "../abi/errno";
import { wallClock } from "../time/clock";
import { setContents } from "./contents";
import { addChild, removeChild, replaceChild } from "./directory";
import { childOf, forgetUnused, touch } from "./memory";
import { findEntry } from "./names";
import { isDirectory, NODE_LINK, nodeAt, takeNode } from "./node";

let made: u32 = 0;

function isReadOnly(node: u32): bool {
  return nodeAt(node).isReadOnly != 0;
}

/** The node that the last createInMemory() made. */
export function createdInMemory(): u32 {
  return made;
}

/** Makes an empty file or directory, or a link, under a name that is free. */
export function createInMemory(directory: u32, name: usize, length: u32, type: u32): u32 {
  if (isReadOnly(directory)) return ROFS;
  made = takeNode(type, wallClock());
  if (made == 0) return NOSPC;
  if (addChild(directory, name, length, made) == 0) {
    forgetUnused(made);
    return NOSPC;
  }
  touch(directory);
  return SUCCESS;
}

/** Makes a symbolic link to the target in the kernel's memory. */
export function createMemoryLink(directory: u32, name: usize, length: u32, target: usize, bytes: u32): u32 {
  const error = createInMemory(directory, name, length, NODE_LINK);
  if (error != SUCCESS || setContents(nodeAt(made), target, bytes)) return error;
  forgetUnused(removeChild(findEntry(directory, name, length)));
  return NOSPC;
}

/** Gives a file or link one more name, which is free. */
export function addMemoryName(node: u32, directory: u32, name: usize, length: u32): u32 {
  if (isDirectory(node)) return PERM;
  if (isReadOnly(directory)) return ROFS;
  if (isReadOnly(node)) return XDEV;
  if (addChild(directory, name, length, node) == 0) return NOSPC;
  nodeAt(node).changed = wallClock();
  touch(directory);
  return SUCCESS;
}

/** Takes the name of a file or link away. */
export function removeMemoryFile(directory: u32, name: usize, length: u32): u32 {
  if (isDirectory(childOf(directory, name, length))) return ISDIR;
  return remove(directory, name, length);
}

/** Takes the name of an empty directory away. */
export function removeMemoryDirectory(directory: u32, name: usize, length: u32): u32 {
  const node = childOf(directory, name, length);
  if (!isDirectory(node)) return NOTDIR;
  return isEmpty(node) ? remove(directory, name, length) : NOTEMPTY;
}

function remove(directory: u32, name: usize, length: u32): u32 {
  if (isReadOnly(directory)) return ROFS;
  dismiss(removeChild(findEntry(directory, name, length)));
  touch(directory);
  return SUCCESS;
}

/** Moves what has the old name to the new one, in place of what has that. */
export function renameInMemory(
  from: u32, oldName: usize, oldLength: u32, to: u32, newName: usize, newLength: u32,
): u32 {
  const node = childOf(from, oldName, oldLength);
  const target = findEntry(to, newName, newLength);
  const replaced = target == 0 ? 0 : childOf(to, newName, newLength);
  if (node == replaced) return SUCCESS;
  const error = checkRename(node, from, replaced, to);
  if (error != SUCCESS) return error;
  // In this order nothing has to be undone: only a new name can be refused.
  if (target == 0 && addChild(to, newName, newLength, node) == 0) return NOSPC;
  if (target != 0) dismiss(replaceChild(target, node));
  removeChild(findEntry(from, oldName, oldLength));
  nodeAt(node).changed = wallClock();
  touch(from);
  touch(to);
  return SUCCESS;
}

function checkRename(node: u32, from: u32, replaced: u32, to: u32): u32 {
  if (isDirectory(node) && isWithin(to, node)) return INVAL;
  if (replaced != 0) {
    if (isDirectory(replaced) && isWithin(from, replaced)) return NOTEMPTY;
    if (isDirectory(node) && !isDirectory(replaced)) return NOTDIR;
    if (!isDirectory(node) && isDirectory(replaced)) return ISDIR;
    if (isDirectory(replaced) && !isEmpty(replaced)) return NOTEMPTY;
  }
  return isReadOnly(from) || isReadOnly(to) ? ROFS : SUCCESS;
}

/** A name of the node is gone. */
function dismiss(node: u32): void {
  nodeAt(node).changed = wallClock();
  forgetUnused(node);
}

function isEmpty(directory: u32): bool {
  return nodeAt(directory).data == 0;
}

/** Whether a directory is `above` or somewhere below it. */
function isWithin(directory: u32, above: u32): bool {
  let at = directory;
  while (at != above) {
    if (nodeAt(at).parent == at) return false;
    at = nodeAt(at).parent;
  }
  return true;
}

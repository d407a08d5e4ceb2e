// What changes the names of directories in a share. The server decides what can be done; here is only what it cannot know:
// that a share is for reading, and that two names are not in the same one. Read first: share.ts.

import { ROFS, SUCCESS } from "../abi/errno";
import { link, mkdir, renameat, symlink, unlinkat } from "../ninep/names";
import { nodeAt } from "./node";
import { shareOf } from "./share";

const DIRECTORY_MODE: u32 = 0o755;

function check(directory: u32): u32 {
  return nodeAt(directory).isReadOnly != 0 ? ROFS : SUCCESS;
}

export function createSharedDirectory(directory: u32, name: usize, length: u32): u32 {
  const error = check(directory);
  return error == SUCCESS ? mkdir(shareOf(directory), directory, name, length, DIRECTORY_MODE) : error;
}

export function createSharedLink(directory: u32, name: usize, length: u32, target: usize, bytes: u32): u32 {
  const error = check(directory);
  return error == SUCCESS ? symlink(shareOf(directory), directory, name, length, target, bytes) : error;
}

/** Both are in the same share. */
export function addSharedName(node: u32, directory: u32, name: usize, length: u32): u32 {
  const error = check(directory);
  if (error != SUCCESS) return error;
  return link(shareOf(directory), directory, node, name, length);
}

export function removeShared(directory: u32, name: usize, length: u32, isDirectory: bool): u32 {
  const error = check(directory);
  return error == SUCCESS ? unlinkat(shareOf(directory), directory, name, length, isDirectory) : error;
}

/** Both directories are in the same share. */
export function renameShared(from: u32, oldName: usize, oldLength: u32, to: u32, newName: usize, newLength: u32): u32 {
  const error = check(from);
  return error == SUCCESS ? renameat(shareOf(from), from, oldName, oldLength, to, newName, newLength) : error;
}

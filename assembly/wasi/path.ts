// The other "path" calls of preview 1. A path is relative to a directory's descriptor. Read first: path-open.ts. Each looks
// its paths up, checks what they say of directories (a slash at the end, `.`), and leaves the rest to fs/files.ts.

import * as app from "../host/app";
import { NAME_MAX, PATH_MAX } from "../base/limits";
import {
  addName, copyTarget, createDirectory, createLink, dropNode, isDirectory, keepNode, look, NODE_DIRECTORY, NODE_LINK, openTarget,
  removeDirectory, removeFile, rename, targetLength, typeOf,
} from "../fs/files";
import {
  foundName, foundNameLength, foundNode, foundParent, foundSlash, LINK_FOLLOW, LINK_KEEP, LINK_NAME,
} from "../fs/path";
import { distanceTo } from "../lib/bytes";
import { isUtf8 } from "../lib/utf8";
import { inApplication, putU32 } from "./application-memory";
import { putNodeStat } from "./filestat";
import { checkDirectory, lookUp } from "./path-open";
import {
  BUSY, EXIST, FAULT, FILESTAT_SIZE, ILSEQ, INVAL, ISDIR, LOOKUP_SYMLINK_FOLLOW, NAMETOOLONG, NOENT, NOTCAPABLE, NOTDIR,
  NOTEMPTY, RIGHT_PATH_CREATE_DIRECTORY, RIGHT_PATH_FILESTAT_GET, RIGHT_PATH_FILESTAT_SET_TIMES, RIGHT_PATH_LINK_SOURCE,
  RIGHT_PATH_LINK_TARGET, RIGHT_PATH_READLINK, RIGHT_PATH_REMOVE_DIRECTORY, RIGHT_PATH_RENAME_SOURCE,
  RIGHT_PATH_RENAME_TARGET, RIGHT_PATH_SYMLINK, RIGHT_PATH_UNLINK_FILE, SUCCESS,
} from "./spec";
import { changeTimes, checkTimes } from "./times";

/** A link's target, and the name that a rename began with. */
const target = memory.data(4096);
const oldName = memory.data(255);

/** SUCCESS if the path leads to something, which fs/path.ts then has. */
function find(directory: u32, rights: u64, lookup: u32, path: u32, length: u32): u32 {
  const error = checkDirectory(directory, rights);
  if (error != SUCCESS) return error;
  if ((lookup & ~LOOKUP_SYMLINK_FOLLOW) != 0) return INVAL;
  return lookUp(directory, path, length, (lookup & LOOKUP_SYMLINK_FOLLOW) != 0 ? LINK_FOLLOW : LINK_KEEP);
}

/** SUCCESS if there is something of that name itself, a link not followed. */
function findName(directory: u32, rights: u64, path: u32, length: u32): u32 {
  const error = checkDirectory(directory, rights);
  return error == SUCCESS ? lookUp(directory, path, length, LINK_NAME) : error;
}

/** SUCCESS if the name is free and its directory there. Only a directory's name may have a slash behind it. */
function findFree(directory: u32, rights: u64, path: u32, length: u32, type: u32): u32 {
  const error = findName(directory, rights, path, length);
  if (error == SUCCESS) return EXIST;
  if (error != NOENT || foundParent() == 0) return error;
  return foundSlash() && type != NODE_DIRECTORY ? NOENT : SUCCESS;
}

export function path_create_directory(directory: u32, path: u32, length: u32): u32 {
  if (!inApplication(path, length)) return FAULT;
  const error = findFree(directory, RIGHT_PATH_CREATE_DIRECTORY, path, length, NODE_DIRECTORY);
  return error == SUCCESS ? createDirectory(foundParent(), foundName(), foundNameLength()) : error;
}

export function path_filestat_get(directory: u32, lookup: u32, path: u32, length: u32, stat: u32): u32 {
  if (!inApplication(stat, FILESTAT_SIZE) || !inApplication(path, length)) return FAULT;
  let error = find(directory, RIGHT_PATH_FILESTAT_GET, lookup, path, length);
  if (error == SUCCESS) error = look(foundNode());
  if (error == SUCCESS) putNodeStat(stat, foundNode());
  return error;
}

export function path_filestat_set_times(
  directory: u32, lookup: u32, path: u32, length: u32, accessed: u64, modified: u64, flags: u32,
): u32 {
  if (!inApplication(path, length)) return FAULT;
  let error = find(directory, RIGHT_PATH_FILESTAT_SET_TIMES, lookup, path, length);
  if (error == SUCCESS) error = checkTimes(flags);
  return error == SUCCESS ? changeTimes(foundNode(), accessed, modified, flags) : error;
}

export function path_link(
  oldDirectory: u32, lookup: u32, oldPath: u32, oldLength: u32, newDirectory: u32, newPath: u32, newLength: u32,
): u32 {
  if (!inApplication(oldPath, oldLength) || !inApplication(newPath, newLength)) return FAULT;
  let error = find(oldDirectory, RIGHT_PATH_LINK_SOURCE, lookup, oldPath, oldLength);
  if (error != SUCCESS) return error;
  const node = foundNode();
  keepNode(node);
  error = findFree(newDirectory, RIGHT_PATH_LINK_TARGET, newPath, newLength, typeOf(node));
  if (error == SUCCESS) error = addName(node, foundParent(), foundName(), foundNameLength());
  dropNode(node);
  return error;
}

/** A target that does not fit is cut, as POSIX has it. */
export function path_readlink(
  directory: u32, path: u32, length: u32, buffer: u32, capacity: u32, used: u32,
): u32 {
  if (!inApplication(path, length) || !inApplication(buffer, capacity) || !inApplication(used, 4)) return FAULT;
  let error = find(directory, RIGHT_PATH_READLINK, 0, path, length);
  if (error != SUCCESS) return error;
  if (typeOf(foundNode()) != NODE_LINK) return INVAL;
  error = openTarget(foundNode());
  if (error != SUCCESS) return error;
  copyTarget(target);
  if (!isUtf8(target, targetLength())) return ILSEQ;
  const part = min(capacity, targetLength());
  app.copyOut(buffer, target, part);
  putU32(used, part);
  return SUCCESS;
}

export function path_remove_directory(directory: u32, path: u32, length: u32): u32 {
  if (!inApplication(path, length)) return FAULT;
  const error = findName(directory, RIGHT_PATH_REMOVE_DIRECTORY, path, length);
  if (error != SUCCESS) return error;
  // `.` cannot be removed, nor `..`, in which there is at least what it was reached from.
  if (foundParent() == 0) return endsInDots(path, length) ? NOTEMPTY : INVAL;
  return removeDirectory(foundParent(), foundName(), foundNameLength());
}

/** Whether the last name of a path is `..`. */
function endsInDots(path: u32, length: u32): bool {
  app.copyIn(target, path, length);
  while (length != 0 && load<u8>(target + length - 1) == 0x2f) length--;
  return length >= 2 && load<u16>(target + length - 2) == 0x2e2e;
}

/** Checked in the order of Linux: the directories of both paths, then what is to be moved, then where. */
export function path_rename(
  oldDirectory: u32, oldPath: u32, oldLength: u32, newDirectory: u32, newPath: u32, newLength: u32,
): u32 {
  if (!inApplication(oldPath, oldLength) || !inApplication(newPath, newLength)) return FAULT;
  let error = findName(oldDirectory, RIGHT_PATH_RENAME_SOURCE, oldPath, oldLength);
  if (error != SUCCESS && (error != NOENT || foundParent() == 0)) return error;
  if (foundParent() == 0) return BUSY;
  const length = foundNameLength();
  assert(length <= NAME_MAX);
  memory.copy(oldName, foundName(), length);
  const node = foundNode();
  const from = foundParent();
  if (node != 0) keepNode(node);
  keepNode(from);
  error = renameTo(node, from, length, newDirectory, newPath, newLength);
  dropNode(from);
  if (node != 0) dropNode(node);
  return error;
}

function renameTo(node: u32, from: u32, length: u32, newDirectory: u32, newPath: u32, newLength: u32): u32 {
  const error = findName(newDirectory, RIGHT_PATH_RENAME_TARGET, newPath, newLength);
  if (error == SUCCESS && foundParent() == 0) return BUSY;
  if (error != SUCCESS && (error != NOENT || foundParent() == 0)) return error;
  if (node == 0) return NOENT;
  if (foundSlash() && !isDirectory(node)) return NOTDIR;
  return rename(from, oldName, length, foundParent(), foundName(), foundNameLength());
}

/** A target is any text; one that is absolute could never be followed and is refused at once. */
export function path_symlink(oldPath: u32, oldLength: u32, directory: u32, newPath: u32, newLength: u32): u32 {
  if (!inApplication(oldPath, oldLength) || !inApplication(newPath, newLength)) return FAULT;
  const error = findFree(directory, RIGHT_PATH_SYMLINK, newPath, newLength, NODE_LINK);
  if (error != SUCCESS) return error;
  if (oldLength == 0) return NOENT;
  if (oldLength > PATH_MAX) return NAMETOOLONG;
  app.copyIn(target, oldPath, oldLength);
  if (!isUtf8(target, oldLength)) return ILSEQ;
  if (distanceTo(0, target, oldLength) != oldLength) return INVAL;
  if (load<u8>(target) == 0x2f) return NOTCAPABLE;
  return createLink(foundParent(), foundName(), foundNameLength(), target, oldLength);
}

export function path_unlink_file(directory: u32, path: u32, length: u32): u32 {
  if (!inApplication(path, length)) return FAULT;
  const error = findName(directory, RIGHT_PATH_UNLINK_FILE, path, length);
  if (error != SUCCESS) return error;
  return foundParent() == 0 ? ISDIR : removeFile(foundParent(), foundName(), foundNameLength());
}

// The other "path" calls of preview 1. A path is relative to a directory's descriptor. Read first: path-open.ts. Files in
// the image cannot be changed: the calls that would say ROFS, once everything else about the call is in order.

import { fileSize, readLink } from "../fs/files";
import { foundNode, foundParent } from "../fs/path";
import { NODE_DIRECTORY, NODE_LINK, nodeAt } from "../fs/tree";
import { inApplication, putU32 } from "./application-memory";
import { DEVICE_FILES, putFilestat } from "./filestat";
import { checkDirectory, lookUp } from "./path-open";
import {
  EXIST, FAULT, FILESTAT_SIZE, FSTFLAGS_ALL, INVAL, ISDIR, LOOKUP_SYMLINK_FOLLOW, NOENT, NOTDIR,
  RIGHT_PATH_CREATE_DIRECTORY, RIGHT_PATH_FILESTAT_GET, RIGHT_PATH_FILESTAT_SET_TIMES, RIGHT_PATH_LINK_SOURCE,
  RIGHT_PATH_LINK_TARGET, RIGHT_PATH_READLINK, RIGHT_PATH_REMOVE_DIRECTORY, RIGHT_PATH_RENAME_SOURCE,
  RIGHT_PATH_RENAME_TARGET, RIGHT_PATH_SYMLINK, RIGHT_PATH_UNLINK_FILE, ROFS, SUCCESS,
} from "./spec";

/** SUCCESS if the path leads to something, which fs/path.ts then has. */
function find(directory: u32, rights: u64, lookup: u32, path: u32, length: u32): u32 {
  const error = checkDirectory(directory, rights);
  if (error != SUCCESS) return error;
  if ((lookup & ~LOOKUP_SYMLINK_FOLLOW) != 0) return INVAL;
  return lookUp(directory, path, length, (lookup & LOOKUP_SYMLINK_FOLLOW) != 0);
}

/** ROFS if something could be made under that name: its directory is there and the name is free. */
function findFree(directory: u32, rights: u64, path: u32, length: u32): u32 {
  const error = find(directory, rights, 0, path, length);
  if (error == SUCCESS) return EXIST;
  return error == NOENT && foundParent() != 0 ? ROFS : error;
}

export function path_create_directory(directory: u32, path: u32, length: u32): u32 {
  if (!inApplication(path, length)) return FAULT;
  return findFree(directory, RIGHT_PATH_CREATE_DIRECTORY, path, length);
}

export function path_filestat_get(directory: u32, lookup: u32, path: u32, length: u32, stat: u32): u32 {
  if (!inApplication(stat, FILESTAT_SIZE) || !inApplication(path, length)) return FAULT;
  const error = find(directory, RIGHT_PATH_FILESTAT_GET, lookup, path, length);
  if (error != SUCCESS) return error;
  putFilestat(stat, DEVICE_FILES, foundNode(), nodeAt(foundNode()).type, fileSize(foundNode()));
  return SUCCESS;
}

export function path_filestat_set_times(
  directory: u32, lookup: u32, path: u32, length: u32, _accessed: u64, _modified: u64, flags: u32,
): u32 {
  if (!inApplication(path, length)) return FAULT;
  const error = find(directory, RIGHT_PATH_FILESTAT_SET_TIMES, lookup, path, length);
  if (error != SUCCESS) return error;
  return (flags & ~FSTFLAGS_ALL) != 0 ? INVAL : ROFS;
}

export function path_link(
  oldDirectory: u32, lookup: u32, oldPath: u32, oldLength: u32, newDirectory: u32, newPath: u32, newLength: u32,
): u32 {
  if (!inApplication(oldPath, oldLength) || !inApplication(newPath, newLength)) return FAULT;
  const error = find(oldDirectory, RIGHT_PATH_LINK_SOURCE, lookup, oldPath, oldLength);
  return error == SUCCESS ? findFree(newDirectory, RIGHT_PATH_LINK_TARGET, newPath, newLength) : error;
}

/** A target that does not fit is cut, as POSIX has it. */
export function path_readlink(
  directory: u32, path: u32, length: u32, buffer: u32, capacity: u32, used: u32,
): u32 {
  if (!inApplication(path, length) || !inApplication(buffer, capacity) || !inApplication(used, 4)) return FAULT;
  const error = find(directory, RIGHT_PATH_READLINK, 0, path, length);
  if (error != SUCCESS) return error;
  if (<u32>nodeAt(foundNode()).type != NODE_LINK) return INVAL;
  putU32(used, readLink(foundNode(), buffer, capacity));
  return SUCCESS;
}

export function path_remove_directory(directory: u32, path: u32, length: u32): u32 {
  if (!inApplication(path, length)) return FAULT;
  const error = find(directory, RIGHT_PATH_REMOVE_DIRECTORY, 0, path, length);
  if (error != SUCCESS) return error;
  return <u32>nodeAt(foundNode()).type == NODE_DIRECTORY ? ROFS : NOTDIR;
}

export function path_rename(
  oldDirectory: u32, oldPath: u32, oldLength: u32, newDirectory: u32, newPath: u32, newLength: u32,
): u32 {
  if (!inApplication(oldPath, oldLength) || !inApplication(newPath, newLength)) return FAULT;
  let error = find(oldDirectory, RIGHT_PATH_RENAME_SOURCE, 0, oldPath, oldLength);
  if (error != SUCCESS) return error;
  error = findFree(newDirectory, RIGHT_PATH_RENAME_TARGET, newPath, newLength);
  return error == EXIST ? ROFS : error;
}

export function path_symlink(oldPath: u32, oldLength: u32, directory: u32, newPath: u32, newLength: u32): u32 {
  if (!inApplication(oldPath, oldLength) || !inApplication(newPath, newLength)) return FAULT;
  return findFree(directory, RIGHT_PATH_SYMLINK, newPath, newLength);
}

export function path_unlink_file(directory: u32, path: u32, length: u32): u32 {
  if (!inApplication(path, length)) return FAULT;
  const error = find(directory, RIGHT_PATH_UNLINK_FILE, 0, path, length);
  if (error != SUCCESS) return error;
  return <u32>nodeAt(foundNode()).type == NODE_DIRECTORY ? ISDIR : ROFS;
}

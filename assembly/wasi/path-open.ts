// path_open (preview 1, "path"), and what every path call begins with: the directory, its rights, the path, the lookup.

import * as app from "../host/app";
import { DESCRIPTORS_MAX, PATH_MAX } from "../base/limits";
import {
  ACCESS_CUT, ACCESS_NEW, ACCESS_READ, ACCESS_WRITE, createdNode, createFile, isDirectory, isReadOnly, look, NODE_DIRECTORY, NODE_LINK,
  openNode, typeOf,
} from "../fs/files";
import {
  foundName, foundNameLength, foundNode, foundParent, foundSlash, LINK_FOLLOW, LINK_KEEP, pathBuffer, resolve,
} from "../fs/path";
import { inApplication, putU32 } from "./application-memory";
import {
  descriptorAt, freeDescriptor, hasRights, isOpen, KIND_DIRECTORY, KIND_FILE, kindOf, openDescriptor,
} from "./descriptors";
import {
  BADF, EXIST, FAULT, FDFLAGS_ALL, INVAL, ISDIR, LOOKUP_SYMLINK_FOLLOW, LOOP, MFILE, NAMETOOLONG, NOENT, NOTCAPABLE,
  NOTDIR, OFLAG_CREAT, OFLAG_DIRECTORY, OFLAG_EXCL, OFLAG_TRUNC, OFLAGS_ALL, RIGHT_FD_READ, RIGHT_FD_WRITE, RIGHT_PATH_CREATE_FILE,
  RIGHT_PATH_FILESTAT_SET_SIZE, RIGHT_PATH_OPEN, RIGHTS_ALL, ROFS, SUCCESS,
} from "./spec";

/** SUCCESS if it is a directory with these rights. */
export function checkDirectory(descriptor: u32, rights: u64): u32 {
  if (!isOpen(descriptor)) return BADF;
  if (kindOf(descriptor) != KIND_DIRECTORY) return NOTDIR;
  return hasRights(descriptor, rights) ? SUCCESS : NOTCAPABLE;
}

/** Looks a path in checked application memory up from a directory; fs/path.ts has what was found. */
export function lookUp(directory: u32, path: u32, length: u32, link: u32): u32 {
  if (length > PATH_MAX) return NAMETOOLONG;
  app.copyIn(pathBuffer(), path, length);
  return resolve(descriptorAt(directory).node, length, link);
}

export function path_open(
  directory: u32, lookup: u32, path: u32, length: u32, open: u32, rights: u64, inheriting: u64, flags: u32, opened: u32,
): u32 {
  if (!inApplication(opened, 4) || !inApplication(path, length)) return FAULT;
  let error = checkDirectory(directory, rightsFor(open));
  if (error != SUCCESS) return error;
  if ((lookup & ~LOOKUP_SYMLINK_FOLLOW) != 0 || (open & ~OFLAGS_ALL) != 0 || (flags & ~FDFLAGS_ALL) != 0) return INVAL;
  if ((open & OFLAG_DIRECTORY) != 0 && (open & (OFLAG_CREAT | OFLAG_EXCL | OFLAG_TRUNC)) != 0) return INVAL;
  rights &= RIGHTS_ALL;
  inheriting &= RIGHTS_ALL;
  if (((rights | inheriting) & ~descriptorAt(directory).inheriting) != 0) return NOTCAPABLE;
  const isNew = (open & (OFLAG_CREAT | OFLAG_EXCL)) == (OFLAG_CREAT | OFLAG_EXCL);
  error = lookUp(directory, path, length, (lookup & LOOKUP_SYMLINK_FOLLOW) != 0 && !isNew ? LINK_FOLLOW : LINK_KEEP);
  const isMissing = error == NOENT && foundParent() != 0 && (open & OFLAG_CREAT) != 0;
  if (error == SUCCESS) error = isNew ? EXIST : checkOpening(foundNode(), open, rights);
  else if (isMissing) error = foundSlash() ? ISDIR : SUCCESS;
  if (error != SUCCESS) return error;
  // Before anything is made: a call that fails leaves nothing behind.
  const number = freeDescriptor();
  if (number == DESCRIPTORS_MAX) return MFILE;
  if (isMissing) error = createFile(foundParent(), foundName(), foundNameLength(), accessFor(open, rights));
  else error = openNode(foundNode(), accessFor(open, rights));
  if (error != SUCCESS) return error;
  const node = isMissing ? createdNode() : foundNode();
  openDescriptor(number, typeOf(node) == NODE_DIRECTORY ? KIND_DIRECTORY : KIND_FILE, node, rights, inheriting);
  descriptorAt(number).flags = flags;
  putU32(opened, number);
  return SUCCESS;
}

/** What a directory has to allow for these oflags. */
function rightsFor(open: u32): u64 {
  let rights = RIGHT_PATH_OPEN;
  if ((open & OFLAG_CREAT) != 0) rights |= RIGHT_PATH_CREATE_FILE;
  if ((open & OFLAG_TRUNC) != 0) rights |= RIGHT_PATH_FILESTAT_SET_SIZE;
  return rights;
}

function accessFor(open: u32, rights: u64): u32 {
  return ((rights & RIGHT_FD_READ) != 0 ? ACCESS_READ : 0) | ((rights & RIGHT_FD_WRITE) != 0 ? ACCESS_WRITE : 0)
    | ((open & OFLAG_TRUNC) != 0 ? ACCESS_CUT : 0) | ((open & OFLAG_EXCL) != 0 ? ACCESS_NEW : 0);
}

/** Whether what is there can be opened in that way. A directory asked for as one just gets no right to write. */
function checkOpening(node: u32, open: u32, rights: u64): u32 {
  const isWriting = (rights & RIGHT_FD_WRITE) != 0 || (open & OFLAG_TRUNC) != 0;
  // Of a shared file only that tells what it is.
  const error = isDirectory(node) ? SUCCESS : look(node);
  if (error != SUCCESS) return error;
  const type = typeOf(node);
  if ((open & OFLAG_DIRECTORY) != 0) return type == NODE_DIRECTORY ? SUCCESS : NOTDIR;
  if (type == NODE_LINK) return LOOP;
  if (!isWriting && (open & OFLAG_CREAT) == 0) return SUCCESS;
  if (type == NODE_DIRECTORY) return ISDIR;
  return isWriting && isReadOnly(node) ? ROFS : SUCCESS;
}

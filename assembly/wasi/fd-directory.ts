// Directories by their descriptors (preview 1, "fd"): fd_readdir, fd_prestat_get, fd_prestat_dir_name.
//
// Cookies: 0 is the beginning, 1 comes after `.`, 2 after `..`, and 2 + n after the entry of node n. An entry's d_next is
// the cookie after it. Node numbers never change, so a cookie stays good; any other number is the end.

import * as app from "../host/app";
import * as image from "../host/image";
import { preopenName, preopenNameLength } from "../fs/archive";
import { firstChild, openFiles } from "../fs/files";
import { nodeAt, nodeCount } from "../fs/tree";
import { inApplication, putU32 } from "./application-memory";
import { descriptorAt, hasRights, isOpen, KIND_DIRECTORY, kindOf } from "./descriptors";
import {
  BADF, DIRENT_SIZE, FAULT, FILETYPE_DIRECTORY, NAMETOOLONG, NOTCAPABLE, NOTDIR, PRESTAT_SIZE, RIGHT_FD_READDIR, SUCCESS,
} from "./spec";

const COOKIE_DOT: u64 = 1;
const COOKIE_DOTS: u64 = 2;

const record = memory.data(24, 8);
const dots = memory.data<u8>([0x2e, 0x2e]);
// The buffer being filled.
let outAt: u32 = 0;
let outLeft: u32 = 0;

/** Fills the buffer to its end: the last entry may be cut, and `used` is less than `length` only at the end. */
export function fd_readdir(descriptor: u32, buffer: u32, length: u32, cookie: u64, used: u32): u32 {
  if (!inApplication(buffer, length) || !inApplication(used, 4)) return FAULT;
  if (!isOpen(descriptor)) return BADF;
  if (kindOf(descriptor) != KIND_DIRECTORY) return NOTDIR;
  if (!hasRights(descriptor, RIGHT_FD_READDIR)) return NOTCAPABLE;
  openFiles();
  outAt = buffer;
  outLeft = length;
  const directory = descriptorAt(descriptor).node;
  if (cookie < COOKIE_DOT) putDots(COOKIE_DOT, directory, 1);
  // The parent of a preopened directory is not the application's to know.
  if (cookie < COOKIE_DOTS) putDots(COOKIE_DOTS, nodeAt(directory).parent, 2);
  let node = cookie <= COOKIE_DOTS ? firstChild(directory) : nodeAfter(directory, cookie - COOKIE_DOTS);
  for (; node != 0 && outLeft != 0; node = nodeAt(node).sibling) putEntry(node);
  putU32(used, length - outLeft);
  return SUCCESS;
}

/** The child after `node` if that is a child of the directory. */
function nodeAfter(directory: u32, node: u64): u32 {
  if (node >= nodeCount() || nodeAt(<u32>node).parent != directory) return 0;
  return nodeAt(<u32>node).sibling;
}

function putDots(next: u64, node: u32, length: u32): void {
  putDirent(next, node, length, FILETYPE_DIRECTORY);
  const part = min<u32>(length, outLeft);
  app.copyOut(outAt, dots, part);
  outAt += part;
  outLeft -= part;
}

function putEntry(index: u32): void {
  const node = nodeAt(index);
  putDirent(COOKIE_DOTS + index, index, node.nameLength, node.type);
  const part = min<u32>(node.nameLength, outLeft);
  image.copyFiles(outAt, node.name, part);
  outAt += part;
  outLeft -= part;
}

function putDirent(next: u64, inode: u64, length: u32, type: u32): void {
  memory.fill(record, 0, DIRENT_SIZE);
  store<u64>(record, next);
  store<u64>(record, inode, 8);
  store<u32>(record, length, 16);
  store<u8>(record, type, 20);
  const part = min<u32>(DIRENT_SIZE, outLeft);
  app.copyOut(outAt, record, part);
  outAt += part;
  outLeft -= part;
}

/** libc asks from 3 upwards until it hears BADF. */
export function fd_prestat_get(descriptor: u32, prestat: u32): u32 {
  if (!inApplication(prestat, PRESTAT_SIZE)) return FAULT;
  if (!isPreopen(descriptor)) return BADF;
  openFiles();
  putU32(prestat, 0);
  putU32(prestat + 4, preopenNameLength(descriptorAt(descriptor).preopen - 1));
  return SUCCESS;
}

export function fd_prestat_dir_name(descriptor: u32, path: u32, length: u32): u32 {
  if (!inApplication(path, length)) return FAULT;
  if (!isPreopen(descriptor)) return BADF;
  openFiles();
  const index = descriptorAt(descriptor).preopen - 1;
  const bytes = preopenNameLength(index);
  if (length < bytes) return NAMETOOLONG;
  image.copyFiles(path, preopenName(index), bytes);
  return SUCCESS;
}

function isPreopen(descriptor: u32): bool {
  return kindOf(descriptor) == KIND_DIRECTORY && descriptorAt(descriptor).preopen != 0;
}

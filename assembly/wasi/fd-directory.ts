// Directories by their descriptors (preview 1, "fd"): fd_readdir, fd_prestat_get, fd_prestat_dir_name.
//
// Cookies: 0 is the beginning, 1 comes after `.`, 2 after `..`, and 2 + n after entry number n (fs/listing.ts). An entry's
// d_next is the cookie after it. A cookie stays good while entries come and go.

import * as app from "../host/app";
import { HAS_SOCKETS } from "../base/features";
import { copyPreopen, numberAbove, numberOf, preopenLength } from "../fs/files";
import {
  listedFile, listedName, listedNameLength, listedNumber, listedType, listingError, nextListed, openListing,
} from "../fs/listing";
import { inApplication, putU32 } from "./application-memory";
import { descriptorAt, hasRights, isOpen, KIND_DIRECTORY, KIND_LISTENER, kindOf } from "./descriptors";
import {
  BADF, DIRENT_SIZE, FAULT, FILETYPE_DIRECTORY, NAMETOOLONG, NOTCAPABLE, NOTDIR, PREOPENTYPE_OTHER, PRESTAT_SIZE, RIGHT_FD_READDIR,
  SUCCESS,
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
  outAt = buffer;
  outLeft = length;
  const directory = descriptorAt(descriptor).node;
  const error = openListing(directory, max<u64>(cookie, COOKIE_DOTS) - COOKIE_DOTS);
  if (error != SUCCESS) return error;
  if (cookie < COOKIE_DOT) putEntry(COOKIE_DOT, numberOf(directory), dots, 1, FILETYPE_DIRECTORY);
  // The parent of a preopened directory is not the application's to know.
  if (cookie < COOKIE_DOTS) putEntry(COOKIE_DOTS, numberAbove(directory), dots, 2, FILETYPE_DIRECTORY);
  while (outLeft != 0 && nextListed()) {
    putEntry(COOKIE_DOTS + listedNumber(), listedFile(), listedName(), listedNameLength(), listedType());
  }
  if (outLeft != 0 && listingError() != SUCCESS) return listingError();
  putU32(used, length - outLeft);
  return SUCCESS;
}

function putEntry(next: u64, inode: u64, name: usize, length: u32, type: u32): void {
  memory.fill(record, 0, DIRENT_SIZE);
  store<u64>(record, next);
  store<u64>(record, inode, 8);
  store<u32>(record, length, 16);
  store<u8>(record, type, 20);
  put(record, DIRENT_SIZE);
  put(name, length);
}

function put(from: usize, bytes: u32): void {
  const part = min<u32>(bytes, outLeft);
  app.copyOut(outAt, from, part);
  outAt += part;
  outLeft -= part;
}

/**
 * libc asks from 3 upwards until it hears BADF. A listening socket, which comes before the directories, is therefore
 * something of a kind that preview 1 does not define: libc passes over it.
 */
export function fd_prestat_get(descriptor: u32, prestat: u32): u32 {
  if (!inApplication(prestat, PRESTAT_SIZE)) return FAULT;
  if (HAS_SOCKETS && kindOf(descriptor) == KIND_LISTENER) {
    putU32(prestat, PREOPENTYPE_OTHER);
    putU32(prestat + 4, 0);
    return SUCCESS;
  }
  if (!isPreopen(descriptor)) return BADF;
  putU32(prestat, 0);
  putU32(prestat + 4, preopenLength(descriptorAt(descriptor).preopen - 1));
  return SUCCESS;
}

export function fd_prestat_dir_name(descriptor: u32, path: u32, length: u32): u32 {
  if (!inApplication(path, length)) return FAULT;
  if (!isPreopen(descriptor)) return BADF;
  const index = descriptorAt(descriptor).preopen - 1;
  if (length < preopenLength(index)) return NAMETOOLONG;
  copyPreopen(index, path);
  return SUCCESS;
}

function isPreopen(descriptor: u32): bool {
  return kindOf(descriptor) == KIND_DIRECTORY && descriptorAt(descriptor).preopen != 0;
}

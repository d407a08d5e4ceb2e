// What is in files and directories of a share: opening, reading, writing, listing. Read first: share.ts.

import { IO, NOMEM, NXIO, SUCCESS } from "../abi/errno";
import { regionBase } from "../mm/region";
import { fsync, hasEntries, isPresentable, lastListed, movedData, nextEntry, read, readdir, write } from "../ninep/contents";
import { clone, clunk, foundNumber, lcreate, lopen } from "../ninep/names";
import { O_DIRECTORY, O_EXCL, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } from "../ninep/spec";
import { wallClock } from "../time/clock";
import { ACCESS_CUT, ACCESS_NEW, ACCESS_READ, ACCESS_WRITE, NODE_DIRECTORY, NODE_FILE } from "./node";
import { dataMax, sharedNode, shareOf, takeShared } from "./share";
import { giveSlot } from "./slots";

const FILE_MODE: u32 = 0o644;
/** Entries in a row that no application can know by name; nobody's directory has so many, only a server that never ends. */
const LEFT_OUT_MAX: u32 = 65536;

/** What openSharedListing() began. */
let directory: u32 = 0;
let offset: u64 = 0;
let listingError: u32 = 0;
let moved: u32 = 0;
let created: u32 = 0;

/** Opens a file that was found for the descriptor that will be its only one; a directory needs nothing. */
export function openShared(node: u32, access: u32): u32 {
  const it = sharedNode(node);
  if (<u32>it.type == NODE_DIRECTORY) return SUCCESS;
  // What is neither a file nor a directory would be opened for the host's sake, not ours.
  if (<u32>it.type != NODE_FILE) return NXIO;
  const error = lopen(shareOf(node), node, flagsFor(access));
  if (error != SUCCESS) return error;
  it.isOpen = 1;
  it.number = foundNumber();
  if ((access & ACCESS_CUT) != 0) it.size = 0;
  return SUCCESS;
}

/** Makes and opens a file: createdShared() is its node, which nobody uses yet. */
export function createSharedFile(parent: u32, name: usize, length: u32, access: u32): u32 {
  const share = shareOf(parent);
  created = takeShared(parent);
  if (created == 0) return NOMEM;
  let error = clone(share, parent, created);
  if (error == SUCCESS) {
    error = lcreate(share, created, name, length, flagsFor(access), FILE_MODE);
    if (error != SUCCESS) clunk(share, created);
  }
  if (error != SUCCESS) {
    giveSlot(<usize>created);
    return error;
  }
  const it = sharedNode(created);
  it.type = <u8>NODE_FILE;
  it.isOpen = 1;
  it.number = foundNumber();
  it.names = 1;
  it.accessed = wallClock();
  it.modified = it.accessed;
  it.changed = it.accessed;
  return SUCCESS;
}

export function createdShared(): u32 {
  return created;
}

function flagsFor(access: u32): u32 {
  const isCut = (access & ACCESS_CUT) != 0;
  const isWriting = isCut || (access & ACCESS_WRITE) != 0;
  const way = !isWriting ? O_RDONLY : (access & ACCESS_READ) != 0 ? O_RDWR : O_WRONLY;
  return way | (isCut ? O_TRUNC : 0) | ((access & ACCESS_NEW) != 0 ? O_EXCL : 0);
}

/** Bytes that the last read or write moved; with an error, before it. */
export function movedShared(): u32 {
  return moved;
}

/**
 * Reads into checked application memory until it is full or a reply is short. There the file ends, as a rule, and to ask
 * again would cost as much as the reading.
 */
export function readShared(node: u32, position: u64, to: u32, bytes: u32): u32 {
  const share = shareOf(node);
  const most = dataMax(share);
  moved = 0;
  while (moved < bytes) {
    const part = min(bytes - moved, most);
    const error = read(share, node, position + moved, regionBase() + to + moved, part);
    if (error != SUCCESS) return error;
    moved += movedData();
    if (movedData() < part) break;
  }
  return SUCCESS;
}

/** Writes from checked application memory. */
export function writeShared(node: u32, position: u64, from: u32, bytes: u32): u32 {
  const it = sharedNode(node);
  const share = shareOf(node);
  const most = dataMax(share);
  moved = 0;
  while (moved < bytes) {
    const error = write(share, node, position + moved, regionBase() + from + moved, min(bytes - moved, most));
    if (error != SUCCESS) return error;
    // A server that writes nothing and gives no reason.
    if (movedData() == 0) return IO;
    moved += movedData();
    it.size = max(it.size, position + moved);
  }
  return SUCCESS;
}

/** Has what was written brought to the host's disk. */
export function syncShared(node: u32): u32 {
  if (<u32>sharedNode(node).type != NODE_DIRECTORY) return fsync(shareOf(node), node);
  const error = openDirectory(node);
  return error == SUCCESS ? fsync(shareOf(node), node + 1) : error;
}

/** A fid that has been opened cannot be walked from, so a directory has a second one for that. */
function openDirectory(node: u32): u32 {
  const it = sharedNode(node);
  if (it.isListing != 0) return SUCCESS;
  const share = shareOf(node);
  let error = clone(share, node, node + 1);
  if (error != SUCCESS) return error;
  error = lopen(share, node + 1, O_RDONLY | O_DIRECTORY);
  if (error != SUCCESS) clunk(share, node + 1);
  else it.isListing = 1;
  return error;
}

/** Begins to list what comes after an offset that the server gave, or 0. */
export function openSharedListing(node: u32, after: u64): u32 {
  directory = node;
  offset = after;
  listingError = openDirectory(node);
  if (listingError == SUCCESS) ask();
  return listingError;
}

function ask(): void {
  listingError = readdir(shareOf(directory), directory + 1, offset, dataMax(shareOf(directory)));
}

/** Goes to the next entry, which ninep/contents.ts then has; false at the end, or with an error: sharedListingError(). */
export function nextShared(): bool {
  for (let i: u32 = 0; i < LEFT_OUT_MAX && listingError == SUCCESS; i++) {
    if (!hasEntries()) ask();
    if (listingError != SUCCESS || !hasEntries()) return false;
    listingError = nextEntry();
    offset = lastListed().offset;
    if (listingError == SUCCESS && isPresentable(lastListed())) return true;
  }
  if (listingError == SUCCESS) listingError = IO;
  return false;
}

export function sharedListingError(): u32 {
  return listingError;
}

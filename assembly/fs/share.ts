// Nodes of directories that the host shares (9P2000.L). Such a node stands for a fid, whose number is the node's own: what
// the file is and has in it, the server is asked anew each time. Read first: node.ts, ninep/names.ts, ninep/contents.ts.
//
//   node, 64 bytes, as node.ts draws it, but for
//    0  u64 size, times   as the server last told; 48 u32 names: 0 if the file has lost the name that it was opened by
//   32  u64 number        the file's number on the host
//   40  u32 isListing     fid + 1 is open for listing the directory, or for having it written to disk
//   52  u32 uses          descriptors, and lookups that are under way; without any it is gone
//   61  u8 isOpen         the file is open for reading or writing
//
// A file that is open stays what it was, even if the host puts another one in its place or takes its name away. A server
// that finds files by their names (QEMU 7.2's) cannot tell of such a file any more; what was last known counts then.

import { IO, NOMEM, NOENT, SUCCESS, STALE } from "../abi/errno";
import { SHARES_MAX } from "../base/limits";
import { getattr, lastAttributes, setattr } from "../ninep/contents";
import {
  agreedDataMax, attach, clone, clunk, foundNumber, foundType, readlink, version, walk,
} from "../ninep/names";
import { QID_DIRECTORY, QID_LINK, SETATTR_ATIME, SETATTR_MTIME, SETATTR_SIZE } from "../ninep/spec";
import { Node, NODE_DIRECTORY, NODE_FILE, NODE_LINK, nodeAt, resetRoot } from "./node";
import { giveSlot, takeSlot } from "./slots";

/** Data of one read or write: more at a time is not faster. */
const DATA_MAX: u32 = 0x80000;

@final @unmanaged
export class SharedNode {
  size: u64;
  accessed: u64;
  modified: u64;
  changed: u64;
  number: u64;
  isListing: u32;
  unused: u32;
  names: u32;
  uses: u32;
  unusedToo: u32;
  type: u8;
  isOpen: u8;
  isReadOnly: u8;
  share: u8;
}

/** For each share the most data of one message. */
const dataMaxima = memory.data(16 * 4, 4);
const dots = memory.data<u8>([0x2e, 0x2e]);
let found: u32 = 0;

export function sharedNode(node: u32): SharedNode {
  return changetype<SharedNode>(changetype<usize>(nodeAt(node)));
}

/** The number of the share that a node is in. */
export function shareOf(node: u32): u32 {
  return <u32>nodeAt(node).share - 1;
}

export function dataMax(share: u32): u32 {
  return load<u32>(dataMaxima + <usize>(share << 2));
}

/** Makes the root of a preopened directory that of a share. */
export function attachShare(share: u32, index: u32, root: u32, isReadOnly: bool): u32 {
  assert(share < SHARES_MAX && offsetof<SharedNode>("names") == offsetof<Node>("names") && offsetof<SharedNode>() == 64);
  let error = version(share, DATA_MAX);
  if (error != SUCCESS) return error;
  store<u32>(dataMaxima + <usize>(share << 2), agreedDataMax());
  error = attach(share, root);
  if (error != SUCCESS) return error;
  if (foundType() != QID_DIRECTORY) return IO;
  resetRoot(index);
  const node = sharedNode(root);
  node.share = <u8>(share + 1);
  node.number = foundNumber();
  node.isReadOnly = isReadOnly ? 1 : 0;
  node.uses = 1;
  return SUCCESS;
}

/** A node that is like `directory` in all but what it stands for, which has yet to be said; 0 if there is no memory left. */
export function takeShared(directory: u32): u32 {
  const at = <u32>takeSlot(<u32>offsetof<Node>());
  if (at == 0) return 0;
  sharedNode(at).share = nodeAt(directory).share;
  sharedNode(at).isReadOnly = nodeAt(directory).isReadOnly;
  return at;
}

/** Looks a name up: SUCCESS, and foundShared() is a new node that nobody uses yet. */
export function findShared(directory: u32, name: usize, length: u32): u32 {
  const at = takeShared(directory);
  if (at == 0) return NOMEM;
  const error = walk(shareOf(directory), directory, at, name, length);
  if (error != SUCCESS) {
    giveSlot(<usize>at);
    return error;
  }
  const node = sharedNode(at);
  node.number = foundNumber();
  node.names = 1;
  // Anything else, a device or a socket, shows when its attributes are looked at.
  node.type = <u8>(foundType() == QID_DIRECTORY ? NODE_DIRECTORY : foundType() == QID_LINK ? NODE_LINK : NODE_FILE);
  found = at;
  return SUCCESS;
}

/** The same for the directory above. */
export function findAbove(directory: u32): u32 {
  return findShared(directory, dots, 2);
}

export function foundShared(): u32 {
  return found;
}

export function keepShared(node: u32): void {
  sharedNode(node).uses++;
}

/** Somebody does not use it any more. */
export function dropShared(node: u32): void {
  const it = sharedNode(node);
  if (--it.uses != 0) return;
  if (it.isListing != 0) clunk(shareOf(node), node + 1);
  clunk(shareOf(node), node);
  giveSlot(<usize>node);
}

/** Asks for the attributes. */
export function lookAtShared(node: u32): u32 {
  const it = sharedNode(node);
  const told = lastAttributes();
  const error = getattr(shareOf(node), node);
  // An open file whose name is gone, or another's.
  if (it.isOpen != 0 && (error == NOENT || (error == SUCCESS && told.number != it.number))) {
    it.names = 0;
    return SUCCESS;
  }
  if (error != SUCCESS) return error;
  const type = typeFrom(told.type);
  // What has been walked through as a directory does not become a file.
  if ((type == NODE_DIRECTORY) != (<u32>it.type == NODE_DIRECTORY)) return STALE;
  it.type = <u8>type;
  it.number = told.number;
  it.names = told.names;
  it.size = type == NODE_DIRECTORY ? 0 : told.size;
  it.accessed = told.accessed;
  it.modified = told.modified;
  it.changed = told.changed;
  return SUCCESS;
}

/** Preview 1's filetype for the four bits of Linux' mode; a FIFO has none. */
export function typeFrom(bits: u32): u32 {
  switch (bits) {
    case 2: return 2; // character device
    case 4: return NODE_DIRECTORY;
    case 6: return 1; // block device
    case 8: return NODE_FILE;
    case 10: return NODE_LINK;
    case 12: return 6; // socket
  }
  return 0;
}

/** Cuts a file, or makes it longer with zeros. */
export function resizeShared(node: u32, size: u64): u32 {
  const error = set(node, SETATTR_SIZE, size, 0, 0);
  if (error == SUCCESS) sharedNode(node).size = size;
  return error;
}

export function setSharedTimes(node: u32, accessed: u64, modified: u64, hasAccessed: bool, hasModified: bool): u32 {
  return set(node, (hasAccessed ? SETATTR_ATIME : 0) | (hasModified ? SETATTR_MTIME : 0), 0, accessed, modified);
}

/**
 * A server may find files by their names when attributes are set, even if it knows an open one when they are asked for
 * (QEMU 7.2). So that no other file that has the name by now is changed, a fid that is not open is asked first.
 */
function set(node: u32, valid: u32, size: u64, accessed: u64, modified: u64): u32 {
  const it = sharedNode(node);
  const share = shareOf(node);
  if (it.isOpen == 0) return setattr(share, node, valid, size, accessed, modified);
  const named = node + 1;
  let error = clone(share, node, named);
  if (error == SUCCESS) {
    error = getattr(share, named);
    if (error == SUCCESS && lastAttributes().number != it.number) error = STALE;
    if (error == SUCCESS) error = setattr(share, named, valid, size, accessed, modified);
    clunk(share, named);
  }
  return error == NOENT ? STALE : error;
}

/** Asks for a link's target: ninep/names.ts has it until the next request. */
export function openSharedTarget(node: u32): u32 {
  return readlink(shareOf(node), node);
}

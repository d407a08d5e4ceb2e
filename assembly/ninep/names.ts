// Requests that go from names to files and change names: version, attach, walk, clunk, lopen, lcreate, mkdir, symlink,
// readlink, link, renameat, unlinkat. A fid is our number for a file, and stands for it until it is clunked.
// Read first: message.ts. Each answers SUCCESS or an errno; names have been checked before.

import { IO, SUCCESS } from "../abi/errno";
import { PATH_MAX } from "../base/limits";
import { distanceTo, equalsText } from "../lib/bytes";
import { begin, complete, put16, put32, putString, send, take, take16, take32, take64, take8 } from "./message";
import {
  AT_REMOVEDIR, DATA_HEADER_BYTES, MSIZE_MIN, NOBODY, NOFID, O_CREAT, TATTACH, TCLUNK, TLCREATE, TLINK, TLOPEN, TMKDIR,
  TREADLINK, TRENAMEAT, TSYMLINK, TUNLINKAT, TVERSION, TWALK,
} from "./spec";

const VERSION_LENGTH: u32 = 8;
const versionName = memory.data<u8>([0x39, 0x50, 0x32, 0x30, 0x30, 0x30, 0x2e, 0x4c]); // 9P2000.L

/** Of the last qid taken. */
let qidType: u32 = 0;
let qidPath: u64 = 0;
/** The most data of one message, for the share that was asked last. */
let dataMax: u32 = 0;
let target: usize = 0;
let targetLength: u32 = 0;

/** What kind of thing the last walk, attach or lcreate led to (spec.ts, QID_…), and its number. */
export function foundType(): u32 {
  return qidType;
}

export function foundNumber(): u64 {
  return qidPath;
}

/** Agrees on the protocol and on messages with up to `bytes` bytes of data; agreedDataMax() says what came of it. */
export function version(share: u32, bytes: u32): u32 {
  begin(TVERSION);
  put32(bytes + DATA_HEADER_BYTES);
  putString(versionName, VERSION_LENGTH);
  const error = send(share);
  if (error != SUCCESS) return error;
  const msize = take32();
  const length = take16();
  const name = take(length);
  if (complete() != SUCCESS || !equalsText(name, length, "9P2000.L")) return IO;
  if (msize < MSIZE_MIN || msize > bytes + DATA_HEADER_BYTES) return IO;
  dataMax = msize - DATA_HEADER_BYTES;
  return SUCCESS;
}

export function agreedDataMax(): u32 {
  return dataMax;
}

/** Makes `fid` the top of the server's tree. */
export function attach(share: u32, fid: u32): u32 {
  begin(TATTACH);
  put32(fid);
  put32(NOFID);
  putString(versionName, 0);
  putString(versionName, 0);
  put32(NOBODY);
  const error = send(share);
  return error == SUCCESS ? takeQid() : error;
}

/** Makes `newFid` what has that name in the directory `fid`. */
export function walk(share: u32, fid: u32, newFid: u32, name: usize, length: u32): u32 {
  beginWalk(fid, newFid, 1);
  putString(name, length);
  let error = send(share);
  // One name was asked for: either it was found, or the reply is an error.
  if (error == SUCCESS) error = take16() == 1 ? takeQid() : IO;
  // Where nobody knows whether the fid came to be it must not stay.
  if (error == IO) clunk(share, newFid);
  return error;
}

/** Makes `newFid` the same as `fid`. */
export function clone(share: u32, fid: u32, newFid: u32): u32 {
  beginWalk(fid, newFid, 0);
  const error = send(share);
  if (error == IO) clunk(share, newFid);
  return error;
}

function beginWalk(fid: u32, newFid: u32, names: u32): void {
  begin(TWALK);
  put32(fid);
  put32(newFid);
  put16(names);
}

/** Forgets a fid; whatever the server says, it is not used any more. */
export function clunk(share: u32, fid: u32): void {
  begin(TCLUNK);
  put32(fid);
  send(share);
}

/** Opens what a fid stands for. */
export function lopen(share: u32, fid: u32, flags: u32): u32 {
  begin(TLOPEN);
  put32(fid);
  put32(flags);
  const error = send(share);
  return error == SUCCESS ? takeQid() : error;
}

/** Makes a file in the directory `fid`, which from then on stands for the file, opened. */
export function lcreate(share: u32, fid: u32, name: usize, length: u32, flags: u32, mode: u32): u32 {
  begin(TLCREATE);
  put32(fid);
  putString(name, length);
  put32(O_CREAT | flags);
  put32(mode);
  put32(NOBODY);
  const error = send(share);
  return error == SUCCESS ? takeQid() : error;
}

export function mkdir(share: u32, directory: u32, name: usize, length: u32, mode: u32): u32 {
  begin(TMKDIR);
  put32(directory);
  putString(name, length);
  put32(mode);
  put32(NOBODY);
  return send(share);
}

export function symlink(share: u32, directory: u32, name: usize, length: u32, to: usize, bytes: u32): u32 {
  begin(TSYMLINK);
  put32(directory);
  putString(name, length);
  putString(to, bytes);
  put32(NOBODY);
  return send(share);
}

/** The target of a link, of 1 to PATH_MAX bytes without NUL: readlinkBytes() at readlinkAt(), until the next request. */
export function readlink(share: u32, fid: u32): u32 {
  begin(TREADLINK);
  put32(fid);
  const error = send(share);
  if (error != SUCCESS) return error;
  targetLength = take16();
  target = take(targetLength);
  if (complete() != SUCCESS || targetLength == 0 || targetLength > PATH_MAX) return IO;
  return distanceTo(0, target, targetLength) == targetLength ? SUCCESS : IO;
}

export function readlinkAt(): usize {
  return target;
}

export function readlinkBytes(): u32 {
  return targetLength;
}

/** Gives what `fid` stands for one more name. */
export function link(share: u32, directory: u32, fid: u32, name: usize, length: u32): u32 {
  begin(TLINK);
  put32(directory);
  put32(fid);
  putString(name, length);
  return send(share);
}

export function renameat(share: u32, from: u32, oldName: usize, oldLength: u32, to: u32, newName: usize, newLength: u32): u32 {
  begin(TRENAMEAT);
  put32(from);
  putString(oldName, oldLength);
  put32(to);
  putString(newName, newLength);
  return send(share);
}

export function unlinkat(share: u32, directory: u32, name: usize, length: u32, isDirectory: bool): u32 {
  begin(TUNLINKAT);
  put32(directory);
  putString(name, length);
  put32(isDirectory ? AT_REMOVEDIR : 0);
  return send(share);
}

function takeQid(): u32 {
  qidType = take8();
  take32();
  qidPath = take64();
  return complete();
}

// Requests about what is in a file or directory and what is known of it: read, write, fsync, readdir, getattr, setattr.
// Data goes straight between the server and the application's memory. Read first: message.ts, names.ts.

import { IO, SUCCESS } from "../abi/errno";
import { NAME_MAX } from "../base/limits";
import { distanceTo, equalsText } from "../lib/bytes";
import { isUtf8 } from "../lib/utf8";
import { NANOSECONDS_PER_SECOND } from "../time/spec";
import { MESSAGE_BYTES, READ_HEADER_BYTES } from "../virtio/ninep";
import {
  begin, complete, hasMore, put32, put64, send, sendWith, take, take16, take32, take64, take8, wholeReply,
} from "./message";
import { GETATTR_BASIC, MODE_TYPE_MASK, MODE_TYPE_SHIFT, TFSYNC, TGETATTR, TREAD, TREADDIR, TSETATTR, TWRITE } from "./spec";

/** The largest size and the latest time that a server may tell; both leave room for sums. */
const SIZE_MAX: u64 = i64.MAX_VALUE;
const SECONDS_MAX: u64 = 18446744072;

/** What getattr told. */
@final @unmanaged
export class Attributes {
  number: u64;
  size: u64;
  /** ns since 1970. */
  accessed: u64;
  modified: u64;
  changed: u64;
  names: u32;
  /** The four bits of the file type in a mode of Linux. */
  type: u32;
}

/** What nextEntry() found. */
@final @unmanaged
export class Listed {
  number: u64;
  /** Where the list goes on after it. */
  offset: u64;
  name: usize;
  length: u32;
  /** As in Attributes. */
  type: u32;
}

const attributes = memory.data(48, 8);
const listed = memory.data(32, 8);
let moved: u32 = 0;

export function lastAttributes(): Attributes {
  return changetype<Attributes>(attributes);
}

export function lastListed(): Listed {
  return changetype<Listed>(listed);
}

/** Bytes that the last read or write moved. */
export function movedData(): u32 {
  return moved;
}

/** Reads up to `bytes` bytes to a physical address; none at the end of the file. */
export function read(share: u32, fid: u32, position: u64, to: u64, bytes: u32): u32 {
  moved = 0;
  beginTransfer(TREAD, fid, position, bytes);
  const error = sendWith(share, to, bytes, true);
  if (error != SUCCESS) return error;
  const count = take32();
  // The server says it three times: how many bytes, how long its message is, how much it wrote.
  if (complete() != SUCCESS || count > bytes || wholeReply() != READ_HEADER_BYTES + count) return IO;
  moved = count;
  return SUCCESS;
}

/** Writes up to `bytes` bytes from a physical address. */
export function write(share: u32, fid: u32, position: u64, from: u64, bytes: u32): u32 {
  moved = 0;
  beginTransfer(TWRITE, fid, position, bytes);
  const error = sendWith(share, from, bytes, false);
  if (error != SUCCESS) return error;
  const count = take32();
  if (complete() != SUCCESS || count > bytes) return IO;
  moved = count;
  return SUCCESS;
}

function beginTransfer(type: u32, fid: u32, position: u64, bytes: u32): void {
  begin(type);
  put32(fid);
  put64(position);
  put32(bytes);
}

/** Has what was written brought to the host's disk. */
export function fsync(share: u32, fid: u32): u32 {
  begin(TFSYNC);
  put32(fid);
  put32(0);
  return send(share);
}

/** Asks for entries of an opened directory from an offset on; nextEntry() takes them one by one, before the next request. */
export function readdir(share: u32, fid: u32, offset: u64, dataMax: u32): u32 {
  const most = min(dataMax, MESSAGE_BYTES - READ_HEADER_BYTES);
  beginTransfer(TREADDIR, fid, offset, most);
  const error = send(share);
  if (error != SUCCESS) return error;
  const count = take32();
  return complete() == SUCCESS && count <= most && wholeReply() == READ_HEADER_BYTES + count ? SUCCESS : IO;
}

/** Whether the last readdir has told of more entries. */
export function hasEntries(): bool {
  return hasMore();
}

/** Takes the next entry; IO if it is none. */
export function nextEntry(): u32 {
  const entry = lastListed();
  take8();
  take32();
  entry.number = take64();
  entry.offset = take64();
  entry.type = take8();
  entry.length = take16();
  entry.name = take(entry.length);
  return complete() == SUCCESS && isName(entry.name, entry.length) ? SUCCESS : IO;
}

/** Whether a name can be one of a directory's entry. */
function isName(name: usize, length: u32): bool {
  return length != 0 && length <= NAME_MAX && distanceTo(0, name, length) == length && distanceTo(0x2f, name, length) == length;
}

/** Whether an application can know the entry by its name: WASI's names are UTF-8, and it has `.` and `..` from us. */
export function isPresentable(entry: Listed): bool {
  return !equalsText(entry.name, entry.length, ".") && !equalsText(entry.name, entry.length, "..") && isUtf8(entry.name, entry.length);
}

export function getattr(share: u32, fid: u32): u32 {
  begin(TGETATTR);
  put32(fid);
  put64(GETATTR_BASIC);
  const error = send(share);
  if (error != SUCCESS) return error;
  const it = lastAttributes();
  take64(); // valid
  take8();
  take32();
  it.number = take64();
  it.type = take32() >> MODE_TYPE_SHIFT & MODE_TYPE_MASK;
  take64(); // uid, gid
  it.names = <u32>min<u64>(take64(), u32.MAX_VALUE);
  take64(); // rdev
  it.size = take64();
  take64(); // blksize
  take64(); // blocks
  it.accessed = takeTime();
  it.modified = takeTime();
  it.changed = takeTime();
  return complete() == SUCCESS && it.size <= SIZE_MAX ? SUCCESS : IO;
}

/** A time before 1970 becomes 0, one that does not fit the latest. */
function takeTime(): u64 {
  const seconds = take64();
  const nanoseconds = min<u64>(take64(), NANOSECONDS_PER_SECOND - 1);
  if (<i64>seconds < 0) return 0;
  return min<u64>(seconds, SECONDS_MAX) * NANOSECONDS_PER_SECOND + nanoseconds;
}

/** Sets what `valid` (spec.ts, SETATTR_…) names. */
export function setattr(share: u32, fid: u32, valid: u32, size: u64, accessed: u64, modified: u64): u32 {
  begin(TSETATTR);
  put32(fid);
  put32(valid);
  put32(0); // mode
  put32(0); // uid
  put32(0); // gid
  put64(size);
  put64(accessed / NANOSECONDS_PER_SECOND);
  put64(accessed % NANOSECONDS_PER_SECOND);
  put64(modified / NANOSECONDS_PER_SECOND);
  put64(modified % NANOSECONDS_PER_SECOND);
  return send(share);
}

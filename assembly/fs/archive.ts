// An archive of files, a tar file in the image or in a boot module, read in place: turns its members into nodes. Contents
// are never looked at. Read first: spec.ts, directory.ts; scripts/steps/pack-files.ts, which writes the archive.
//
//   .preopens          first: the names of the preopened directories, each followed by NUL
//   0/  0/index.html   members of the first of them; `0/` without the right to write: nothing in it can be changed
//   1/  1/…            of the second
//
// The archive is not trusted: whatever is wrong with it ends the reading, and nothing outside it is ever touched.

import * as image from "../host/image";
import { NAME_MAX, PATH_MAX, PREOPENS_MAX } from "../base/limits";
import { alignUp } from "../lib/align";
import { distanceTo, equalsText, startsWithText } from "../lib/bytes";
import { parseDecimal } from "../lib/format";
import { isUtf8 } from "../lib/utf8";
import { addChild } from "./directory";
import { entryAt, findEntry } from "./names";
import { isDirectory, NODE_DIRECTORY, NODE_FILE, NODE_LINK, nodeAt, resetRoot, rootAt, takeNode } from "./node";
import { addPreopen, preopenCount } from "./preopens";
import {
  BLOCK_SIZE, HEADER_CHECKSUM_AT, HEADER_CHECKSUM_SIZE, HEADER_LINK_AT, HEADER_LINK_SIZE, HEADER_MAGIC_AT, HEADER_MODE_AT,
  HEADER_MODE_SIZE, HEADER_NAME_SIZE, HEADER_PREFIX_AT, HEADER_PREFIX_SIZE, HEADER_SIZE_AT, HEADER_SIZE_SIZE,
  HEADER_TIME_AT, HEADER_TIME_SIZE, HEADER_TYPE_AT, MODE_OWNER_WRITES, TYPE_ATTRIBUTES, TYPE_CONTIGUOUS, TYPE_DIRECTORY,
  TYPE_FILE, TYPE_GLOBAL, TYPE_LINK, TYPE_LONG_LINK, TYPE_LONG_NAME, TYPE_OLD_FILE,
} from "./spec";

export const ARCHIVE_OK: u32 = 0;
/** damagedAt() says where. */
export const ARCHIVE_DAMAGED: u32 = 1;
/** There is not enough memory for its names. */
export const ARCHIVE_TOO_LARGE: u32 = 2;

const NO_NUMBER: u64 = u64.MAX_VALUE;
const PREOPENS_NAME = ".preopens";
const NANOSECONDS_PER_SECOND: u64 = 1000000000;

const header = memory.data(512, 8);
/** The beginning of a pax record: its length and key. */
const record = memory.data(64);
const path = memory.data(4097);
/** Where the archive is in physical memory. */
let base: u32 = 0;
let archiveBytes: u32 = 0;
/** Its first preopened directory, and how many it has. */
let firstPreopen: u32 = 0;
let preopens: u32 = 0;
let isFull: bool = false;
/** Where the member being read begins, counted from `base` like all places in the archive. */
let at: u32 = 0;
/** What attributes said of the next member: where its name and link name are. A length of 0: nothing. */
let nameAt: u32 = 0;
let nameBytes: u32 = 0;
let linkAt: u32 = 0;
let linkBytes: u32 = 0;
/** When the member was modified, ns since 1970. */
let time: u64 = 0;

/** Reads the whole archive of `bytes` bytes at a physical address. */
export function readArchive(place: u32, bytes: u32): u32 {
  base = place;
  archiveBytes = bytes;
  firstPreopen = preopenCount();
  preopens = 0;
  isFull = false;
  nameBytes = 0;
  linkBytes = 0;
  at = 0;
  return readMembers() ? ARCHIVE_OK : isFull ? ARCHIVE_TOO_LARGE : ARCHIVE_DAMAGED;
}

/** The place, in the archive, of the member that could not be read. */
export function damagedAt(): u32 {
  return at;
}

function readMembers(): bool {
  while (archiveBytes - at >= BLOCK_SIZE) {
    image.readFiles(header, base + at, BLOCK_SIZE);
    const sum = checksum();
    if (sum == 0) return preopens != 0;
    if (sum != octal(HEADER_CHECKSUM_AT, HEADER_CHECKSUM_SIZE)) return false;
    if (!startsWithText(header + HEADER_MAGIC_AT, 5, "ustar")) return false;
    const size = octal(HEADER_SIZE_AT, HEADER_SIZE_SIZE);
    const data = at + BLOCK_SIZE;
    if (size > archiveBytes - data) return false;
    const seconds = octal(HEADER_TIME_AT, HEADER_TIME_SIZE);
    time = seconds == NO_NUMBER ? 0 : seconds * NANOSECONDS_PER_SECOND;
    if (!readMember(<u32>load<u8>(header, HEADER_TYPE_AT), data, <u32>size)) return false;
    const next = <u64>data + alignUp(size, BLOCK_SIZE);
    if (next > archiveBytes) return false;
    at = <u32>next;
  }
  return false;
}

/** The sum of all bytes, those of the checksum itself counted as blanks; 0 for a block of zeros. */
function checksum(): u64 {
  let sum: u64 = 0;
  let own: u64 = 0;
  for (let i: u32 = 0; i < BLOCK_SIZE; i++) {
    const byte = <u64>load<u8>(header + i);
    if (i - HEADER_CHECKSUM_AT < HEADER_CHECKSUM_SIZE) own += byte;
    else sum += byte;
  }
  return sum + own == 0 ? 0 : sum + HEADER_CHECKSUM_SIZE * 0x20;
}

/** An octal field of the header: blanks, digits, then blanks or NULs. */
function octal(from: u32, bytes: u32): u64 {
  let i: u32 = 0;
  while (i < bytes && load<u8>(header + from + i) == 0x20) i++;
  let value: u64 = 0;
  for (; i < bytes; i++) {
    const digit = <u32>load<u8>(header + from + i) - 0x30;
    if (digit > 7) break;
    value = value << 3 | digit;
  }
  for (; i < bytes; i++) {
    const byte = <u32>load<u8>(header + from + i);
    if (byte != 0 && byte != 0x20) return NO_NUMBER;
  }
  return value;
}

function readMember(type: u32, data: u32, size: u32): bool {
  switch (type) {
    case TYPE_GLOBAL: return true;
    case TYPE_ATTRIBUTES: return readAttributes(data, size);
    case TYPE_LONG_NAME: return noteName(data, size);
    case TYPE_LONG_LINK: return noteLink(data, size);
  }
  const isLink = type == TYPE_LINK;
  if (linkBytes == 0) {
    linkAt = at + HEADER_LINK_AT;
    linkBytes = distanceTo(0, header + HEADER_LINK_AT, HEADER_LINK_SIZE);
  }
  const isGood = readPath() && (
    type == TYPE_FILE || type == TYPE_OLD_FILE || type == TYPE_CONTIGUOUS ? addFile(data, size)
    : type == TYPE_DIRECTORY ? addDirectory()
    : isLink && size == 0 && linkBytes != 0 && addLeaf(NODE_LINK, linkAt, linkBytes)
  );
  nameBytes = 0;
  linkBytes = 0;
  return isGood;
}

/** GNU's long names end with a NUL. */
function noteName(from: u32, bytes: u32): bool {
  if (bytes != 0 && byteAt(from + bytes - 1) == 0) bytes--;
  nameAt = from;
  nameBytes = bytes;
  return bytes != 0 && bytes <= PATH_MAX;
}

function noteLink(from: u32, bytes: u32): bool {
  if (bytes != 0 && byteAt(from + bytes - 1) == 0) bytes--;
  linkAt = from;
  linkBytes = bytes;
  return bytes != 0 && bytes <= PATH_MAX;
}

function byteAt(from: u32): u32 {
  image.readFiles(record, base + from, 1);
  return <u32>load<u8>(record);
}

/** pax records, each "length key=value\n"; of their keys only the names matter, and a size is never needed. */
function readAttributes(from: u32, bytes: u32): bool {
  while (bytes != 0) {
    const part = min<u32>(bytes, 64);
    image.readFiles(record, base + from, part);
    const digits = distanceTo(0x20, record, part);
    const whole = digits > 9 ? NO_NUMBER : parseDecimal(record, digits);
    if (whole > bytes || digits == part) return false;
    const length = <u32>whole;
    const key = record + digits + 1;
    const keyBytes = distanceTo(0x3d, key, part - digits - 1);
    const before = digits + 1 + keyBytes + 1;
    if (before < length) {
      if (equalsText(key, keyBytes, "path") && !noteName(from + before, length - before - 1)) return false;
      if (equalsText(key, keyBytes, "linkpath") && !noteLink(from + before, length - before - 1)) return false;
      if (equalsText(key, keyBytes, "size")) return false;
    } else return false;
    if (byteAt(from + length - 1) != 0x0a) return false;
    from += length;
    bytes -= length;
  }
  return true;
}

/** Puts the member's name into `path`, with nameBytes its length, wherever it stands. */
function readPath(): bool {
  if (nameBytes != 0) image.readFiles(path, base + nameAt, nameBytes);
  else {
    const prefix = distanceTo(0, header + HEADER_PREFIX_AT, HEADER_PREFIX_SIZE);
    const name = distanceTo(0, header, HEADER_NAME_SIZE);
    const split = prefix == 0 ? 0 : prefix + 1;
    memory.copy(path, header + HEADER_PREFIX_AT, prefix);
    store<u8>(path + prefix, 0x2f);
    memory.copy(path + split, header, name);
    nameBytes = split + name;
  }
  return nameBytes != 0 && distanceTo(0, path, nameBytes) == nameBytes && isUtf8(path, nameBytes);
}

function addFile(data: u32, size: u32): bool {
  return equalsText(path, nameBytes, PREOPENS_NAME) ? addPreopens(data, size) : addLeaf(NODE_FILE, data, size);
}

/** The names of the preopened directories, told apart by their NULs. */
function addPreopens(data: u32, size: u32): bool {
  if (preopens != 0 || size > PREOPENS_MAX * (PATH_MAX + 1)) return false;
  let from = data;
  for (let i = data; i < data + size; i++) {
    if (byteAt(i) != 0) continue;
    if (i - from > PATH_MAX || !addPreopen(base + from, i - from)) return false;
    resetRoot(firstPreopen + preopens++);
    from = i + 1;
  }
  return preopens != 0 && from == data + size;
}

/** A file or link; one of the same name is replaced, as the last one counts in a tar file. */
function addLeaf(type: u32, data: u32, size: u32): bool {
  let begin = nameBytes;
  while (begin != 0 && load<u8>(path + begin - 1) != 0x2f) begin--;
  const length = nameBytes - begin;
  if (!isName(begin, length)) return false;
  const parent = findDirectory(begin);
  if (parent == 0) return false;
  const number = childOf(parent, begin, length, type);
  if (number == 0 || isDirectory(number)) return false;
  const node = nodeAt(number);
  node.type = <u8>type;
  node.place = base + data;
  node.placed = size;
  node.size = size;
  setTimes(number);
  return true;
}

/** A directory, and those above it. */
function addDirectory(): bool {
  const number = findDirectory(nameBytes);
  if (number == 0) return false;
  setTimes(number);
  const isTop = nodeAt(number).parent == number;
  if (isTop && (octal(HEADER_MODE_AT, HEADER_MODE_SIZE) & MODE_OWNER_WRITES) == 0) nodeAt(number).isReadOnly = 1;
  return true;
}

function setTimes(number: u32): void {
  const node = nodeAt(number);
  node.accessed = time;
  node.modified = time;
  node.changed = time;
}

/** The node of the directory that the first `end` bytes of `path` name, made where it is missing; 0 if it cannot be. */
function findDirectory(end: u32): u32 {
  let number: u32 = 0;
  let i: u32 = 0;
  while (i < end) {
    const length = distanceTo(0x2f, path + i, end - i);
    if (number == 0) {
      const index = parseDecimal(path + i, length);
      if (index >= preopens) return 0;
      number = rootAt(firstPreopen + <u32>index);
    } else if (length != 0) {
      if (!isName(i, length)) return 0;
      number = childOf(number, i, length, NODE_DIRECTORY);
      if (number == 0 || !isDirectory(number)) return 0;
    }
    i += length + 1;
  }
  return number;
}

/** The node of that name, made if it is missing; 0 if there is no memory for it. */
function childOf(directory: u32, begin: u32, length: u32, type: u32): u32 {
  const entry = findEntry(directory, path + begin, length);
  if (entry != 0) return entryAt(entry).node;
  const number = takeNode(type, time);
  if (number != 0) nodeAt(number).isReadOnly = nodeAt(directory).isReadOnly;
  if (number != 0 && addChild(directory, path + begin, length, number) != 0) return number;
  isFull = true;
  return 0;
}

function isName(begin: u32, length: u32): bool {
  if (length == 0 || length > NAME_MAX) return false;
  return !equalsText(path + begin, length, ".") && !equalsText(path + begin, length, "..");
}

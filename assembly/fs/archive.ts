// The archive of files in the image, a tar file, read in place: turns its members into nodes of the tree. Contents are
// never looked at. Read first: spec.ts, tree.ts; scripts/steps/pack-files.ts, which writes the archive.
//
//   .preopens          first: the names of the preopened directories, each followed by NUL
//   0/  0/index.html   members of the first of them
//   1/  1/…            of the second
//
// The archive is not trusted: whatever is wrong with it ends the reading, and nothing outside it is ever touched.

import * as image from "../host/image";
import { NAME_MAX, PATH_MAX, PREOPENS_MAX } from "../base/limits";
import { alignUp } from "../lib/align";
import { distanceTo, equalsText, startsWithText } from "../lib/bytes";
import { parseDecimal } from "../lib/format";
import { isUtf8 } from "../lib/utf8";
import {
  BLOCK_SIZE, HEADER_CHECKSUM_AT, HEADER_CHECKSUM_SIZE, HEADER_LINK_AT, HEADER_LINK_SIZE, HEADER_MAGIC_AT,
  HEADER_NAME_SIZE, HEADER_PREFIX_AT, HEADER_PREFIX_SIZE, HEADER_SIZE_AT, HEADER_SIZE_SIZE, HEADER_TYPE_AT,
  TYPE_ATTRIBUTES, TYPE_CONTIGUOUS, TYPE_DIRECTORY, TYPE_FILE, TYPE_GLOBAL, TYPE_LINK, TYPE_LONG_LINK, TYPE_LONG_NAME,
  TYPE_OLD_FILE,
} from "./spec";
import { addChild, findChild, isDirectory, NODE_DIRECTORY, NODE_FILE, NODE_LINK, nodeAt } from "./tree";

const NO_NUMBER: u64 = u64.MAX_VALUE;
const PREOPENS_NAME = ".preopens";

const header = memory.data(512, 8);
/** The beginning of a pax record: its length and key. */
const record = memory.data(64);
const path = memory.data(4097);
let archiveBytes: u32 = 0;
let preopens: u32 = 0;
/** Where the member being read begins. */
let at: u32 = 0;
/** What attributes said of the next member: where its name and link name are. A length of 0: nothing. */
let nameAt: u32 = 0;
let nameBytes: u32 = 0;
let linkAt: u32 = 0;
let linkBytes: u32 = 0;
/** Where the names of the preopened directories are. */
let preopenNames: u32 = 0;
let preopenNamesBytes: u32 = 0;
/** Where each byte of `path` is in the archive: before and after `pathSplit`. */
let pathSplit: u32 = 0;
let pathFirst: u32 = 0;
let pathSecond: u32 = 0;

/** Reads the whole archive. False if it is damaged or has what is not supported; damagedAt() says where. */
export function readArchive(): bool {
  archiveBytes = image.files();
  preopens = image.preopens();
  nameBytes = 0;
  linkBytes = 0;
  at = 0;
  while (archiveBytes - at >= BLOCK_SIZE) {
    image.readFiles(header, at, BLOCK_SIZE);
    const sum = checksum();
    if (sum == 0) return preopenNamesBytes != 0;
    if (sum != octal(HEADER_CHECKSUM_AT, HEADER_CHECKSUM_SIZE)) return false;
    if (!startsWithText(header + HEADER_MAGIC_AT, 5, "ustar")) return false;
    const size = octal(HEADER_SIZE_AT, HEADER_SIZE_SIZE);
    const data = at + BLOCK_SIZE;
    if (size > archiveBytes - data) return false;
    if (!readMember(<u32>load<u8>(header, HEADER_TYPE_AT), data, <u32>size)) return false;
    const next = <u64>data + alignUp(size, BLOCK_SIZE);
    if (next > archiveBytes) return false;
    at = <u32>next;
  }
  return false;
}

export function damagedAt(): u32 {
  return at;
}

/** Where the name of preopened directory `index` is in the archive; preopenNameLength() says how long it is. */
export function preopenName(index: u32): u32 {
  let from: u32 = preopenNames;
  for (; index != 0; index--) from += lengthOfName(from) + 1;
  return from;
}

export function preopenNameLength(index: u32): u32 {
  return lengthOfName(preopenName(index));
}

function lengthOfName(from: u32): u32 {
  const part = min<u32>(preopenNames + preopenNamesBytes - from, PATH_MAX);
  image.readFiles(path, from, part);
  return distanceTo(0, path, part);
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
    : type == TYPE_DIRECTORY ? addDirectories(nameBytes) != 0
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
  image.readFiles(record, from, 1);
  return <u32>load<u8>(record);
}

/** pax records, each "length key=value\n"; of their keys only the names matter, and a size is never needed. */
function readAttributes(from: u32, bytes: u32): bool {
  while (bytes != 0) {
    const part = min<u32>(bytes, 64);
    image.readFiles(record, from, part);
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
  if (nameBytes != 0) {
    pathSplit = nameBytes;
    pathFirst = nameAt;
    image.readFiles(path, nameAt, nameBytes);
  } else {
    const prefix = distanceTo(0, header + HEADER_PREFIX_AT, HEADER_PREFIX_SIZE);
    const name = distanceTo(0, header, HEADER_NAME_SIZE);
    pathSplit = prefix == 0 ? 0 : prefix + 1;
    pathFirst = at + HEADER_PREFIX_AT;
    pathSecond = at;
    memory.copy(path, header + HEADER_PREFIX_AT, prefix);
    store<u8>(path + prefix, 0x2f);
    memory.copy(path + pathSplit, header, name);
    nameBytes = pathSplit + name;
  }
  return nameBytes != 0 && distanceTo(0, path, nameBytes) == nameBytes && isUtf8(path, nameBytes);
}

function addFile(data: u32, size: u32): bool {
  if (!equalsText(path, nameBytes, PREOPENS_NAME)) return addLeaf(NODE_FILE, data, size);
  if (size > PREOPENS_MAX * (PATH_MAX + 1)) return false;
  // Names are told apart by their NULs: as many as there are directories.
  let names: u32 = 0;
  for (let i: u32 = 0; i < size; i++) names += byteAt(data + i) == 0 ? 1 : 0;
  preopenNames = data;
  preopenNamesBytes = size;
  return names == preopens;
}

/** A file or link; one of the same name is replaced, as the last one counts in a tar file. */
function addLeaf(type: u32, data: u32, size: u32): bool {
  let begin = nameBytes;
  while (begin != 0 && load<u8>(path + begin - 1) != 0x2f) begin--;
  const length = nameBytes - begin;
  if (!isName(begin, length)) return false;
  const parent = addDirectories(begin);
  if (parent == 0) return false;
  let index = findChild(parent, path + begin, length);
  if (index == 0) index = addChild(parent, path + begin, inArchive(begin), length, type);
  if (index == 0 || isDirectory(index)) return false;
  const node = nodeAt(index);
  node.type = <u8>type;
  node.data = data;
  node.size = size;
  return true;
}

/** The node of the directory that the first `end` bytes of `path` name, made where it is missing; 0 if it cannot be. */
function addDirectories(end: u32): u32 {
  let node: u32 = 0;
  let i: u32 = 0;
  while (i < end) {
    const length = distanceTo(0x2f, path + i, end - i);
    if (node == 0) {
      const index = parseDecimal(path + i, length);
      if (index >= preopens) return 0;
      node = <u32>index + 1;
    } else if (length != 0) {
      if (!isName(i, length)) return 0;
      let child = findChild(node, path + i, length);
      if (child == 0) child = addChild(node, path + i, inArchive(i), length, NODE_DIRECTORY);
      if (child == 0 || !isDirectory(child)) return 0;
      node = child;
    }
    i += length + 1;
  }
  return node;
}

function isName(begin: u32, length: u32): bool {
  if (length == 0 || length > NAME_MAX) return false;
  return !equalsText(path + begin, length, ".") && !equalsText(path + begin, length, "..");
}

/** Where the byte of `path` is in the archive: the prefix and the name of a header lie apart. */
function inArchive(index: u32): u32 {
  return index < pathSplit ? pathFirst + index : pathSecond + (index - pathSplit);
}

// The descriptor table: what each number stands for, its flags and its rights. 0, 1 and 2 are the standard streams, from
// 3 on come the listening sockets of the command line, then the preopened directories, then what path_open opens,
// sock_accept accepts and sock-open.ts makes: always the lowest number that is free.
//
//   per descriptor, 40 bytes: u32 kind, u32 flags, u64 rights, u64 inheriting, u32 node, u32 preopen, u64 position

import { HAS_FILES, HAS_SOCKETS } from "../base/features";
import { DESCRIPTORS_MAX } from "../base/limits";
import { isTerminal } from "../config/configuration";
import { holdNode, preopenCount, preopenNode, releaseNode } from "../fs/files";
import { openFiles } from "../fs/start";
import { closeDatagrams, closeStream } from "../sockets/close";
import {
  BADF, FILETYPE_CHARACTER_DEVICE, FILETYPE_DIRECTORY, FILETYPE_REGULAR_FILE, FILETYPE_SOCKET_DGRAM,
  FILETYPE_SOCKET_STREAM, FILETYPE_UNKNOWN, NOTCAPABLE, NOTSOCK,
  RIGHT_FD_ADVISE, RIGHT_FD_ALLOCATE, RIGHT_FD_DATASYNC, RIGHT_FD_FDSTAT_SET_FLAGS, RIGHT_FD_FILESTAT_GET,
  RIGHT_FD_FILESTAT_SET_SIZE, RIGHT_FD_FILESTAT_SET_TIMES, RIGHT_FD_READ, RIGHT_FD_READDIR, RIGHT_FD_SEEK,
  RIGHT_FD_SYNC, RIGHT_FD_TELL, RIGHT_FD_WRITE, RIGHT_PATH_CREATE_DIRECTORY, RIGHT_PATH_CREATE_FILE,
  RIGHT_PATH_FILESTAT_GET, RIGHT_PATH_FILESTAT_SET_SIZE, RIGHT_PATH_FILESTAT_SET_TIMES, RIGHT_PATH_LINK_SOURCE,
  RIGHT_PATH_LINK_TARGET, RIGHT_PATH_OPEN, RIGHT_PATH_READLINK, RIGHT_PATH_REMOVE_DIRECTORY, RIGHT_PATH_RENAME_SOURCE,
  RIGHT_PATH_RENAME_TARGET, RIGHT_PATH_SYMLINK, RIGHT_PATH_UNLINK_FILE, RIGHT_POLL_FD_READWRITE, RIGHT_SOCK_ACCEPT,
  RIGHT_SOCK_SHUTDOWN, RIGHTS_ALL, SUCCESS,
} from "./spec";

const STREAMS: u32 = 3;

/** Kinds; the streams' are their numbers plus 1, so that 0 is closed. */
export const KIND_CLOSED: u32 = 0;
export const KIND_INPUT: u32 = 1;
export const KIND_OUTPUT: u32 = 2;
export const KIND_ERROR: u32 = 3;
export const KIND_FILE: u32 = 4;
export const KIND_DIRECTORY: u32 = 5;
/** A TCP socket that listens, and one that does not: it is connected, or may still become either. */
export const KIND_LISTENER: u32 = 6;
export const KIND_CONNECTION: u32 = 7;
/** A UDP socket. */
export const KIND_DATAGRAMS: u32 = 8;

// No right to seek or tell: that, with the file type, is what makes isatty() true in libc.
const RIGHTS_COMMON: u64 = RIGHT_FD_FDSTAT_SET_FLAGS | RIGHT_FD_FILESTAT_GET | RIGHT_POLL_FD_READWRITE;
const RIGHTS_INPUT: u64 = RIGHTS_COMMON | RIGHT_FD_READ;
const RIGHTS_OUTPUT: u64 = RIGHTS_COMMON | RIGHT_FD_WRITE | RIGHT_FD_SYNC | RIGHT_FD_DATASYNC;
/** What can be done with a file, and with a directory; writing is among it, the file system decides. */
const RIGHTS_FILE: u64 = RIGHTS_INPUT | RIGHTS_OUTPUT | RIGHT_FD_SEEK | RIGHT_FD_TELL | RIGHT_FD_ADVISE
  | RIGHT_FD_ALLOCATE | RIGHT_FD_FILESTAT_SET_SIZE | RIGHT_FD_FILESTAT_SET_TIMES;
const RIGHTS_DIRECTORY: u64 = RIGHT_FD_FDSTAT_SET_FLAGS | RIGHT_FD_FILESTAT_GET | RIGHT_FD_FILESTAT_SET_TIMES
  | RIGHT_FD_SYNC | RIGHT_FD_DATASYNC | RIGHT_FD_READDIR | RIGHT_PATH_CREATE_DIRECTORY | RIGHT_PATH_CREATE_FILE
  | RIGHT_PATH_LINK_SOURCE | RIGHT_PATH_LINK_TARGET | RIGHT_PATH_OPEN | RIGHT_PATH_READLINK | RIGHT_PATH_RENAME_SOURCE
  | RIGHT_PATH_RENAME_TARGET | RIGHT_PATH_FILESTAT_GET | RIGHT_PATH_FILESTAT_SET_SIZE | RIGHT_PATH_FILESTAT_SET_TIMES
  | RIGHT_PATH_SYMLINK | RIGHT_PATH_REMOVE_DIRECTORY | RIGHT_PATH_UNLINK_FILE;
const RIGHTS_CONNECTION: u64 = RIGHTS_COMMON | RIGHT_FD_READ | RIGHT_FD_WRITE | RIGHT_SOCK_SHUTDOWN;
const RIGHTS_LISTENER: u64 = RIGHTS_COMMON | RIGHT_SOCK_ACCEPT;
/** Of a socket that the application makes: it may become either. */
const RIGHTS_SOCKET: u64 = RIGHTS_CONNECTION | RIGHTS_LISTENER;

@final @unmanaged
export class Descriptor {
  kind: u32;
  flags: u32;
  rights: u64;
  inheriting: u64;
  /** Of a file or directory; of a socket, its number. */
  node: u32;
  /** Number of the preopened directory plus 1; 0 for anything else. */
  preopen: u32;
  /** Where a file is read and written next; of a socket, its time-outs (sock-wait.ts). */
  position: u64;
}

// DESCRIPTORS_MAX of them.
const table = memory.data(1280 * 40, 8);
let hasPreopens: bool = false;
/** The number of the first preopened directory. */
let firstPreopen: u32 = 3;

/** The entry of a number in the table's range. */
export function descriptorAt(descriptor: u32): Descriptor {
  assert(descriptor < DESCRIPTORS_MAX);
  return changetype<Descriptor>(table + <usize>descriptor * offsetof<Descriptor>());
}

/** Opens the three standard streams. */
export function initialiseDescriptors(): void {
  hasPreopens = false;
  firstPreopen = STREAMS;
  for (let i: u32 = 0; i < STREAMS; i++) {
    descriptorAt(i).kind = i + 1;
    descriptorAt(i).rights = i == 0 ? RIGHTS_INPUT : RIGHTS_OUTPUT;
  }
}

function openPreopens(): void {
  hasPreopens = true;
  openFiles();
  for (let i: u32 = 0; i < preopenCount(); i++) {
    openDescriptor(firstPreopen + i, KIND_DIRECTORY, preopenNode(i), RIGHTS_DIRECTORY, RIGHTS_ALL);
    descriptorAt(firstPreopen + i).preopen = 1 + i;
  }
}

/** Opens a listening socket before all directories. At boot. */
export function openListenerDescriptor(socket: u32, flags: u32): void {
  assert(!hasPreopens, "directories are open already");
  fill(firstPreopen, KIND_LISTENER, socket, RIGHTS_LISTENER, RIGHTS_CONNECTION);
  descriptorAt(firstPreopen++).flags = flags;
}

/** Opens a connection that a listener has accepted, under a free number. */
export function openConnectionDescriptor(number: u32, socket: u32, rights: u64, flags: u32): void {
  fill(number, KIND_CONNECTION, socket, rights & RIGHTS_CONNECTION, rights & RIGHTS_CONNECTION);
  descriptorAt(number).flags = flags;
}

/** Opens a socket that the application makes, under a free number. */
export function openSocketDescriptor(number: u32, kind: u32, socket: u32): void {
  fill(number, kind, socket, RIGHTS_SOCKET, RIGHTS_CONNECTION);
}

/** The lowest free number; DESCRIPTORS_MAX if there is none. */
export function freeDescriptor(): u32 {
  let number: u32 = STREAMS;
  while (number < DESCRIPTORS_MAX && kindOf(number) != KIND_CLOSED) number++;
  return number;
}

/** Opens a file or directory under a free number. */
export function openDescriptor(number: u32, kind: u32, node: u32, rights: u64, inheriting: u64): void {
  const able = kind == KIND_FILE ? RIGHTS_FILE : RIGHTS_DIRECTORY;
  fill(number, kind, node, rights & able, inheriting);
  holdNode(node);
}

function fill(number: u32, kind: u32, node: u32, rights: u64, inheriting: u64): void {
  const entry = descriptorAt(number);
  memory.fill(changetype<usize>(entry), 0, offsetof<Descriptor>());
  entry.kind = kind;
  entry.node = node;
  entry.rights = rights;
  entry.inheriting = inheriting;
}

/** What the number stands for; KIND_CLOSED if nothing. */
export function kindOf(descriptor: u32): u32 {
  if (descriptor >= DESCRIPTORS_MAX) return KIND_CLOSED;
  if (HAS_FILES && descriptor >= STREAMS && !hasPreopens) openPreopens();
  return descriptorAt(descriptor).kind;
}

/** Whether it is a file. */
export function isFile(descriptor: u32): bool {
  return HAS_FILES && kindOf(descriptor) == KIND_FILE;
}

/** Whether it is a socket of any kind. */
export function isSocket(descriptor: u32): bool {
  return HAS_SOCKETS && kindOf(descriptor) >= KIND_LISTENER;
}

/** SUCCESS for a socket; BADF for what is not open, NOTSOCK for anything else. */
export function checkSocket(descriptor: u32): u32 {
  if (!isOpen(descriptor)) return BADF;
  return isSocket(descriptor) ? SUCCESS : NOTSOCK;
}

export function isOpen(descriptor: u32): bool {
  return kindOf(descriptor) != KIND_CLOSED;
}

/** Whether an open descriptor has all of these rights. */
export function hasRights(descriptor: u32, rights: u64): bool {
  return (descriptorAt(descriptor).rights & rights) == rights;
}

/** SUCCESS if bytes can be read from it; BADF if not; NOTCAPABLE if that right was given up. */
export function checkReadable(descriptor: u32): u32 {
  const kind = kindOf(descriptor);
  if (kind != KIND_INPUT && kind != KIND_FILE && !isSocket(descriptor)) return BADF;
  return hasRights(descriptor, RIGHT_FD_READ) ? SUCCESS : NOTCAPABLE;
}

/** SUCCESS if bytes can be written to it; BADF if not; NOTCAPABLE if that right was given up, or never had. */
export function checkWritable(descriptor: u32): u32 {
  const kind = kindOf(descriptor);
  if (kind != KIND_OUTPUT && kind != KIND_ERROR && kind != KIND_FILE && !isSocket(descriptor)) return BADF;
  return hasRights(descriptor, RIGHT_FD_WRITE) ? SUCCESS : NOTCAPABLE;
}

/** The file type of an open descriptor: a terminal is a character device, a pipe has no name in preview 1. */
export function fileTypeOf(descriptor: u32): u32 {
  const kind = descriptorAt(descriptor).kind;
  if (kind == KIND_FILE) return FILETYPE_REGULAR_FILE;
  if (kind == KIND_DIRECTORY) return FILETYPE_DIRECTORY;
  if (HAS_SOCKETS && kind >= KIND_LISTENER) return kind == KIND_DATAGRAMS ? FILETYPE_SOCKET_DGRAM : FILETYPE_SOCKET_STREAM;
  return isTerminal(kind - 1) ? FILETYPE_CHARACTER_DEVICE : FILETYPE_UNKNOWN;
}

export function closeDescriptor(descriptor: u32): void {
  const entry = descriptorAt(descriptor);
  if (HAS_SOCKETS && isSocket(descriptor)) closeSocket(entry);
  else if (HAS_FILES && entry.node != 0) releaseNode(entry.node);
  entry.kind = KIND_CLOSED;
  entry.node = 0;
}

function closeSocket(entry: Descriptor): void {
  if (entry.kind == KIND_DATAGRAMS) closeDatagrams(entry.node);
  else closeStream(entry.node);
}

/** Makes `to` what `from` is, and closes `from`; both are open. */
export function moveDescriptor(from: u32, to: u32): void {
  if (from == to) return;
  closeDescriptor(to);
  memory.copy(changetype<usize>(descriptorAt(to)), changetype<usize>(descriptorAt(from)), offsetof<Descriptor>());
  descriptorAt(from).kind = KIND_CLOSED;
  descriptorAt(from).node = 0;
}

// The descriptor table: what each number stands for, its flags and its rights. Today there are the three standard
// streams; there are no files and no sockets, so a number above 2 is never open.
//
//   per descriptor: u32 kind, u32 flags, u64 rights

import { isTerminal } from "../config/configuration";
import {
  BADF, FILETYPE_CHARACTER_DEVICE, FILETYPE_UNKNOWN, NOTCAPABLE, RIGHT_FD_DATASYNC, RIGHT_FD_FDSTAT_SET_FLAGS,
  RIGHT_FD_FILESTAT_GET, RIGHT_FD_READ, RIGHT_FD_SYNC, RIGHT_FD_WRITE, RIGHT_POLL_FD_READWRITE, SUCCESS,
} from "./spec";

const DESCRIPTORS: u32 = 3;

/** Kinds: the standard stream plus 1, so that 0 is closed. */
export const KIND_CLOSED: u32 = 0;
export const KIND_INPUT: u32 = 1;
export const KIND_OUTPUT: u32 = 2;
export const KIND_ERROR: u32 = 3;

// No right to seek or tell: that, with the file type, is what makes isatty() true in libc.
const RIGHTS_COMMON: u64 = RIGHT_FD_FDSTAT_SET_FLAGS | RIGHT_FD_FILESTAT_GET | RIGHT_POLL_FD_READWRITE;
const RIGHTS_INPUT: u64 = RIGHTS_COMMON | RIGHT_FD_READ;
const RIGHTS_OUTPUT: u64 = RIGHTS_COMMON | RIGHT_FD_WRITE | RIGHT_FD_SYNC | RIGHT_FD_DATASYNC;

@final @unmanaged
class Descriptor {
  kind: u32;
  flags: u32;
  rights: u64;
}

const table = memory.data(3 * 16, 8);

function at(descriptor: u32): Descriptor {
  assert(descriptor < DESCRIPTORS);
  return changetype<Descriptor>(table + <usize>descriptor * offsetof<Descriptor>());
}

/** Opens the three standard streams. */
export function initialiseDescriptors(): void {
  for (let i: u32 = 0; i < DESCRIPTORS; i++) {
    at(i).kind = i + 1;
    at(i).flags = 0;
    at(i).rights = i == 0 ? RIGHTS_INPUT : RIGHTS_OUTPUT;
  }
}

/** What the number stands for; KIND_CLOSED if nothing. */
export function kindOf(descriptor: u32): u32 {
  return descriptor < DESCRIPTORS ? at(descriptor).kind : KIND_CLOSED;
}

export function isOpen(descriptor: u32): bool {
  return kindOf(descriptor) != KIND_CLOSED;
}

/** Flags of an open descriptor. */
export function flagsOf(descriptor: u32): u32 {
  return at(descriptor).flags;
}

export function setFlags(descriptor: u32, flags: u32): void {
  at(descriptor).flags = flags;
}

/** Rights of an open descriptor. */
export function rightsOf(descriptor: u32): u64 {
  return at(descriptor).rights;
}

export function setRights(descriptor: u32, rights: u64): void {
  at(descriptor).rights = rights;
}

/** SUCCESS if bytes can be read from it; BADF if not; NOTCAPABLE if that right was given up. */
export function checkReadable(descriptor: u32): u32 {
  if (kindOf(descriptor) != KIND_INPUT) return BADF;
  return (at(descriptor).rights & RIGHT_FD_READ) != 0 ? SUCCESS : NOTCAPABLE;
}

/** SUCCESS if bytes can be written to it; BADF if not; NOTCAPABLE if that right was given up. */
export function checkWritable(descriptor: u32): u32 {
  const kind = kindOf(descriptor);
  if (kind != KIND_OUTPUT && kind != KIND_ERROR) return BADF;
  return (at(descriptor).rights & RIGHT_FD_WRITE) != 0 ? SUCCESS : NOTCAPABLE;
}

/** The file type of an open descriptor: a terminal is a character device, a pipe has no name in preview 1. */
export function fileTypeOf(descriptor: u32): u32 {
  return isTerminal(at(descriptor).kind - 1) ? FILETYPE_CHARACTER_DEVICE : FILETYPE_UNKNOWN;
}

export function closeDescriptor(descriptor: u32): void {
  at(descriptor).kind = KIND_CLOSED;
}

/** Makes `to` what `from` is, and closes `from`; both are open. */
export function moveDescriptor(from: u32, to: u32): void {
  if (from == to) return;
  memory.copy(changetype<usize>(at(to)), changetype<usize>(at(from)), offsetof<Descriptor>());
  closeDescriptor(from);
}

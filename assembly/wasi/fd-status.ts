// What descriptors are and may do (preview 1, "fd"): fd_fdstat_get, fd_fdstat_set_flags, fd_fdstat_set_rights,
// fd_filestat_get, fd_close, fd_renumber, fd_prestat_get, fd_prestat_dir_name.

import * as app from "../host/app";
import { inApplication } from "./application-memory";
import {
  closeDescriptor, fileTypeOf, flagsOf, isOpen, kindOf, moveDescriptor, rightsOf, setFlags, setRights,
} from "./descriptors";
import {
  BADF, FAULT, FDFLAG_APPEND, FDFLAG_NONBLOCK, FDFLAGS_ALL, FDSTAT_SIZE, FILESTAT_SIZE, INVAL, NOTCAPABLE, NOTSUP,
  PRESTAT_SIZE, SUCCESS,
} from "./spec";

// One fdstat or filestat, put together here and copied out.
const record = memory.data(64, 8);

export function fd_fdstat_get(descriptor: u32, stat: u32): u32 {
  if (!inApplication(stat, FDSTAT_SIZE)) return FAULT;
  if (!isOpen(descriptor)) return BADF;
  memory.fill(record, 0, FDSTAT_SIZE);
  store<u8>(record, fileTypeOf(descriptor));
  store<u16>(record, flagsOf(descriptor), 2);
  store<u64>(record, rightsOf(descriptor), 8);
  app.copyOut(stat, record, FDSTAT_SIZE);
  return SUCCESS;
}

/** Append changes nothing for a stream; the synchronous flags are refused, as nothing could be promised. */
export function fd_fdstat_set_flags(descriptor: u32, flags: u32): u32 {
  if (!isOpen(descriptor)) return BADF;
  if ((flags & ~FDFLAGS_ALL) != 0) return INVAL;
  if ((flags & ~(FDFLAG_APPEND | FDFLAG_NONBLOCK)) != 0) return NOTSUP;
  setFlags(descriptor, flags);
  return SUCCESS;
}

/** Rights can be given up, never gained; streams pass none on. */
export function fd_fdstat_set_rights(descriptor: u32, rights: u64, inheriting: u64): u32 {
  if (!isOpen(descriptor)) return BADF;
  if ((rights & ~rightsOf(descriptor)) != 0 || inheriting != 0) return NOTCAPABLE;
  setRights(descriptor, rights);
  return SUCCESS;
}

/** A stream has a type, a number and one link; no device, size or times. */
export function fd_filestat_get(descriptor: u32, stat: u32): u32 {
  if (!inApplication(stat, FILESTAT_SIZE)) return FAULT;
  if (!isOpen(descriptor)) return BADF;
  memory.fill(record, 0, FILESTAT_SIZE);
  store<u64>(record, kindOf(descriptor), 8);
  store<u8>(record, fileTypeOf(descriptor), 16);
  store<u64>(record, 1, 24);
  app.copyOut(stat, record, FILESTAT_SIZE);
  return SUCCESS;
}

export function fd_close(descriptor: u32): u32 {
  if (!isOpen(descriptor)) return BADF;
  closeDescriptor(descriptor);
  return SUCCESS;
}

export function fd_renumber(from: u32, to: u32): u32 {
  if (!isOpen(from) || !isOpen(to)) return BADF;
  moveDescriptor(from, to);
  return SUCCESS;
}

/** No directory is preopened; libc asks from 3 upwards until it hears BADF. */
export function fd_prestat_get(_descriptor: u32, prestat: u32): u32 {
  return inApplication(prestat, PRESTAT_SIZE) ? BADF : FAULT;
}

export function fd_prestat_dir_name(_descriptor: u32, path: u32, length: u32): u32 {
  return inApplication(path, length) ? BADF : FAULT;
}

// What descriptors are and may do (preview 1, "fd"): fd_fdstat_get, fd_fdstat_set_flags, fd_fdstat_set_rights,
// fd_filestat_get, fd_close, fd_renumber. Read next: filestat.ts, fd-directory.ts.

import * as app from "../host/app";
import { HAS_FILES } from "../base/features";
import { look } from "../fs/files";
import { inApplication } from "./application-memory";
import {
  closeDescriptor, descriptorAt, fileTypeOf, hasRights, isOpen, KIND_DIRECTORY, KIND_FILE, kindOf, moveDescriptor,
} from "./descriptors";
import { putNodeStat, putStreamStat } from "./filestat";
import {
  BADF, FAULT, FDFLAG_APPEND, FDFLAG_NONBLOCK, FDFLAGS_ALL, FDSTAT_SIZE, FILESTAT_SIZE, INVAL, NOTCAPABLE, NOTSUP,
  RIGHT_FD_FDSTAT_SET_FLAGS, RIGHT_FD_FILESTAT_GET, SUCCESS,
} from "./spec";

// One fdstat, put together here and copied out.
const record = memory.data(24, 8);

export function fd_fdstat_get(descriptor: u32, stat: u32): u32 {
  if (!inApplication(stat, FDSTAT_SIZE)) return FAULT;
  if (!isOpen(descriptor)) return BADF;
  memory.fill(record, 0, FDSTAT_SIZE);
  store<u8>(record, fileTypeOf(descriptor));
  store<u16>(record, descriptorAt(descriptor).flags, 2);
  store<u64>(record, descriptorAt(descriptor).rights, 8);
  store<u64>(record, descriptorAt(descriptor).inheriting, 16);
  app.copyOut(stat, record, FDSTAT_SIZE);
  return SUCCESS;
}

/** Append changes nothing for a stream; the synchronous flags are refused, as nothing could be promised. */
export function fd_fdstat_set_flags(descriptor: u32, flags: u32): u32 {
  if (!isOpen(descriptor)) return BADF;
  if ((flags & ~FDFLAGS_ALL) != 0) return INVAL;
  if ((flags & ~(FDFLAG_APPEND | FDFLAG_NONBLOCK)) != 0) return NOTSUP;
  if (!hasRights(descriptor, RIGHT_FD_FDSTAT_SET_FLAGS)) return NOTCAPABLE;
  descriptorAt(descriptor).flags = flags;
  return SUCCESS;
}

/** Rights can be given up, never gained. */
export function fd_fdstat_set_rights(descriptor: u32, rights: u64, inheriting: u64): u32 {
  if (!isOpen(descriptor)) return BADF;
  const entry = descriptorAt(descriptor);
  if ((rights & ~entry.rights) != 0 || (inheriting & ~entry.inheriting) != 0) return NOTCAPABLE;
  entry.rights = rights;
  entry.inheriting = inheriting;
  return SUCCESS;
}

export function fd_filestat_get(descriptor: u32, stat: u32): u32 {
  if (!inApplication(stat, FILESTAT_SIZE)) return FAULT;
  const kind = kindOf(descriptor);
  if (!isOpen(descriptor)) return BADF;
  if (!hasRights(descriptor, RIGHT_FD_FILESTAT_GET)) return NOTCAPABLE;
  if (HAS_FILES && (kind == KIND_FILE || kind == KIND_DIRECTORY)) {
    const error = look(descriptorAt(descriptor).node);
    if (error == SUCCESS) putNodeStat(stat, descriptorAt(descriptor).node);
    return error;
  }
  putStreamStat(stat, (<u64>descriptorAt(descriptor).node << 32) | kind, fileTypeOf(descriptor));
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

// The calls of preview 1's "fd" that mean something for files only, and what a stream answers to them. Each checks its
// pointers, then the descriptor, then its arguments, then the rights. fd_read and fd_pread are in fd-read.ts.

import { fileSize } from "../fs/files";
import { inApplication, putU64 } from "./application-memory";
import { checkWritable, descriptorAt, hasRights, isOpen, KIND_DIRECTORY, KIND_FILE, kindOf } from "./descriptors";
import {
  ADVICE_LAST, BADF, FAULT, FSTFLAGS_ALL, INVAL, NODEV, NOTCAPABLE, NOTSUP, RIGHT_FD_ADVISE, RIGHT_FD_ALLOCATE,
  RIGHT_FD_FILESTAT_SET_SIZE, RIGHT_FD_FILESTAT_SET_TIMES, RIGHT_FD_SEEK, RIGHT_FD_TELL, ROFS, SPIPE, SUCCESS,
  WHENCE_CUR, WHENCE_LAST, WHENCE_SET,
} from "./spec";
import { openVectors } from "./vectors";

/** SUCCESS for a file with these rights; BADF for a directory, as other runtimes answer; else what a stream says. */
function checkFile(descriptor: u32, rights: u64, stream: u32): u32 {
  const kind = kindOf(descriptor);
  if (!isOpen(descriptor) || kind == KIND_DIRECTORY) return BADF;
  if (kind != KIND_FILE) return stream;
  return hasRights(descriptor, rights) ? SUCCESS : NOTCAPABLE;
}

/** Advice is taken and nothing is done: all of a file is in memory. */
export function fd_advise(descriptor: u32, _offset: u64, _length: u64, advice: u32): u32 {
  const error = checkFile(descriptor, RIGHT_FD_ADVISE, SPIPE);
  return error != BADF && advice > ADVICE_LAST ? INVAL : error;
}

export function fd_allocate(descriptor: u32, _offset: u64, _length: u64): u32 {
  const error = checkFile(descriptor, RIGHT_FD_ALLOCATE, NODEV);
  return error == SUCCESS ? ROFS : error;
}

/** What was written has left before fd_write returned. */
export function fd_datasync(descriptor: u32): u32 {
  return isOpen(descriptor) ? SUCCESS : BADF;
}

export function fd_sync(descriptor: u32): u32 {
  return isOpen(descriptor) ? SUCCESS : BADF;
}

export function fd_filestat_set_size(descriptor: u32, _size: u64): u32 {
  const error = checkFile(descriptor, RIGHT_FD_FILESTAT_SET_SIZE, INVAL);
  return error == SUCCESS ? ROFS : error;
}

export function fd_filestat_set_times(descriptor: u32, _accessed: u64, _modified: u64, flags: u32): u32 {
  if (!isOpen(descriptor)) return BADF;
  if ((flags & ~FSTFLAGS_ALL) != 0) return INVAL;
  const kind = kindOf(descriptor);
  if (kind != KIND_FILE && kind != KIND_DIRECTORY) return NOTSUP;
  return hasRights(descriptor, RIGHT_FD_FILESTAT_SET_TIMES) ? ROFS : NOTCAPABLE;
}

export function fd_pwrite(descriptor: u32, vectors: u32, count: u32, _offset: u64, written: u32): u32 {
  if (!inApplication(written, 4)) return FAULT;
  let error = openVectors(vectors, count);
  if (error == SUCCESS) error = checkWritable(descriptor);
  if (error != SUCCESS) return error;
  return kindOf(descriptor) == KIND_FILE ? ROFS : SPIPE;
}

/** A position may lie behind the end, not before the beginning. */
export function fd_seek(descriptor: u32, offset: i64, whence: u32, position: u32): u32 {
  if (!inApplication(position, 8)) return FAULT;
  // Asking where one is needs less than going somewhere.
  const isTell = offset == 0 && whence == WHENCE_CUR;
  let error = checkFile(descriptor, isTell ? 0 : RIGHT_FD_SEEK, SPIPE);
  if (error != BADF && whence > WHENCE_LAST) return INVAL;
  if (error == SUCCESS && isTell && !hasRights(descriptor, RIGHT_FD_SEEK)) error = fd_tell(descriptor, position);
  if (error != SUCCESS) return error;
  const file = descriptorAt(descriptor);
  const from = whence == WHENCE_SET ? 0 : whence == WHENCE_CUR ? file.position : fileSize(file.node);
  // `from` is below 2^63, so a sum that is too large shows as a negative number too.
  if (<i64>from + offset < 0) return INVAL;
  file.position = from + offset;
  putU64(position, file.position);
  return SUCCESS;
}

export function fd_tell(descriptor: u32, position: u32): u32 {
  if (!inApplication(position, 8)) return FAULT;
  const error = checkFile(descriptor, RIGHT_FD_TELL, SPIPE);
  if (error == SUCCESS) putU64(position, descriptorAt(descriptor).position);
  return error;
}

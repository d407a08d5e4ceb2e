// The calls of preview 1's "fd" that mean something for files only, and what a stream answers to them. Each checks its
// pointers, then the descriptor, then its arguments, then the rights. Reading and writing are in fd-read.ts and fd-write.ts.

import { HAS_FILES } from "../base/features";
import { allocateFile, FILE_BYTES_MAX, fileSize, isReadOnly, look, resizeFile, syncFile } from "../fs/files";
import { inApplication, putU64 } from "./application-memory";
import { descriptorAt, hasRights, isFile, isOpen, isSocket, KIND_DIRECTORY, KIND_FILE, kindOf } from "./descriptors";
import {
  ADVICE_LAST, BADF, FAULT, FBIG, INVAL, NODEV, NOTCAPABLE, NOTSUP, RIGHT_FD_ADVISE,
  RIGHT_FD_ALLOCATE, RIGHT_FD_FILESTAT_SET_SIZE, RIGHT_FD_FILESTAT_SET_TIMES, RIGHT_FD_SEEK, RIGHT_FD_TELL, ROFS, SPIPE,
  SUCCESS, WHENCE_CUR, WHENCE_END, WHENCE_LAST, WHENCE_SET,
} from "./spec";
import { checkTimes, changeTimes } from "./times";

/** SUCCESS for a file with these rights; BADF for a directory, as other runtimes answer; else what a stream says. */
function checkFile(descriptor: u32, rights: u64, stream: u32): u32 {
  const kind = kindOf(descriptor);
  if (!isOpen(descriptor) || kind == KIND_DIRECTORY) return BADF;
  if (!isFile(descriptor)) return stream;
  return hasRights(descriptor, rights) ? SUCCESS : NOTCAPABLE;
}

/** Advice is taken and nothing is done: all of a file is in memory. */
export function fd_advise(descriptor: u32, _offset: u64, _length: u64, advice: u32): u32 {
  const error = checkFile(descriptor, RIGHT_FD_ADVISE, SPIPE);
  return error != BADF && advice > ADVICE_LAST ? INVAL : error;
}

/** What was allocated can be written without NOSPC; a file that ends before is made longer. */
export function fd_allocate(descriptor: u32, offset: u64, length: u64): u32 {
  const error = checkFile(descriptor, RIGHT_FD_ALLOCATE, NODEV);
  if (error != SUCCESS) return error;
  if (length == 0) return INVAL;
  if (offset > FILE_BYTES_MAX || length > FILE_BYTES_MAX - offset) return FBIG;
  const node = descriptorAt(descriptor).node;
  if (isReadOnly(node)) return ROFS;
  return allocateFile(node, offset, length);
}

/** What was written is with the file system before fd_write returns; a shared one can be asked to bring it to a disk. */
export function fd_datasync(descriptor: u32): u32 {
  return fd_sync(descriptor);
}

/** For a socket that cannot be said. */
export function fd_sync(descriptor: u32): u32 {
  if (!isOpen(descriptor)) return BADF;
  if (HAS_FILES && (isFile(descriptor) || kindOf(descriptor) == KIND_DIRECTORY)) return syncFile(descriptorAt(descriptor).node);
  return isSocket(descriptor) ? INVAL : SUCCESS;
}

export function fd_filestat_set_size(descriptor: u32, size: u64): u32 {
  const error = checkFile(descriptor, RIGHT_FD_FILESTAT_SET_SIZE, INVAL);
  if (error != SUCCESS) return error;
  if (size > FILE_BYTES_MAX) return FBIG;
  const node = descriptorAt(descriptor).node;
  if (isReadOnly(node)) return ROFS;
  return resizeFile(node, size);
}

export function fd_filestat_set_times(descriptor: u32, accessed: u64, modified: u64, flags: u32): u32 {
  if (!isOpen(descriptor)) return BADF;
  const error = checkTimes(flags);
  if (error != SUCCESS) return error;
  const kind = kindOf(descriptor);
  if (kind != KIND_FILE && kind != KIND_DIRECTORY) return NOTSUP;
  if (!hasRights(descriptor, RIGHT_FD_FILESTAT_SET_TIMES)) return NOTCAPABLE;
  return changeTimes(descriptorAt(descriptor).node, accessed, modified, flags);
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
  if (whence == WHENCE_END) error = look(file.node);
  if (error != SUCCESS) return error;
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

// The calls of preview 1's "fd" that only mean something for files, as a system answers that has streams only.
// Each checks its pointers, then the descriptor, then its arguments, and then says why it cannot.

import { inApplication } from "./application-memory";
import { checkReadable, checkWritable, isOpen } from "./descriptors";
import { ADVICE_LAST, BADF, FAULT, FSTFLAGS_ALL, INVAL, NODEV, NOTDIR, NOTSUP, SPIPE, SUCCESS, WHENCE_LAST } from "./spec";
import { openVectors } from "./vectors";

/** Advice is about positions, which a stream does not have. */
export function fd_advise(descriptor: u32, _offset: u64, _length: u64, advice: u32): u32 {
  if (!isOpen(descriptor)) return BADF;
  return advice > ADVICE_LAST ? INVAL : SPIPE;
}

export function fd_allocate(descriptor: u32, _offset: u64, _length: u64): u32 {
  return isOpen(descriptor) ? NODEV : BADF;
}

/** What was written has left before fd_write returned. */
export function fd_datasync(descriptor: u32): u32 {
  return isOpen(descriptor) ? SUCCESS : BADF;
}

export function fd_sync(descriptor: u32): u32 {
  return isOpen(descriptor) ? SUCCESS : BADF;
}

export function fd_filestat_set_size(descriptor: u32, _size: u64): u32 {
  return isOpen(descriptor) ? INVAL : BADF;
}

export function fd_filestat_set_times(descriptor: u32, _accessed: u64, _modified: u64, flags: u32): u32 {
  if (!isOpen(descriptor)) return BADF;
  return (flags & ~FSTFLAGS_ALL) != 0 ? INVAL : NOTSUP;
}

export function fd_pread(descriptor: u32, vectors: u32, count: u32, _offset: u64, read: u32): u32 {
  if (!inApplication(read, 4)) return FAULT;
  let error = openVectors(vectors, count);
  if (error == SUCCESS) error = checkReadable(descriptor);
  return error == SUCCESS ? SPIPE : error;
}

export function fd_pwrite(descriptor: u32, vectors: u32, count: u32, _offset: u64, written: u32): u32 {
  if (!inApplication(written, 4)) return FAULT;
  let error = openVectors(vectors, count);
  if (error == SUCCESS) error = checkWritable(descriptor);
  return error == SUCCESS ? SPIPE : error;
}

export function fd_readdir(descriptor: u32, buffer: u32, length: u32, _cookie: u64, used: u32): u32 {
  if (!inApplication(buffer, length) || !inApplication(used, 4)) return FAULT;
  return isOpen(descriptor) ? NOTDIR : BADF;
}

export function fd_seek(descriptor: u32, _offset: i64, whence: u32, position: u32): u32 {
  if (!inApplication(position, 8)) return FAULT;
  if (!isOpen(descriptor)) return BADF;
  return whence > WHENCE_LAST ? INVAL : SPIPE;
}

export function fd_tell(descriptor: u32, position: u32): u32 {
  if (!inApplication(position, 8)) return FAULT;
  return isOpen(descriptor) ? SPIPE : BADF;
}

// The "path" calls of preview 1. A path is relative to a directory's descriptor, and no directory is ever open: a
// stream is no directory (NOTDIR), any other number is nothing (BADF). Pointers are checked first all the same.

import { inApplication } from "./application-memory";
import { isOpen } from "./descriptors";
import { BADF, FAULT, FILESTAT_SIZE, NOTDIR } from "./spec";

function refuse(descriptor: u32): u32 {
  return isOpen(descriptor) ? NOTDIR : BADF;
}

function refusePath(descriptor: u32, path: u32, length: u32): u32 {
  return inApplication(path, length) ? refuse(descriptor) : FAULT;
}

export function path_create_directory(descriptor: u32, path: u32, length: u32): u32 {
  return refusePath(descriptor, path, length);
}

export function path_filestat_get(descriptor: u32, _flags: u32, path: u32, length: u32, stat: u32): u32 {
  return inApplication(stat, FILESTAT_SIZE) ? refusePath(descriptor, path, length) : FAULT;
}

export function path_filestat_set_times(
  descriptor: u32, _flags: u32, path: u32, length: u32, _accessed: u64, _modified: u64, _timeFlags: u32,
): u32 {
  return refusePath(descriptor, path, length);
}

export function path_link(
  oldDescriptor: u32, _flags: u32, oldPath: u32, oldLength: u32, _newDescriptor: u32, newPath: u32, newLength: u32,
): u32 {
  return inApplication(newPath, newLength) ? refusePath(oldDescriptor, oldPath, oldLength) : FAULT;
}

export function path_open(
  descriptor: u32, _lookup: u32, path: u32, length: u32, _open: u32, _rights: u64, _inheriting: u64, _flags: u32,
  opened: u32,
): u32 {
  return inApplication(opened, 4) ? refusePath(descriptor, path, length) : FAULT;
}

export function path_readlink(
  descriptor: u32, path: u32, length: u32, buffer: u32, capacity: u32, used: u32,
): u32 {
  if (!inApplication(buffer, capacity) || !inApplication(used, 4)) return FAULT;
  return refusePath(descriptor, path, length);
}

export function path_remove_directory(descriptor: u32, path: u32, length: u32): u32 {
  return refusePath(descriptor, path, length);
}

export function path_rename(
  oldDescriptor: u32, oldPath: u32, oldLength: u32, _newDescriptor: u32, newPath: u32, newLength: u32,
): u32 {
  return inApplication(newPath, newLength) ? refusePath(oldDescriptor, oldPath, oldLength) : FAULT;
}

export function path_symlink(oldPath: u32, oldLength: u32, descriptor: u32, newPath: u32, newLength: u32): u32 {
  return inApplication(oldPath, oldLength) ? refusePath(descriptor, newPath, newLength) : FAULT;
}

export function path_unlink_file(descriptor: u32, path: u32, length: u32): u32 {
  return refusePath(descriptor, path, length);
}

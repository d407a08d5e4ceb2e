// solo5_block_acquire, solo5_block_write, solo5_block_read (include/solo5.h, § Block): any number of whole blocks in one
// call, which returns when they have been moved. The device reads and writes the application's memory itself.

import * as app from "../host/app";
import { regionBase } from "../mm/region";
import { diskBlockSize, diskCapacity, diskRead, diskWrite } from "../virtio/block";
import { inApplication, putU64 } from "../wasi/application-memory";
import { acquire, diskOf, NO_DEVICE, NO_HANDLE } from "./devices";
import { BLOCK_INFO_BYTES, DEVICE_BLOCK, R_EINVAL, R_EUNSPEC, R_OK } from "./spec";

const info = memory.data(16, 8);

export function block_acquire(name: u32, handle: u32, infoAt: u32): u32 {
  if (!inApplication(handle, 8) || !inApplication(infoAt, BLOCK_INFO_BYTES)) return R_EINVAL;
  const acquired = acquire(name, DEVICE_BLOCK);
  if (acquired == NO_HANDLE) return R_EINVAL;
  const disk = diskOf(acquired);
  store<u64>(info, diskCapacity(disk));
  store<u64>(info, diskBlockSize(disk), 8);
  putU64(handle, acquired);
  app.copyOut(infoAt, info, BLOCK_INFO_BYTES);
  return R_OK;
}

export function block_write(handle: u64, offset: u64, buffer: u32, bytes: u32): u32 {
  const disk = diskOf(handle);
  if (disk == NO_DEVICE || !areBlocks(disk, offset, bytes) || !inApplication(buffer, bytes)) return R_EINVAL;
  return diskWrite(disk, offset, regionBase() + buffer, bytes) == 0 ? R_OK : R_EUNSPEC;
}

export function block_read(handle: u64, offset: u64, buffer: u32, bytes: u32): u32 {
  const disk = diskOf(handle);
  if (disk == NO_DEVICE || !areBlocks(disk, offset, bytes) || !inApplication(buffer, bytes)) return R_EINVAL;
  return diskRead(disk, offset, regionBase() + buffer, bytes) == 0 ? R_OK : R_EUNSPEC;
}

/** Whether these are one or more whole blocks of the disk. */
function areBlocks(disk: u32, offset: u64, bytes: u32): bool {
  const size: u64 = diskBlockSize(disk);
  const capacity = diskCapacity(disk);
  if (bytes == 0 || <u64>bytes % size != 0 || offset % size != 0) return false;
  return <u64>bytes <= capacity && offset <= capacity - <u64>bytes;
}

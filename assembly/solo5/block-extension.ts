// Import module `asolo`, disks (include/asolo.h): what Solo5's ABI does not have. Flushing, giving blocks up, and reads
// and writes of which several are under way at once, each known by a ticket. Handles are those of solo5_block_acquire.
//
// While a ticket's request is under way, the device reads or writes the application's memory: that stays where it is.

import { regionBase } from "../mm/region";
import {
  diskDiscard, diskFlush, diskPoll, diskSubmit, diskWait, diskWriteZeroes,
} from "../virtio/block";
import { DISK_INVALID, DISK_OK, DISK_PENDING } from "../virtio/block-request";
import { inApplication, putU32 } from "../wasi/application-memory";
import { diskOf, NO_DEVICE } from "./devices";
import { R_AGAIN, R_EINVAL, R_EUNSPEC, R_OK } from "./spec";

const ticket = memory.data(4, 4);

/** What was written before is on the medium when it returns. */
export function block_flush(handle: u64): u32 {
  const disk = diskOf(handle);
  return disk == NO_DEVICE ? R_EINVAL : resultOf(diskFlush(disk));
}

export function block_discard(handle: u64, offset: u64, bytes: u64): u32 {
  const disk = diskOf(handle);
  return disk == NO_DEVICE ? R_EINVAL : resultOf(diskDiscard(disk, offset, bytes));
}

export function block_write_zeroes(handle: u64, offset: u64, bytes: u64): u32 {
  const disk = diskOf(handle);
  return disk == NO_DEVICE ? R_EINVAL : resultOf(diskWriteZeroes(disk, offset, bytes));
}

/** Begins a read (`isWrite` 0) or write and gives it a ticket. AGAIN: too many are out. */
export function block_submit(handle: u64, isWrite: u32, offset: u64, buffer: u32, bytes: u32, ticketAt: u32): u32 {
  const disk = diskOf(handle);
  if (disk == NO_DEVICE || !inApplication(buffer, bytes) || !inApplication(ticketAt, 4)) return R_EINVAL;
  const result = diskSubmit(disk, isWrite != 0, offset, regionBase() + buffer, bytes, ticket);
  if (result == DISK_OK) putU32(ticketAt, load<u32>(ticket));
  return resultOf(result);
}

/** The result of a ticket, which is used up by that; AGAIN while its request is under way. */
export function block_poll(ticket: u32): u32 {
  return resultOf(diskPoll(ticket));
}

/** The same, waiting for it. */
export function block_wait(ticket: u32): u32 {
  return resultOf(diskWait(ticket));
}

function resultOf(result: u32): u32 {
  if (result == DISK_OK) return R_OK;
  if (result == DISK_PENDING) return R_AGAIN;
  return result == DISK_INVALID ? R_EINVAL : R_EUNSPEC;
}

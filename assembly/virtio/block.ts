// Disks, as the layers above use them: whole ranges of blocks, read and written in one call, or request by request with
// tickets. Offsets and lengths are bytes. Memory is given by physical address, and the device reads and writes it
// directly: the caller has checked that the range is the application's.
//
// A call over more than one request's length has several of them under way at once. If one fails, the others are waited
// for all the same, since their memory is in use until then, and the call has failed.

import { DISKS_MAX } from "../base/limits";
import { FEATURE_FLUSH, FEATURE_RO, ID_BYTES, SECTOR, TYPE_DISCARD, TYPE_FLUSH, TYPE_GET_ID, TYPE_IN, TYPE_OUT, TYPE_WRITE_ZEROES } from "./block-spec";
import { Disk, diskAt, diskDevices, DISK_QUEUE_SIZE, disks, readCapacity, startDisks } from "./block-disk";
import {
  beginCall, callEndedWith, callRequests, copyId, DISK_FAILED, DISK_INVALID, DISK_OK, DISK_PENDING, DISK_READ_ONLY,
  DISK_UNSUPPORTED, diskOf, initialiseRequests, makeRequest, NO_REQUEST, requestBytes, requestOf, takeResult, ticketOf,
} from "./block-request";
import { pollDisk, waitForDisk } from "./block-wait";
import { sharedBytes } from "./queue";
import { hasFeature } from "./start";

/** Requests of one call that are under way at once: the device works on one while the next is prepared. */
const CALL_REQUESTS_MAX: u32 = 8;
/** Requests of one call: as many as the longest read has of the shortest. A disk may say that it is larger than that. */
const CALL_PIECES_MAX: u64 = 1 << 23;

// DISKS_MAX of 20 bytes, aligned to 4.
const serials = memory.data(63 * 20, 4);
let serialsKnown: u64 = 0;

/** Device memory for all disks there are: a queue each, and the requests. */
export function blockBytes(): u32 {
  const count = diskDevices();
  return count == 0 ? 0 : count * (sharedBytes(DISK_QUEUE_SIZE) + 16) + requestBytes();
}

/** Starts every disk; how many there are. */
export function startBlocks(): u32 {
  serialsKnown = 0;
  if (diskDevices() != 0 && initialiseRequests()) startDisks();
  return disks();
}

export function diskCount(): u32 {
  return disks();
}

/** Bytes. The host may change it while the machine runs. */
export function diskCapacity(disk: u32): u64 {
  const at = diskAt(disk);
  if (at.device.isChanged != 0) readCapacity(at);
  return at.capacity;
}

export function diskBlockSize(disk: u32): u32 {
  return diskAt(disk).blockSize;
}

export function diskIsReadOnly(disk: u32): bool {
  return hasFeature(diskAt(disk).device, FEATURE_RO);
}

/** The most bytes of one diskSubmit. */
export function diskRequestMax(disk: u32): u32 {
  return diskAt(disk).requestMax;
}

/** How often the disk had to be reset because it did not answer or lied. */
export function diskRecoveries(disk: u32): u32 {
  return diskAt(disk).recoveries;
}

/** 20 bytes, filled up with zeros; all zeros if the device does not say. */
export function diskSerial(disk: u32): usize {
  const at = serials + <usize>(disk * ID_BYTES);
  assert(disk < DISKS_MAX);
  if ((serialsKnown >> disk & 1) != 0) return at;
  serialsKnown |= <u64>1 << disk;
  memory.fill(at, 0, ID_BYTES);
  if (call(disk, TYPE_GET_ID, 0, 0, 0, 1) == DISK_OK) copyId(at);
  return at;
}

export function diskRead(disk: u32, offset: u64, to: u64, bytes: u32): u32 {
  const refusal = refuse(disk, offset, bytes, false);
  return refusal != DISK_OK ? refusal : call(disk, TYPE_IN, offset, to, bytes, diskAt(disk).requestMax);
}

export function diskWrite(disk: u32, offset: u64, from: u64, bytes: u32): u32 {
  const refusal = refuse(disk, offset, bytes, true);
  return refusal != DISK_OK ? refusal : call(disk, TYPE_OUT, offset, from, bytes, diskAt(disk).requestMax);
}

/** What was written before is on the medium when it returns. A device without a cache has nothing to flush (§5.2.6.2). */
export function diskFlush(disk: u32): u32 {
  if (disk >= disks()) return DISK_INVALID;
  return hasFeature(diskAt(disk).device, FEATURE_FLUSH) ? call(disk, TYPE_FLUSH, 0, 0, 0, 1) : DISK_OK;
}

/** The contents of these blocks do not matter any more. */
export function diskDiscard(disk: u32, offset: u64, bytes: u64): u32 {
  const refusal = refuse(disk, offset, bytes, true);
  return refusal != DISK_OK ? refusal : call(disk, TYPE_DISCARD, offset, 0, bytes, <u64>diskAt(disk).discardMax * SECTOR);
}

export function diskWriteZeroes(disk: u32, offset: u64, bytes: u64): u32 {
  const refusal = refuse(disk, offset, bytes, true);
  return refusal != DISK_OK ? refusal : call(disk, TYPE_WRITE_ZEROES, offset, 0, bytes, <u64>diskAt(disk).writeZeroesMax * SECTOR);
}

/**
 * Begins to read (`isWrite` false) or write at most diskRequestMax() bytes; the device is told with the next diskPoll or
 * diskWait. `ticketAt` gets the ticket. DISK_PENDING: too many are under way, and results of some have to be taken first.
 */
export function diskSubmit(disk: u32, isWrite: bool, offset: u64, address: u64, bytes: u32, ticketAt: usize): u32 {
  const refusal = refuse(disk, offset, bytes, isWrite);
  if (refusal != DISK_OK) return refusal;
  if (bytes > diskAt(disk).requestMax) return DISK_INVALID;
  if (diskAt(disk).isDead != 0) return DISK_FAILED;
  const request = makeRequest(disk, isWrite ? TYPE_OUT : TYPE_IN, offset, address, bytes, true);
  if (request == NO_REQUEST) return DISK_PENDING;
  store<u32>(ticketAt, ticketOf(request));
  return DISK_OK;
}

/** The result of a ticket, which is used up by that; DISK_PENDING if its request is under way. */
export function diskPoll(ticket: u32): u32 {
  const request = requestOf(ticket);
  if (request == NO_REQUEST) return DISK_INVALID;
  const result = takeResult(request);
  if (result != DISK_PENDING) return result;
  pollDisk(diskOf(request));
  return takeResult(request);
}

/** Waits for the result of a ticket. */
export function diskWait(ticket: u32): u32 {
  const request = requestOf(ticket);
  if (request == NO_REQUEST) return DISK_INVALID;
  let result = takeResult(request);
  while (result == DISK_PENDING) {
    waitForDisk(diskOf(request));
    result = takeResult(request);
  }
  return result;
}

/** Whether the disk has these blocks, and they may be written. */
function refuse(disk: u32, offset: u64, bytes: u64, isWrite: bool): u32 {
  if (disk >= disks()) return DISK_INVALID;
  const at = diskAt(disk);
  if (bytes == 0 || ((offset | bytes) & (at.blockSize - 1)) != 0) return DISK_INVALID;
  // Before something is refused the device is asked again: it may have grown.
  if (!isInside(at, offset, bytes)) readCapacity(at);
  if (!isInside(at, offset, bytes)) return DISK_INVALID;
  return isWrite && hasFeature(at.device, FEATURE_RO) ? DISK_READ_ONLY : DISK_OK;
}

function isInside(at: Disk, offset: u64, bytes: u64): bool {
  return bytes <= at.capacity && offset <= at.capacity - bytes;
}

/** The whole of a synchronous call, in pieces of at most `most` bytes; one request if it has no data. */
function call(disk: u32, type: u32, offset: u64, address: u64, bytes: u64, most: u64): u32 {
  const at = diskAt(disk);
  if (most == 0 || bytes / most > CALL_PIECES_MAX) return DISK_UNSUPPORTED;
  beginCall();
  let done: u64 = 0;
  let isAllMade = false;
  while (!isAllMade || callRequests() != 0) {
    if (at.isDead != 0) return DISK_FAILED;
    while (!isAllMade && callRequests() < CALL_REQUESTS_MAX) {
      const piece = min(bytes - done, most);
      if (makeRequest(disk, type, offset + done, address + done, piece, false) == NO_REQUEST) break;
      done += piece;
      isAllMade = done == bytes;
    }
    waitForDisk(disk);
    if (callEndedWith() != DISK_OK) isAllMade = true;
  }
  return callEndedWith();
}

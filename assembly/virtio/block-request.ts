// Requests to disks, asynchronous: handed to the device, taken back, judged. What a request is: VirtIO 1.2 §5.2.6.
// Who waits for them, and how long, is block-wait.ts's matter; how a large range becomes several, block.ts's.
//
//   shared with devices, 64 bytes a request            our own: a record of Request
//    0  header    u32 type, u32 reserved, u64 sector
//   16  segment   of DISCARD and WRITE_ZEROES; the answer to GET_ID
//   48  status    u8
//
// A request belongs to a synchronous call, which counts those that are out and keeps the worst of their results, or to a
// ticket, which keeps its result until somebody asks. A device that lies never decides which request has come back: the
// queue checks that against its own copies.

import * as dma from "../host/dma";
import { DISK_REQUESTS_MAX, DISK_TICKETS_MAX } from "../base/limits";
import { takeDeviceMemory } from "../mm/device-memory";
import { takeMemory } from "../mm/heap";
import {
  HEADER_BYTES, ID_BYTES, SECTOR, SEGMENT_BYTES, STATUS_NONE, STATUS_OK, STATUS_UNSUPP, TYPE_DISCARD, TYPE_FLUSH,
  TYPE_GET_ID, TYPE_IN, TYPE_WRITE_ZEROES,
} from "./block-spec";
import { diskAt } from "./block-disk";
import { NOTHING_USED, stage, submit, takeUsed } from "./queue";

/** How a request or a call ended. */
export const DISK_OK: u32 = 0;
/** The disk has no such range, or blocks cannot be cut like this, or there is no such disk or ticket. */
export const DISK_INVALID: u32 = 1;
export const DISK_READ_ONLY: u32 = 2;
export const DISK_UNSUPPORTED: u32 = 3;
/** The device says that it failed, or did not answer however often it was reset. */
export const DISK_FAILED: u32 = 4;
/** Not ended: a ticket whose request is under way; all tickets are out. */
export const DISK_PENDING: u32 = 5;

const FREE: u32 = 0;
const UNDER_WAY: u32 = 1;
const ENDED: u32 = 2;

const SHARED_BYTES: u32 = 64;
const SEGMENT_AT: u32 = 16;
const STATUS_AT: u32 = 48;
/** How often a request is handed to a device that has to be reset instead of answering. */
const ATTEMPTS_MAX: u32 = 3;

@final @unmanaged
class Request {
  /** Bytes. Physical, of memory 0. */
  offset: u64;
  address: u64;
  /** Data; of DISCARD and WRITE_ZEROES how many bytes of the disk. */
  bytes: u64;
  type: u32;
  disk: u32;
  state: u32;
  result: u32;
  attempts: u32;
  hasTicket: u32;
  /** Counts the uses of this record, so that an old ticket is told from a new one. */
  uses: u32;
  /** The next free record, plus 1; 0: none. */
  next: u32;
}

/** No request: there is none left, or the queue is full. */
export const NO_REQUEST: u32 = 0xffffffff;

let records: usize = 0;
let shared: usize = 0;
let firstFree: u32 = 0;
let ticketsOut: u32 = 0;
// The synchronous call's: there is at most one, since the kernel is never re-entered.
let callOut: u32 = 0;
let callResult: u32 = 0;

/** Device memory for the requests of all disks, and for aligning it. */
export function requestBytes(): u32 {
  return (DISK_REQUESTS_MAX + 1) * SHARED_BYTES;
}

/** False if there is no memory for them. */
export function initialiseRequests(): bool {
  shared = takeDeviceMemory(requestBytes(), SHARED_BYTES);
  if (shared == 0) return false;
  records = takeMemory(DISK_REQUESTS_MAX * <u32>offsetof<Request>(), 8);
  for (let i: u32 = 0; i < DISK_REQUESTS_MAX; i++) recordAt(i).next = i + 1 < DISK_REQUESTS_MAX ? i + 2 : 0;
  firstFree = 1;
  ticketsOut = 0;
  callOut = 0;
  return true;
}

function recordAt(request: u32): Request {
  return changetype<Request>(records + <usize>(request * <u32>offsetof<Request>()));
}

function sharedAt(request: u32): usize {
  return shared + <usize>(request * SHARED_BYTES);
}

/** A synchronous call begins. */
export function beginCall(): void {
  assert(callOut == 0);
  callResult = DISK_OK;
}

/** Requests of the synchronous call that are under way, and the worst result of the others. */
export function callRequests(): u32 {
  return callOut;
}

export function callEndedWith(): u32 {
  return callResult;
}

/** Hands a request to the device, which is not told yet. NO_REQUEST if that is not possible now. */
export function makeRequest(disk: u32, type: u32, offset: u64, address: u64, bytes: u64, hasTicket: bool): u32 {
  if (firstFree == 0 || (hasTicket && ticketsOut == DISK_TICKETS_MAX)) return NO_REQUEST;
  const index = firstFree - 1;
  const record = recordAt(index);
  record.disk = disk;
  record.type = type;
  record.offset = offset;
  record.address = address;
  record.bytes = bytes;
  record.attempts = 0;
  record.hasTicket = hasTicket ? 1 : 0;
  if (!hand(index)) return NO_REQUEST;
  firstFree = record.next;
  record.state = UNDER_WAY;
  record.uses++;
  if (hasTicket) ticketsOut++;
  else callOut++;
  return index;
}

/** False if the queue is full. */
function hand(index: u32): bool {
  const record = recordAt(index);
  const at = sharedAt(index);
  const type = record.type;
  const sector = record.offset / SECTOR;
  const isRange = type == TYPE_DISCARD || type == TYPE_WRITE_ZEROES;
  dma.store32(at, type);
  dma.store32(at + 4, 0);
  // §5.2.6.1: sector is for reads and writes.
  dma.store64(at + 8, isRange ? 0 : sector);
  dma.store8(at + STATUS_AT, STATUS_NONE);
  stage(at, HEADER_BYTES, false);
  if (isRange) {
    dma.store64(at + SEGMENT_AT, sector);
    dma.store32(at + SEGMENT_AT + 8, <u32>(record.bytes / SECTOR));
    dma.store32(at + SEGMENT_AT + 12, 0);
    stage(at + SEGMENT_AT, SEGMENT_BYTES, false);
  } else if (type == TYPE_GET_ID) {
    for (let i: u32 = 0; i < ID_BYTES; i += 4) dma.store32(at + SEGMENT_AT + i, 0);
    stage(at + SEGMENT_AT, ID_BYTES, true);
  } else if (type != TYPE_FLUSH) {
    stage(record.address, <u32>record.bytes, type == TYPE_IN);
  }
  stage(at + STATUS_AT, 1, true);
  return submit(diskAt(record.disk).queue, index);
}

/** Takes back what the device has given back; how many requests that were. */
export function reap(disk: u32): u32 {
  const queue = diskAt(disk).queue;
  let taken: u32 = 0;
  for (let index = takeUsed(queue); index != NOTHING_USED; index = takeUsed(queue)) {
    end(index, judge(index, queue.usedBytes));
    taken++;
  }
  if (taken != 0) {
    diskAt(disk).looks = 0;
    diskAt(disk).patienceEnds = 0;
  }
  return taken;
}

/** What the device says of a request. A read whose data it did not claim to have written has failed (§2.7.8.3). */
function judge(index: u32, written: u32): u32 {
  const status = dma.load8(sharedAt(index) + STATUS_AT);
  const record = recordAt(index);
  if (status == STATUS_UNSUPP) return DISK_UNSUPPORTED;
  if (status != STATUS_OK) return DISK_FAILED;
  return record.type == TYPE_IN && written < <u32>record.bytes ? DISK_FAILED : DISK_OK;
}

function end(index: u32, result: u32): void {
  const record = recordAt(index);
  if (record.hasTicket != 0) {
    record.state = ENDED;
    record.result = result;
    return;
  }
  callOut--;
  callResult = max(callResult, result);
  release(index);
}

function release(index: u32): void {
  const record = recordAt(index);
  record.state = FREE;
  record.next = firstFree;
  firstFree = index + 1;
}

/** The disk was reset: hands its requests over again, or ends them if that was tried often enough or cannot be. */
export function repeatRequests(disk: u32, isAlive: bool): void {
  for (let i: u32 = 0; i < DISK_REQUESTS_MAX; i++) {
    const record = recordAt(i);
    if (record.state != UNDER_WAY || record.disk != disk) continue;
    if (!isAlive || ++record.attempts == ATTEMPTS_MAX || !hand(i)) end(i, DISK_FAILED);
  }
}

/** The ticket of a request, for somebody outside the kernel to keep. Never 0. */
export function ticketOf(index: u32): u32 {
  return recordAt(index).uses << 8 | index + 1;
}

/** The request of a ticket, NO_REQUEST if it has none (any more). */
export function requestOf(ticket: u32): u32 {
  const index = (ticket & 0xff) - 1;
  if (index >= DISK_REQUESTS_MAX || records == 0) return NO_REQUEST;
  const record = recordAt(index);
  return record.state == FREE || record.hasTicket == 0 || ticketOf(index) != ticket ? NO_REQUEST : index;
}

export function diskOf(index: u32): u32 {
  return recordAt(index).disk;
}

/** The result of a request with a ticket, which is used up by that; DISK_PENDING while there is none. */
export function takeResult(index: u32): u32 {
  const record = recordAt(index);
  if (record.state != ENDED) return DISK_PENDING;
  ticketsOut--;
  release(index);
  return record.result;
}

/** Copies the answer to the GET_ID that came back last; record and answer are still there until the next request. */
export function copyId(to: usize): void {
  const at = sharedAt(firstFree - 1) + SEGMENT_AT;
  for (let i: u32 = 0; i < ID_BYTES; i++) store<u8>(to + i, dma.load8(at + i));
}

// A split virtqueue, the driver's side. It knows descriptors and rings, no device: what a buffer means is a driver's.
// Read first: VirtIO 1.2 §2.7 (split virtqueues), §2.7.7 and §2.7.10 (suppressing interrupts and notifications).
//
//   shared with the device                              our own
//   descriptors  16 bytes each                          next[u16]      the free list
//   available    flags, index, ring, used_event         parts[u16]     descriptors of the request that begins here; 0: none
//   used         flags, index, ring, avail_event        writable[u32]  bytes of it that the device may write
//   indirect     INDIRECT_PARTS descriptors each        token[u32]     the driver's name for the request
//
// The device can write all of what is shared, so nothing is ever decided by it: what comes back is checked against our
// own copies, and a queue that was lied to is `broken` until its device is reset.

import * as dma from "../host/dma";
import { VirtioDevice } from "./device";
import {
  AVAIL_INDEX, AVAIL_NO_INTERRUPT, AVAIL_RING, DESC_INDIRECT, DESC_NEXT, DESC_WRITE, DESCRIPTOR_SIZE, USED_INDEX,
  USED_NO_NOTIFY, USED_RING,
} from "./spec";
import { writeNotification } from "./transport";

/** The most parts of one request. */
export const INDIRECT_PARTS: u32 = 4;
const PARTS_BYTES: u32 = INDIRECT_PARTS * DESCRIPTOR_SIZE;
/** What lies behind the record: next, parts, writable, token. */
const OWN_BYTES_EACH: u32 = 2 + 2 + 4 + 4;

@final @unmanaged
export class Queue {
  notifyAt: u64;
  device: VirtioDevice;
  number: u32;
  size: u32;
  descriptors: usize;
  available: usize;
  used: usize;
  indirect: usize;
  next: usize;
  parts: usize;
  writable: usize;
  token: usize;
  hasEventIndex: u32;
  hasIndirect: u32;
  freeHead: u32;
  freeCount: u32;
  /** Requests the device has and has not given back. */
  outstanding: u32;
  /** Free-running, 16 bits: requests made available; of these, how many the device was told of; requests taken back. */
  availableIndex: u32;
  notifiedIndex: u32;
  usedIndex: u32;
  /** Bytes the device says it wrote for the request taken last; never more than it was allowed to. */
  usedBytes: u32;
  broken: u32;
}

/** Nothing to take: the device has given nothing back, or the queue is broken. */
export const NOTHING_USED: u32 = 0xffffffff;

const stagedAddress = memory.data(4 * 8, 8);
const stagedBytes = memory.data(4 * 4, 4);
const stagedFlags = memory.data(4 * 4, 4);
let staged: u32 = 0;
let taken: u32 = 0;

/** Bytes that a queue of `size` descriptors needs of memory shared with the device, and of the kernel's own. */
export function sharedBytes(size: u32): u32 {
  return size * (DESCRIPTOR_SIZE + PARTS_BYTES) + availableBytes(size) + USED_RING + size * 8 + 4;
}

export function ownBytes(size: u32): u32 {
  return <u32>offsetof<Queue>() + size * OWN_BYTES_EACH;
}

/** Rounded up, as the used ring behind it must be aligned to 4 (§2.7). */
function availableBytes(size: u32): u32 {
  return AVAIL_RING + size * 2 + 2 + 3 & ~3;
}

/** Lays a queue out in `shared` (zeroed, aligned to 16) and `own` (aligned to 8). `size` is a power of two. */
export function layQueue(shared: usize, own: usize, device: VirtioDevice, number: u32, size: u32): Queue {
  const queue = changetype<Queue>(own);
  queue.device = device;
  queue.number = number;
  queue.size = size;
  queue.descriptors = shared;
  queue.indirect = shared + <usize>(size * DESCRIPTOR_SIZE);
  queue.available = queue.indirect + <usize>(size * PARTS_BYTES);
  queue.used = queue.available + <usize>availableBytes(size);
  queue.token = own + offsetof<Queue>();
  queue.writable = queue.token + <usize>(size * 4);
  queue.next = queue.writable + <usize>(size * 4);
  queue.parts = queue.next + <usize>(size * 2);
  return queue;
}

/** Empties the queue, as it is before the device is given it. */
export function resetQueue(queue: Queue, hasIndirect: bool, hasEventIndex: bool): void {
  queue.hasIndirect = hasIndirect ? 1 : 0;
  queue.hasEventIndex = hasEventIndex ? 1 : 0;
  queue.freeHead = 0;
  queue.freeCount = queue.size;
  queue.outstanding = 0;
  queue.availableIndex = 0;
  queue.notifiedIndex = 0;
  queue.usedIndex = 0;
  queue.usedBytes = 0;
  queue.broken = 0;
  memory.fill(queue.available, 0, availableBytes(queue.size) + USED_RING + queue.size * 8 + 4);
  memory.fill(queue.parts, 0, queue.size * 2);
  for (let i: u32 = 0; i < queue.size; i++) store<u16>(queue.next + (i << 1), i + 1);
  silence(queue);
}

/** Adds a part to the request being prepared: parts that the device reads come first, then those that it writes. */
export function stage(address: u64, bytes: u32, deviceWrites: bool): void {
  // A part of no bytes marks the device broken in QEMU.
  assert(staged < INDIRECT_PARTS && bytes != 0);
  store<u64>(stagedAddress + (staged << 3), address);
  store<u32>(stagedBytes + (staged << 2), bytes);
  store<u32>(stagedFlags + (staged << 2), deviceWrites ? DESC_WRITE : 0);
  staged++;
}

/** Makes the staged request available under `token`. False, and nothing is staged any more, if the queue has no room. */
export function submit(queue: Queue, token: u32): bool {
  const parts = staged;
  staged = 0;
  assert(parts != 0);
  const isIndirect = queue.hasIndirect != 0 && parts > 1;
  const needed: u32 = isIndirect ? 1 : parts;
  if (queue.broken != 0 || queue.freeCount < needed) return false;
  const head = queue.freeHead;
  let bytes: u32 = 0;
  for (let i: u32 = 0; i < parts; i++) if (load<u32>(stagedFlags + (i << 2)) != 0) bytes += load<u32>(stagedBytes + (i << 2));
  if (isIndirect) {
    const table = queue.indirect + <usize>(head * PARTS_BYTES);
    for (let i: u32 = 0; i < parts; i++) writeDescriptor(table + <usize>(i * DESCRIPTOR_SIZE), i, i + 1 < parts, i + 1);
    const at = queue.descriptors + <usize>(head * DESCRIPTOR_SIZE);
    dma.store64(at, table);
    dma.store32(at + 8, parts * DESCRIPTOR_SIZE);
    dma.store32(at + 12, DESC_INDIRECT);
    queue.freeHead = load<u16>(queue.next + (head << 1));
  } else {
    let index = head;
    for (let i: u32 = 0; i < parts; i++) {
      const next = <u32>load<u16>(queue.next + (index << 1));
      writeDescriptor(queue.descriptors + <usize>(index * DESCRIPTOR_SIZE), i, i + 1 < parts, next);
      index = next;
    }
    queue.freeHead = index;
  }
  queue.freeCount -= needed;
  queue.outstanding++;
  store<u16>(queue.parts + (head << 1), needed);
  store<u32>(queue.writable + (head << 2), bytes);
  store<u32>(queue.token + (head << 2), token);
  dma.store16(queue.available + AVAIL_RING + ((queue.availableIndex & (queue.size - 1)) << 1), head);
  queue.availableIndex = queue.availableIndex + 1 & 0xffff;
  // x86 keeps stores in order: the device sees the entry before the index (§2.7.13.2).
  dma.store16(queue.available + AVAIL_INDEX, queue.availableIndex);
  return true;
}

function writeDescriptor(at: usize, part: u32, hasNext: bool, next: u32): void {
  dma.store64(at, load<u64>(stagedAddress + (part << 3)));
  dma.store32(at + 8, load<u32>(stagedBytes + (part << 2)));
  dma.store32(at + 12, load<u32>(stagedFlags + (part << 2)) | (hasNext ? DESC_NEXT | next << 16 : 0));
}

/** Tells the device of new requests, unless it said that it looks by itself (§2.7.10). */
export function notify(queue: Queue): void {
  if (queue.notifiedIndex == queue.availableIndex) return;
  dma.fence();
  const notified = queue.notifiedIndex;
  queue.notifiedIndex = queue.availableIndex;
  if (queue.hasEventIndex != 0) {
    const event = dma.load16(queue.used + USED_RING + (queue.size << 3));
    if ((queue.availableIndex - event - 1 & 0xffff) >= (queue.availableIndex - notified & 0xffff)) return;
  } else if ((dma.load16(queue.used) & USED_NO_NOTIFY) != 0) return;
  forceNotify(queue);
}

/** Tells the device in any case. */
export function forceNotify(queue: Queue): void {
  writeNotification(queue.device, queue.notifyAt, queue.number);
}

/** Whether the device has given something back. */
export function hasUsed(queue: Queue): bool {
  return queue.broken == 0 && dma.load16(queue.used + USED_INDEX) != queue.usedIndex;
}

/** Takes one request back: its token, with usedBytes; or NOTHING_USED. */
export function takeUsed(queue: Queue): u32 {
  if (queue.broken != 0) return NOTHING_USED;
  const ahead = dma.load16(queue.used + USED_INDEX) - queue.usedIndex & 0xffff;
  if (ahead == 0) return NOTHING_USED;
  if (ahead > queue.outstanding) return breakQueue(queue);
  const at = queue.used + USED_RING + ((queue.usedIndex & (queue.size - 1)) << 3);
  const head = dma.load32(at);
  const bytes = dma.load32(at + 4);
  if (head >= queue.size || load<u16>(queue.parts + (head << 1)) == 0) return breakQueue(queue);
  if (bytes > load<u32>(queue.writable + (head << 2))) return breakQueue(queue);
  queue.usedIndex = queue.usedIndex + 1 & 0xffff;
  queue.usedBytes = bytes;
  queue.outstanding--;
  taken++;
  free(queue, head);
  return load<u32>(queue.token + (head << 2));
}

/** Requests taken back, of all queues: whether there is any progress. */
export function requestsTaken(): u32 {
  return taken;
}

function breakQueue(queue: Queue): u32 {
  queue.broken = 1;
  return NOTHING_USED;
}

function free(queue: Queue, head: u32): void {
  const parts = <u32>load<u16>(queue.parts + (head << 1));
  store<u16>(queue.parts + (head << 1), 0);
  // The parts of a chain are still linked to each other in our own list.
  let last = head;
  for (let i: u32 = 1; i < parts; i++) last = load<u16>(queue.next + (last << 1));
  store<u16>(queue.next + (last << 1), queue.freeHead);
  queue.freeHead = head;
  queue.freeCount += parts;
}

/** Asks for no interrupts (§2.7.7): with the event index by one that lies as far away as can be. */
export function silence(queue: Queue): void {
  if (queue.hasEventIndex != 0) dma.store16(queue.available + AVAIL_RING + (queue.size << 1), queue.usedIndex - 1 & 0xffff);
  else dma.store16(queue.available, AVAIL_NO_INTERRUPT);
}

/** Asks for an interrupt with the next request that comes back. */
export function listen(queue: Queue): void {
  if (queue.hasEventIndex != 0) dma.store16(queue.available + AVAIL_RING + (queue.size << 1), queue.usedIndex);
  else dma.store16(queue.available, 0);
  dma.fence();
}

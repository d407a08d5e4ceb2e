// The memory of send and receive buffers: rings of 4 KiB to 1 MiB from one arena. A connection has a ring only while
// there are bytes in it, so connections that say nothing cost nothing here, and a few busy ones may have it all.
// Read first: mm/buddy.ts; net/device.ts (owners of payloads).
//
// Devices read what is sent in place. A ring that was given back while a device still reads from it belongs to nobody
// until the last payload is released: no other connection's data may leave under this one's headers.
//
//   owners: one record a unit of the arena, used for the first unit of a ring
//     0 u32 released     index of the function that net/device.ts calls
//     4 u32 references   payloads that a device may still read
//     8 u32 ring         address of a ring given back meanwhile, else 0

import { Arena, blockBytes, giveBlock, makeArena, ORDER_MAX, takeBlock, UNIT_BYTES, unitOf } from "../../mm/buddy";

export const RING_BYTES_MIN: u32 = UNIT_BYTES;
export const RING_BYTES_MAX: u32 = UNIT_BYTES << ORDER_MAX;

@final @unmanaged
class Owner {
  released: u32;
  references: u32;
  ring: usize;
}
const OWNER_BYTES: u32 = 12;

let arena: usize = 0;
let owners: usize = 0;
let total: u32 = 0;

/** Makes rings of the `bytes` bytes at `at`. */
export function initialiseRings(at: usize, bytes: u32): void {
  assert(offsetof<Owner>() == OWNER_BYTES);
  owners = at;
  const ownersBytes = (bytes / UNIT_BYTES) * OWNER_BYTES;
  memory.fill(at, 0, ownersBytes);
  const made = makeArena(at + ownersBytes, bytes - ownersBytes);
  arena = changetype<usize>(made);
  total = made.unitCount * UNIT_BYTES;
}

/** Bytes that no ring has. */
export function ringBytesFree(): u32 {
  return changetype<Arena>(arena).freeUnits * UNIT_BYTES;
}

export function ringBytesTotal(): u32 {
  return total;
}

/** Whether memory is short: then rings start small, and windows are not opened wide. */
export function areRingsScarce(): bool {
  return ringBytesFree() < total >> 2;
}

/**
 * Whether a ring of `bytes` bytes may be taken for receiving. A quarter of the memory is for sending alone: if requests had
 * it all, none could be answered, and no answer would ever make room.
 */
export function mayReceiveTake(bytes: u32): bool {
  return ringBytesFree() >= bytes + (total >> 2);
}

/** A ring of `bytes` bytes (a power of two), or of RING_BYTES_MIN if there is none so large; 0 if there is none at all. */
export function takeRing(bytes: u32): usize {
  const ring = takeBlock(changetype<Arena>(arena), ctz<u32>(bytes / UNIT_BYTES));
  return ring != 0 || bytes == UNIT_BYTES ? ring : takeBlock(changetype<Arena>(arena), 0);
}

export function ringBytes(ring: usize): u32 {
  return blockBytes(changetype<Arena>(arena), ring);
}

/** Gives a ring back; it is used again when no device reads from it any more. */
export function giveRing(ring: usize): void {
  const owner = changetype<Owner>(ringOwner(ring));
  if (owner.references == 0) giveBlock(changetype<Arena>(arena), ring);
  else owner.ring = ring;
}

/** The record to hand to a device with a payload of this ring. */
export function ringOwner(ring: usize): usize {
  return owners + <usize>(unitOf(changetype<Arena>(arena), ring) * OWNER_BYTES);
}

/** Notes that a device is about to get a payload. */
export function addReference(owner: usize): void {
  const record = changetype<Owner>(owner);
  // A function value is a static object whose first word is the index in the table.
  record.released = load<u32>(changetype<usize>(dropReference));
  record.references++;
}

/** A device has released a payload, or has not taken it. */
export function dropReference(owner: usize): void {
  const record = changetype<Owner>(owner);
  assert(record.references != 0, "payload released twice");
  if (--record.references != 0 || record.ring == 0) return;
  const ring = record.ring;
  record.ring = 0;
  giveBlock(changetype<Arena>(arena), ring);
}

/** Copies `bytes` bytes at `from` into a ring, at `offset` (which wraps). */
export function copyIntoRing(ring: usize, capacity: u32, offset: u32, from: usize, bytes: u32): void {
  const slot = offset & (capacity - 1);
  const first = min<u32>(bytes, capacity - slot);
  memory.copy(ring + slot, from, first);
  if (bytes != first) memory.copy(ring, from + first, bytes - first);
}

/** A ring of `bytes` bytes with the `count` bytes from `offset` of the old one at its start; 0 if there is none. */
export function moveRing(ring: usize, capacity: u32, offset: u32, count: u32, bytes: u32): usize {
  const larger = takeBlock(changetype<Arena>(arena), ctz<u32>(bytes / UNIT_BYTES));
  if (larger == 0) return 0;
  const slot = offset & (capacity - 1);
  const first = min<u32>(count, capacity - slot);
  memory.copy(larger, ring + slot, first);
  memory.copy(larger + first, ring, count - first);
  giveRing(ring);
  return larger;
}

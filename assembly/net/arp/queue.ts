// Packets that wait for a neighbour's MAC address: a few of each, the newest of them (RFC 1122 §2.3.2.2).
// Read first: cache.ts, which decides when they go or fail; device.ts has the meaning of what is kept.
//
//   slot, 176 bytes: frame header 128 | what transmit() gets besides | whose, and since when

import { UNRESOLVED_PACKETS_MAX, UNRESOLVED_PACKETS_OF_ONE_MAX, PACKET_BUFFER_BYTES } from "../../base/limits";
import { count, COUNTER_ARP_QUEUE_DROPPED, COUNTER_DEVICE_FULL } from "../counters";
import { released } from "../owner";
import { reportError, ERROR_HOST } from "../ipv4/errors";
import { transmit } from "../interface";
import { packetData, takePacket } from "../packets";
import { ETHERNET_HEADER_BYTES } from "../wire/ethernet";
import { put48 } from "../wire/order";

@final @unmanaged
class Held {
  interface: u32;
  hop: u32;
  headerBytes: u32;
  payload: usize;
  payloadBytes: u32;
  checksumStart: u32;
  checksumOffset: u32;
  segmentSize: u32;
  owner: usize;
  /** 0: free; else lower is older. */
  order: u32;
}

const HEADER_BYTES: u32 = 128;
const SLOT_BYTES: usize = 176;

// UNRESOLVED_PACKETS_MAX slots.
const slots = memory.data(16 * 176, 8);
let lastOrder: u32 = 0;

function headerAt(index: u32): usize {
  return slots + <usize>index * SLOT_BYTES;
}

function heldAt(index: u32): Held {
  return changetype<Held>(headerAt(index) + HEADER_BYTES);
}

export function heldPackets(): u32 {
  let held: u32 = 0;
  for (let i: u32 = 0; i < UNRESOLVED_PACKETS_MAX; i++) held += heldAt(i).order != 0 ? 1 : 0;
  return held;
}

/** Keeps a frame for the neighbour `hop`. False: there is no room, and nothing was taken. */
export function holdPacket(
  index: u32, hop: u32, header: usize, headerBytes: u32, payload: usize, payloadBytes: u32, checksumStart: u32,
  checksumOffset: u32, segmentSize: u32, owner: usize,
): bool {
  assert(headerBytes <= HEADER_BYTES && HEADER_BYTES + <u32>offsetof<Held>() <= <u32>SLOT_BYTES);
  makeRoom(index, hop);
  const slot = freeSlot();
  if (slot == UNRESOLVED_PACKETS_MAX) return false;
  if (owner == 0 && payloadBytes != 0) {
    // Nobody waits for the payload to be released, so nobody keeps it.
    if (payloadBytes > PACKET_BUFFER_BYTES) return false;
    owner = takePacket();
    if (owner == 0) return false;
    memory.copy(packetData(owner), payload, payloadBytes);
    payload = packetData(owner);
  }
  memory.copy(headerAt(slot), header, headerBytes);
  const held = heldAt(slot);
  held.interface = index;
  held.hop = hop;
  held.headerBytes = headerBytes;
  held.payload = payload;
  held.payloadBytes = payloadBytes;
  held.checksumStart = checksumStart;
  held.checksumOffset = checksumOffset;
  held.segmentSize = segmentSize;
  held.owner = owner;
  held.order = ++lastOrder;
  return true;
}

/** The neighbour has answered: what waits for it goes, oldest first. */
export function sendHeld(index: u32, hop: u32, mac: u64): void {
  for (let slot = oldestOf(index, hop); slot != UNRESOLVED_PACKETS_MAX; slot = oldestOf(index, hop)) {
    const held = heldAt(slot);
    held.order = 0;
    put48(headerAt(slot), mac);
    const accepted = transmit(
      index, headerAt(slot), held.headerBytes, held.payload, held.payloadBytes, held.checksumStart, held.checksumOffset,
      held.segmentSize, held.owner,
    );
    if (accepted) continue;
    count(COUNTER_DEVICE_FULL);
    released(held.owner);
  }
}

/** The neighbour does not answer: who sent the packets is told, as by a router (RFC 1122 §3.3.1.4). */
export function failHeld(index: u32, hop: u32): void {
  // Not those that somebody sends because of what he is told.
  const last = lastOrder;
  for (let slot = oldestOf(index, hop); slot != UNRESOLVED_PACKETS_MAX && heldAt(slot).order <= last; slot = oldestOf(index, hop)) {
    const packet = headerAt(slot) + ETHERNET_HEADER_BYTES;
    reportError(ERROR_HOST, packet, heldAt(slot).headerBytes - ETHERNET_HEADER_BYTES, 0);
    drop(slot);
  }
}

/** Drops what waits for a neighbour, without a word: a time-out will tell. */
export function dropHeld(index: u32, hop: u32): void {
  for (let slot = oldestOf(index, hop); slot != UNRESOLVED_PACKETS_MAX; slot = oldestOf(index, hop)) drop(slot);
}

function drop(slot: u32): void {
  heldAt(slot).order = 0;
  count(COUNTER_ARP_QUEUE_DROPPED);
  released(heldAt(slot).owner);
}

/** Drops the oldest packet of a neighbour who has as many as one may have. */
function makeRoom(index: u32, hop: u32): void {
  let ofHop: u32 = 0;
  for (let i: u32 = 0; i < UNRESOLVED_PACKETS_MAX; i++) ofHop += isFor(i, index, hop) ? 1 : 0;
  if (ofHop < UNRESOLVED_PACKETS_OF_ONE_MAX) return;
  drop(oldestOf(index, hop));
}

function freeSlot(): u32 {
  let slot: u32 = 0;
  while (slot < UNRESOLVED_PACKETS_MAX && heldAt(slot).order != 0) slot++;
  return slot;
}

function isFor(slot: u32, index: u32, hop: u32): bool {
  const held = heldAt(slot);
  return held.order != 0 && held.interface == index && held.hop == hop;
}

function oldestOf(index: u32, hop: u32): u32 {
  let oldest = UNRESOLVED_PACKETS_MAX;
  for (let i: u32 = 0; i < UNRESOLVED_PACKETS_MAX; i++) {
    if (isFor(i, index, hop) && (oldest == UNRESOLVED_PACKETS_MAX || heldAt(i).order < heldAt(oldest).order)) oldest = i;
  }
  return oldest;
}

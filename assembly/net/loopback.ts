// The loopback: a network device whose frames come back. They wait for the next turn of the stack, since a reply sent
// while a packet is handled must not be handled inside it.
// Read first: device.ts.
//
//   slot, 144 bytes: header 128 | headerBytes | payload | payloadBytes | owner

import { LOOPBACK_FRAMES_MAX, PACKET_BUFFER_BYTES } from "../base/limits";
import { takeMemory } from "../mm/heap";
import { addDevice, DEVICE_CHECKSUM, DEVICE_RECEIVE_CHECKSUM, receiveFrame, released } from "./device";
import { DEVICE_LOOPBACK } from "./interface";
import { packetData, takePacket } from "./packets";
import { ETHERNET_HEADER_BYTES } from "./wire/ethernet";

/** Large, so that a transfer takes few packets; what one frame takes while it is delivered. */
export const LOOPBACK_MTU: u32 = 16384;

const HEADER_BYTES: u32 = 128;
const SLOT_BYTES: u32 = 144;

@final @unmanaged
class Waiting {
  headerBytes: u32;
  payload: usize;
  payloadBytes: u32;
  owner: usize;
}

let slots: usize = 0;
/** A frame in one piece, as receiveFrame wants it. */
let frame: usize = 0;
let index: u32 = 0;
// Free-running, as a ring's indices are.
let read: u32 = 0;
let write: u32 = 0;

/** Before the heap is locked, and before any other device: it is interface 0. */
export function initialiseLoopback(): void {
  slots = takeMemory(LOOPBACK_FRAMES_MAX * SLOT_BYTES, 8);
  frame = takeMemory(ETHERNET_HEADER_BYTES + LOOPBACK_MTU, 8);
  index = addDevice(0, LOOPBACK_MTU, DEVICE_CHECKSUM | DEVICE_RECEIVE_CHECKSUM | DEVICE_LOOPBACK, transmit, 0);
  assert(index == 0);
}

/** Delivers the frames that wait now; those sent meanwhile wait for the next turn. */
export function pollLoopback(): void {
  const end = write;
  while (read != end) {
    const slot = slotAt(read++);
    const waiting = waitingIn(slot);
    const bytes = waiting.headerBytes + waiting.payloadBytes;
    memory.copy(frame, slot, waiting.headerBytes);
    memory.copy(frame + waiting.headerBytes, waiting.payload, waiting.payloadBytes);
    released(waiting.owner);
    receiveFrame(index, frame, bytes, 1);
  }
}

export function isLoopbackWaiting(): bool {
  return read != write;
}

function slotAt(position: u32): usize {
  return slots + <usize>((position & (LOOPBACK_FRAMES_MAX - 1)) * SLOT_BYTES);
}

function waitingIn(slot: usize): Waiting {
  return changetype<Waiting>(slot + HEADER_BYTES);
}

function transmit(
  _device: u32, header: usize, headerBytes: u32, payload: usize, payloadBytes: u32, _checksumStart: u32,
  _checksumOffset: u32, _segmentSize: u32, owner: usize,
): u32 {
  if (write - read == LOOPBACK_FRAMES_MAX || headerBytes > HEADER_BYTES) return 0;
  if (owner == 0 && payloadBytes != 0) {
    if (payloadBytes > PACKET_BUFFER_BYTES) return 0;
    owner = takePacket();
    if (owner == 0) return 0;
    memory.copy(packetData(owner), payload, payloadBytes);
    payload = packetData(owner);
  }
  const slot = slotAt(write++);
  memory.copy(slot, header, headerBytes);
  const waiting = waitingIn(slot);
  waiting.headerBytes = headerBytes;
  waiting.payload = payload;
  waiting.payloadBytes = payloadBytes;
  waiting.owner = owner;
  return 1;
}

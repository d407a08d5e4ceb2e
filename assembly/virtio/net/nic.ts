// What the kernel keeps of each network interface, and the memory it needs. Read first: VirtIO 1.2 §5.1.
//
//   device memory   receive buffers: [0][1][2] …   posted in this order, and again in the order they came back in
//                   gather                         where a frame is put together whose buffers do not lie in a row
//                   transmit slots: [header | frame or its beginning] …
//   our own         freeSlots[u16]  a stack of slots       owners[u32]  who waits for the slot's payload; 0: nobody

import { NICS_MAX } from "../../base/limits";
import { VirtioDevice } from "../device";
import { Queue, sharedBytes } from "../queue";
import { FRAME_BYTES_MAX, HEADER_BYTES } from "./spec";

/** Four times the 32 frames that are in flight in a busy exchange; QEMU's queues have 256 at most. */
export const QUEUE_SIZE: u32 = 128;
/** A whole frame of an ordinary network with its header, and two of them fill a page. */
export const BUFFER_BYTES: u32 = 2048;
/** Memory for frames, in each direction. Where frames are longer there are fewer of them. */
export const POOL_BYTES: u32 = QUEUE_SIZE * BUFFER_BYTES;
const ALIGNMENT: u32 = 64;
export const GATHER_BYTES: u32 = HEADER_BYTES + FRAME_BYTES_MAX + ALIGNMENT & ~(ALIGNMENT - 1);
export const ETHERNET_HEADER_BYTES: u32 = 14;

@final @unmanaged
export class Nic {
  /** Six bytes, in order. */
  mac: u64;
  /** On the monotonic clock: since when every slot has been with the device; 0: not so. */
  fullSince: u64;
  device: VirtioDevice;
  receive: Queue;
  transmit: Queue;
  buffers: usize;
  bufferBytes: u32;
  bufferCount: u32;
  gather: usize;
  slots: usize;
  slotBytes: u32;
  slotCount: u32;
  freeSlots: usize;
  freeSlotCount: u32;
  owners: usize;
  /** Owners that have not been told yet. */
  ownersOut: u32;
  /** Without the Ethernet header. */
  mtu: u32;
  isUp: u32;
  /** The device could not be started again: it sends and receives nothing any more. */
  isDead: u32;
  /** How often nothing had come. */
  emptyLooks: u32;
  /** Frames that were thrown away here: of a wrong size, or no room for them. */
  dropped: u32;
  /** How often the device had to be reset. */
  restarts: u32;
}

// NICS_MAX of them.
const table = memory.data(8 * 96, 8);
let count: u32 = 0;

/** Device memory for one. */
export function nicBytes(): u32 {
  return 2 * sharedBytes(QUEUE_SIZE) + 2 * POOL_BYTES + GATHER_BYTES + 5 * ALIGNMENT;
}

export function nicCount(): u32 {
  return count;
}

export function nicAt(index: u32): Nic {
  assert(index < count, "no such network interface");
  return changetype<Nic>(table + <usize>index * offsetof<Nic>());
}

/** A cleared record at the end of the table; null if the table is full. */
export function addNic(): Nic | null {
  assert(offsetof<Nic>() <= 96);
  if (count == NICS_MAX) return null;
  count++;
  const nic = nicAt(count - 1);
  memory.fill(changetype<usize>(nic), 0, offsetof<Nic>());
  return nic;
}

/** Takes the last record back: the device does not work. */
export function dropNic(): void {
  assert(count != 0);
  count--;
}

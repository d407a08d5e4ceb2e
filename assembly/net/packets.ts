// Packet buffers: one pool for datagrams that wait for the application, packets that wait for a device or a neighbour,
// and fragments that wait for the rest.
//
//   record, 64 bytes: release u32 | next | nextDatagram | bytes | total | offset | source | destination | ports u16 x2 | interface
//   data, 2048 bytes, apart from the records, so that taking one does not clear it
//
// A record is an owner as device.ts has it: its first word names the function that gives the buffer back. The rest means
// what the buffer's user says.

import { PACKET_BUFFER_BYTES, PACKET_BUFFERS_MAX } from "../base/limits";
import { makePool, Pool, poolGive, poolTake } from "../mm/pool";
import { takeMemory } from "../mm/heap";

@final @unmanaged
export class Packet {
  release: u32;
  /** The next buffer of the same datagram. */
  next: usize;
  /** In a datagram's first buffer: the datagram behind it in a queue. */
  nextDatagram: usize;
  /** Of data in this buffer. */
  bytes: u32;
  /** Of data in the whole datagram, in its first buffer. */
  total: u32;
  /** Of a fragment, where its data belongs. */
  offset: u32;
  source: u32;
  destination: u32;
  sourcePort: u16;
  destinationPort: u16;
  interface: u32;
  unused: u64;
  unused2: u64;
  unused3: u64;
}

/**
 * What queues of received data leave to others: with an empty pool nothing could be sent, and so nothing would ever be
 * taken from a queue.
 */
const RESERVE: u32 = 32;

let pool: usize = 0;
let data: usize = 0;

/** Before the heap is locked. */
export function initialisePackets(): void {
  assert(offsetof<Packet>() == 64 && PACKET_BUFFER_BYTES == 2048);
  pool = changetype<usize>(makePool(<u32>offsetof<Packet>(), PACKET_BUFFERS_MAX));
  data = takeMemory(PACKET_BUFFERS_MAX * PACKET_BUFFER_BYTES, 64);
}

/** A buffer for something to be sent; 0 if there is none. */
export function takePacket(): usize {
  const taken = poolTake(changetype<Pool>(pool));
  if (taken != 0) changetype<Packet>(taken).release = load<u32>(changetype<usize>(givePacket));
  return taken;
}

/** A buffer for something received; 0 if only the reserve is left. */
export function takePacketForQueue(): usize {
  return freePackets() > RESERVE ? takePacket() : 0;
}

/** Gives one buffer back, not those after it. */
export function givePacket(packet: usize): void {
  poolGive(changetype<Pool>(pool), packet);
}

/** Gives back a chain. */
export function giveChain(packet: usize): void {
  while (packet != 0) {
    const next = changetype<Packet>(packet).next;
    givePacket(packet);
    packet = next;
  }
}

/** PACKET_BUFFER_BYTES bytes that belong to the buffer. */
export function packetData(packet: usize): usize {
  // Records have 64 bytes, data has 2048.
  return data + ((packet - changetype<Pool>(pool).objects) << 5);
}

export function freePackets(): u32 {
  return PACKET_BUFFERS_MAX - changetype<Pool>(pool).used;
}

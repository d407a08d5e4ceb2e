// The queue of a UDP socket: datagrams in chains of packet buffers, at most so many that one socket cannot starve the rest.
// The layer above looks at the first with udpPeek, copies it out run by run, and lets it go with udpDiscard.
//
//   socket.first -> datagram -nextDatagram-> datagram = socket.last
//                      |next                    each buffer but a datagram's last is full
//                      v

import { PACKET_BUFFER_BYTES, UDP_QUEUE_BUFFERS_MAX } from "../../base/limits";
import { count, COUNTER_UDP_NO_BUFFER, COUNTER_UDP_QUEUE_FULL } from "../counters";
import { giveChain, Packet, packetData, takePacketForQueue } from "../packets";
import { UdpSocket, udpSocket } from "./sockets";

/** Packet buffers for `bytes` bytes; an empty datagram takes one too. */
function buffersFor(bytes: u32): u32 {
  return max<u32>(1, (bytes + PACKET_BUFFER_BYTES - 1) / PACKET_BUFFER_BYTES);
}

/** Appends a datagram; one that finds no room is dropped, as UDP may. */
export function enqueueDatagram(
  socket: UdpSocket, index: u32, source: u32, sourcePort: u32, destination: u32, destinationPort: u32, at: usize, bytes: u32,
): void {
  const buffers = buffersFor(bytes);
  if (socket.buffers + buffers > UDP_QUEUE_BUFFERS_MAX) return count(COUNTER_UDP_QUEUE_FULL);
  const first = copyIn(at, bytes, buffers);
  if (first == 0) return count(COUNTER_UDP_NO_BUFFER);
  const datagram = changetype<Packet>(first);
  datagram.total = bytes;
  datagram.source = source;
  datagram.sourcePort = <u16>sourcePort;
  datagram.destination = destination;
  datagram.destinationPort = <u16>destinationPort;
  datagram.interface = index;
  socket.buffers += buffers;
  if (socket.first == 0) socket.first = first;
  else changetype<Packet>(socket.last).nextDatagram = first;
  socket.last = first;
}

/** The datagram that waits longest, a Packet; 0: none. */
export function udpPeek(handle: u32): usize {
  return udpSocket(handle).first;
}

/** Bytes of that datagram; 0 also if none waits. */
export function udpFirstBytes(handle: u32): u32 {
  const first = udpSocket(handle).first;
  return first == 0 ? 0 : changetype<Packet>(first).total;
}

/** Lets the first datagram go. */
export function udpDiscard(handle: u32): void {
  const socket = udpSocket(handle);
  const first = socket.first;
  assert(first != 0, "no datagram waits");
  socket.first = changetype<Packet>(first).nextDatagram;
  socket.buffers -= buffersFor(changetype<Packet>(first).total);
  giveChain(first);
}

/** Where byte `offset` of a datagram lies. */
export function datagramAt(datagram: usize, offset: u32): usize {
  assert(offset < changetype<Packet>(datagram).total);
  for (let skip = offset / PACKET_BUFFER_BYTES; skip != 0; skip--) datagram = changetype<Packet>(datagram).next;
  return packetData(datagram) + (offset & (PACKET_BUFFER_BYTES - 1));
}

/** How many bytes from there on lie in one piece. */
export function datagramRun(datagram: usize, offset: u32): u32 {
  return min<u32>(changetype<Packet>(datagram).total - offset, PACKET_BUFFER_BYTES - (offset & (PACKET_BUFFER_BYTES - 1)));
}

function copyIn(at: usize, bytes: u32, buffers: u32): usize {
  let first: usize = 0;
  let last: usize = 0;
  for (let i: u32 = 0; i < buffers; i++) {
    const packet = takePacketForQueue();
    if (packet == 0) {
      giveChain(first);
      return 0;
    }
    const part = min<u32>(bytes, PACKET_BUFFER_BYTES);
    memory.copy(packetData(packet), at, part);
    changetype<Packet>(packet).bytes = part;
    if (first == 0) first = packet;
    else changetype<Packet>(last).next = packet;
    last = packet;
    at += part;
    bytes -= part;
  }
  return first;
}

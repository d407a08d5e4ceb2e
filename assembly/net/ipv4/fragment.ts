// Datagrams of any size: copied into packet buffers, and cut into fragments where they are larger than the path allows.
// Read first: RFC 791 §3.2, "Fragmentation and Reassembly"; RFC 1191 §3.
//
//   | transport header | data |                     what the caller has
//   '---- fragment ----'----- fragment -----'--- …  each a multiple of 8 bytes but the last; none larger than a buffer

import { PACKET_BUFFER_BYTES } from "../../base/limits";
import { count, COUNTER_IPV4_NO_BUFFER, COUNTER_IPV4_NO_ROUTE, COUNTER_IPV4_SENT, COUNTER_IPV4_TOO_BIG } from "../counters";
import { freePackets, givePacket, packetData, takePacket } from "../packets";
import { checksumOf, pseudoSum, sumOf } from "../wire/checksum";
import { ETHERNET_HEADER_BYTES } from "../wire/ethernet";
import { IPV4_HEADER_BYTES, IPV4_MORE_FRAGMENTS, IPV4_PACKET_BYTES_MAX, putIpv4Header } from "../wire/ipv4";
import { nextIdentification } from "./identification";
import { sendOnLink } from "./link";
import {
  mayLeave, NET_NO_BUFFER, NET_NO_ROUTE, NET_SENT, NET_TOO_BIG, NO_CHECKSUM, routeMtu, sendPacket, timeToLiveNow,
  TRANSPORT_BYTES_MAX,
} from "./output";

/** Room for a transport header in front of the first fragment's data. */
const TRANSPORT_HEADER_BYTES_MAX: u32 = 8;
const HEADERS_BYTES: u32 = 34;

const frame = memory.data(128, 8);
const small = memory.data(96, 8);

/**
 * Sends `header` (at most 8 bytes, its checksum field zero) and `bytes` bytes of data, which are copied. All or nothing is
 * taken, but for a device that has no room for the last fragments.
 */
export function sendDatagram(
  route: u32, protocol: u32, source: u32, destination: u32, header: usize, headerBytes: u32, data: usize, bytes: u32,
  checksumOffset: u32,
): u32 {
  assert(headerBytes <= TRANSPORT_HEADER_BYTES_MAX);
  if (route == 0 || !mayLeave(route, source)) {
    count(COUNTER_IPV4_NO_ROUTE);
    return NET_NO_ROUTE;
  }
  const mtu = routeMtu(route, destination);
  if (IPV4_HEADER_BYTES + headerBytes + bytes > mtu || bytes > PACKET_BUFFER_BYTES) {
    return sendFragments(route, protocol, source, destination, header, headerBytes, data, bytes, checksumOffset, mtu);
  }
  if (headerBytes + bytes <= TRANSPORT_BYTES_MAX) {
    // All of it fits where the headers go, and needs no buffer.
    memory.copy(small, header, headerBytes);
    memory.copy(small + headerBytes, data, bytes);
    return sendPacket(route, protocol, source, destination, small, headerBytes + bytes, 0, 0, checksumOffset, 0, 0);
  }
  const packet = takePacket();
  if (packet == 0) {
    count(COUNTER_IPV4_NO_BUFFER);
    return NET_NO_BUFFER;
  }
  memory.copy(packetData(packet), data, bytes);
  const result = sendPacket(
    route, protocol, source, destination, header, headerBytes, packetData(packet), bytes, checksumOffset, 0, packet,
  );
  if (result != NET_SENT) givePacket(packet);
  return result;
}

function sendFragments(
  route: u32, protocol: u32, source: u32, destination: u32, header: usize, headerBytes: u32, data: usize, bytes: u32,
  checksumOffset: u32, mtu: u32,
): u32 {
  const total = headerBytes + bytes;
  if (IPV4_HEADER_BYTES + total > IPV4_PACKET_BYTES_MAX) {
    count(COUNTER_IPV4_TOO_BIG);
    return NET_TOO_BIG;
  }
  const piece = min<u32>(mtu - IPV4_HEADER_BYTES, PACKET_BUFFER_BYTES) & ~7;
  if ((total + piece - 1) / piece > freePackets()) {
    count(COUNTER_IPV4_NO_BUFFER);
    return NET_NO_BUFFER;
  }
  memory.copy(small, header, headerBytes);
  if (checksumOffset != NO_CHECKSUM) {
    const checksum = checksumOf(pseudoSum(source, destination, protocol, total) + sumOf(small, headerBytes) + sumOf(data, bytes));
    store<u16>(small + checksumOffset, checksum == 0 ? 0xffff : checksum);
  }
  const identification = nextIdentification();
  for (let offset: u32 = 0; offset < total; offset += piece) {
    const part = min<u32>(piece, total - offset);
    const more: u32 = offset + part < total ? IPV4_MORE_FRAGMENTS : 0;
    putIpv4Header(
      frame + ETHERNET_HEADER_BYTES, IPV4_HEADER_BYTES + part, identification, more | (offset >> 3), timeToLiveNow(), protocol,
      source, destination,
    );
    // The first fragment has the transport header in front of its data.
    const front: u32 = offset == 0 ? headerBytes : 0;
    memory.copy(frame + HEADERS_BYTES, small, front);
    const from = data + (offset == 0 ? 0 : offset - headerBytes);
    if (!sendFragment(route - 1, destination, HEADERS_BYTES + front, from, part - front)) {
      count(COUNTER_IPV4_NO_BUFFER);
      return NET_NO_BUFFER;
    }
  }
  count(COUNTER_IPV4_SENT);
  return NET_SENT;
}

function sendFragment(index: u32, destination: u32, headerBytes: u32, from: usize, bytes: u32): bool {
  const packet = takePacket();
  if (packet == 0) return false;
  memory.copy(packetData(packet), from, bytes);
  const taken = sendOnLink(index, destination, frame, headerBytes, packetData(packet), bytes, 0, 0, 0, packet);
  if (!taken) givePacket(packet);
  return taken;
}

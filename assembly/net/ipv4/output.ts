// Sending a packet: route, source address, IPv4 header, checksum.
// Read first: RFC 791 §3.2; RFC 1122 §3.3.1, §3.3.2. The way to the next hop is link.ts's; cutting datagrams into
// fragments is fragment.ts's.
//
//   frame: | Ethernet 14 | IPv4 20 | transport header | payload, by reference |
//          '------- built here, copied by the driver -'

import { ADDRESS_BROADCAST, isLoopback, isMulticast } from "../address";
import {
  count, COUNTER_IPV4_NO_BUFFER, COUNTER_IPV4_NO_ROUTE, COUNTER_IPV4_SENT, COUNTER_IPV4_TOO_BIG,
} from "../counters";
import { DEVICE_CHECKSUM, DEVICE_TSO4, interfaceAt, interfaceCount, isOwnAddress, LOOPBACK } from "../interface";
import { checksumOf, foldSum, pseudoSum, sumOf } from "../wire/checksum";
import { ETHERNET_HEADER_BYTES } from "../wire/ethernet";
import { IPV4_DONT_FRAGMENT, IPV4_HEADER_BYTES, IPV4_PACKET_BYTES_MAX, PROTOCOL_TCP, PROTOCOL_UDP, putIpv4Header } from "../wire/ipv4";
import { nextIdentification } from "./identification";
import { sendOnLink } from "./link";
import { pathMtuTo } from "./path-mtu";
import { ANY_INTERFACE, findRoute, Route } from "./routes";

export { ANY_INTERFACE } from "./routes";

export const NET_SENT: u32 = 0;
export const NET_NO_ROUTE: u32 = 1;
/** The device or the queue of unresolved packets is full; later it may work. */
export const NET_NO_BUFFER: u32 = 2;
/** Larger than the path's MTU, and not to be fragmented. */
export const NET_TOO_BIG: u32 = 3;

/** The transport has no checksum with a pseudo-header, or has set it itself. */
export const NO_CHECKSUM: u32 = 0xffffffff;

/** Where the transport header begins in a frame. */
const TRANSPORT_OFFSET: u32 = 34;
/** Bytes of transport header that fit into the frame's header. */
export const TRANSPORT_BYTES_MAX: u32 = 94;
/** RFC 1700's default, what Linux uses too. */
export const TIME_TO_LIVE: u32 = 64;

let timeToLive: u32 = 64;

const frame = memory.data(128, 8);

/** The interface by which packets for `destination` leave, plus 1; 0: there is no route. */
export function routeTo(destination: u32, through: u32): u32 {
  if (destination == 0) return 0;
  if (isLoopback(destination) || isOwnAddress(destination)) return through == ANY_INTERFACE || through == LOOPBACK ? LOOPBACK + 1 : 0;
  const found = findRoute(destination, through);
  if (found != 0) return changetype<Route>(found).interface + 1;
  if (destination != ADDRESS_BROADCAST && !isMulticast(destination)) return 0;
  // To all, or to a group, and no route leads there: by the interface asked for, else by the first with an address.
  if (through != ANY_INTERFACE) return through + 1;
  for (let i: u32 = LOOPBACK + 1; i < interfaceCount(); i++) {
    if (interfaceAt(i).address != 0) return i + 1;
  }
  return 0;
}

/** Of all packets that are sent from now on. Who sets it sets it back to TIME_TO_LIVE when he has sent his. */
export function setTimeToLive(hops: u32): void {
  timeToLive = hops;
}

export function timeToLiveNow(): u32 {
  return timeToLive;
}

/** The address that packets get which leave by this route. */
export function sourceAddressFor(route: u32): u32 {
  return interfaceAt(route - 1).address;
}

/** The DEVICE_* bits of the route's device. */
export function routeFeatures(route: u32): u32 {
  return interfaceAt(route - 1).features;
}

/** The largest packet, headers of IPv4 and above included, that reaches `destination` in one piece; 0 without a route. */
export function pathMtu(destination: u32): u32 {
  const route = routeTo(destination, ANY_INTERFACE);
  return route == 0 ? 0 : routeMtu(route, destination);
}

/** The same by a route that is known. */
export function routeMtu(route: u32, destination: u32): u32 {
  return min<u32>(interfaceAt(route - 1).mtu, pathMtuTo(destination));
}

/**
 * Sends one packet. The checksum field at `transport + checksumOffset` is zero and filled in on the way, unless
 * NO_CHECKSUM. `payload` follows the header by reference: it stays as it is until `owner` is released (device.ts), which
 * happens exactly once if the result is NET_SENT and not at all otherwise. `source` 0 is sent as it is: DHCP needs it.
 */
export function sendPacket(
  route: u32, protocol: u32, source: u32, destination: u32, transport: usize, transportBytes: u32, payload: usize,
  payloadBytes: u32, checksumOffset: u32, segmentSize: u32, owner: usize,
): u32 {
  assert(transportBytes <= TRANSPORT_BYTES_MAX);
  if (route == 0 || !mayLeave(route, source)) return refuse(COUNTER_IPV4_NO_ROUTE, NET_NO_ROUTE);
  const bytes = IPV4_HEADER_BYTES + transportBytes + payloadBytes;
  const by = interfaceAt(route - 1);
  const cut = segmentSize != 0 && (by.features & DEVICE_TSO4) != 0;
  const largest = cut ? IPV4_HEADER_BYTES + transportBytes + min<u32>(segmentSize, payloadBytes) : bytes;
  if (largest > routeMtu(route, destination) || bytes > IPV4_PACKET_BYTES_MAX) return refuse(COUNTER_IPV4_TOO_BIG, NET_TOO_BIG);
  // Both learn the path's MTU from what does not fit (RFC 1191 §3); nothing else does.
  const atomic = protocol == PROTOCOL_TCP || protocol == PROTOCOL_UDP;
  putIpv4Header(
    frame + ETHERNET_HEADER_BYTES, bytes, atomic && !cut ? 0 : nextIdentification(), atomic ? IPV4_DONT_FRAGMENT : 0, timeToLive,
    protocol, source, destination,
  );
  memory.copy(frame + TRANSPORT_OFFSET, transport, transportBytes);
  let checksumStart: u32 = 0;
  if (checksumOffset != NO_CHECKSUM) {
    const field = frame + TRANSPORT_OFFSET + checksumOffset;
    const pseudo = pseudoSum(source, destination, protocol, transportBytes + payloadBytes);
    if ((by.features & DEVICE_CHECKSUM) != 0) {
      checksumStart = TRANSPORT_OFFSET;
      store<u16>(field, foldSum(pseudo));
    } else {
      setChecksum(field, pseudo + sumOf(frame + TRANSPORT_OFFSET, transportBytes) + sumOf(payload, payloadBytes), protocol);
    }
  }
  const taken = sendOnLink(
    route - 1, destination, frame, TRANSPORT_OFFSET + transportBytes, payload, payloadBytes, checksumStart, checksumOffset,
    cut ? segmentSize : 0, owner,
  );
  if (!taken) return refuse(COUNTER_IPV4_NO_BUFFER, NET_NO_BUFFER);
  count(COUNTER_IPV4_SENT);
  return NET_SENT;
}

/** The loopback's addresses stay inside (RFC 1122 §3.2.1.3 (g)). */
export function mayLeave(route: u32, source: u32): bool {
  return !isLoopback(source) || route == LOOPBACK + 1;
}

function refuse(counter: u32, result: u32): u32 {
  count(counter);
  return result;
}

/** A UDP checksum that comes out as zero is sent as all ones, since zero says "none" (RFC 768). */
function setChecksum(field: usize, sum: u64, protocol: u32): void {
  const checksum = checksumOf(sum);
  store<u16>(field, checksum == 0 && protocol == PROTOCOL_UDP ? 0xffff : checksum);
}

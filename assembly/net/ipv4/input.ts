// A received IPv4 packet: checked, put together if it came in fragments, and handed to its protocol.
// Read first: RFC 791 §3.1; RFC 1122 §3.2.1; RFC 1812 §5.3.7 (addresses that cannot be); RFC 7126 §4.3 (source routes).

import { ADDRESS_BROADCAST, isBroadcastOf, isHostAddress, isLoopback, isMulticast } from "../address";
import {
  count, COUNTER_IPV4_BAD_CHECKSUM, COUNTER_IPV4_BAD_SOURCE, COUNTER_IPV4_MALFORMED, COUNTER_IPV4_NOT_OURS,
  COUNTER_IPV4_RECEIVED, COUNTER_IPV4_SOURCE_ROUTED, COUNTER_IPV4_UNKNOWN_PROTOCOL, COUNTER_TCP_BAD_CHECKSUM,
} from "../counters";
import { icmpInput } from "../icmp/input";
import { sendIcmpError } from "../icmp/output";
import { DEVICE_LOOPBACK, Interface, interfaceAt, isOwnAddress } from "../interface";
import { tcpInput } from "../tcp/input";
import { dhcpPacketInput, udpInput } from "../udp/input";
import { isSumValid, pseudoSum, sumOf } from "../wire/checksum";
import { ICMP_CODE_PROTOCOL, ICMP_UNREACHABLE } from "../wire/icmp";
import {
  hasIpv4SourceRoute, IPV4_HEADER_BYTES, ipv4Destination, ipv4HeaderBytes, ipv4Protocol, ipv4Source, ipv4TotalBytes, ipv4Version,
  isIpv4Fragment, isIpv4HeaderValid, PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP,
} from "../wire/ipv4";
import { reassemble } from "./reassembly";

/**
 * `bytes` bytes from an interface, padding perhaps included. `toGroup`: the frame was a broadcast or multicast.
 * `checksumValid`: of the transport, as far as the device knows.
 */
export function ipv4Input(index: u32, at: usize, bytes: u32, toGroup: bool, checksumValid: bool): void {
  count(COUNTER_IPV4_RECEIVED);
  if (bytes < IPV4_HEADER_BYTES || ipv4Version(at) != 4) return count(COUNTER_IPV4_MALFORMED);
  const headerBytes = ipv4HeaderBytes(at);
  const totalBytes = ipv4TotalBytes(at);
  if (headerBytes < IPV4_HEADER_BYTES || headerBytes > totalBytes || totalBytes > bytes) return count(COUNTER_IPV4_MALFORMED);
  if (!isIpv4HeaderValid(at, headerBytes)) return count(COUNTER_IPV4_BAD_CHECKSUM);
  if (hasIpv4SourceRoute(at, headerBytes)) return count(COUNTER_IPV4_SOURCE_ROUTED);
  const to = interfaceAt(index);
  const destination = ipv4Destination(at);
  if (to.address == 0) return dhcpPacketInput(index, at, headerBytes, totalBytes);
  if (!isPossibleSource(to, ipv4Source(at))) return count(COUNTER_IPV4_BAD_SOURCE);
  const toAll = destination == ADDRESS_BROADCAST || isBroadcastOf(destination, to.address, to.mask);
  // No group is joined, so none is listened to; and what a frame to all brings to one address is somebody's mistake.
  if (!toAll && (toGroup || !isFor(to, destination))) return count(COUNTER_IPV4_NOT_OURS);
  if (isIpv4Fragment(at)) {
    const whole = reassemble(index, at, headerBytes, totalBytes);
    // What the device says of a fragment's checksum says nothing of the whole.
    if (whole != 0) deliver(index, whole, ipv4HeaderBytes(whole), ipv4TotalBytes(whole), toAll, false);
    return;
  }
  deliver(index, at, headerBytes, totalBytes, toAll, checksumValid);
}

/** Hands a whole packet to its protocol. */
function deliver(index: u32, packet: usize, headerBytes: u32, totalBytes: u32, toAll: bool, checksumValid: bool): void {
  const at = packet + headerBytes;
  const bytes = totalBytes - headerBytes;
  const source = ipv4Source(packet);
  const destination = ipv4Destination(packet);
  switch (ipv4Protocol(packet)) {
    case PROTOCOL_ICMP: return icmpInput(source, destination, at, bytes, toAll);
    case PROTOCOL_UDP: return udpInput(index, packet, at, bytes, toAll, checksumValid);
    case PROTOCOL_TCP: {
      if (toAll) return count(COUNTER_IPV4_NOT_OURS);
      if (!checksumValid && !isSumValid(pseudoSum(source, destination, PROTOCOL_TCP, bytes) + sumOf(at, bytes))) {
        return count(COUNTER_TCP_BAD_CHECKSUM);
      }
      return tcpInput(index, source, destination, at, bytes);
    }
  }
  count(COUNTER_IPV4_UNKNOWN_PROTOCOL);
  if (!toAll) sendIcmpError(packet, totalBytes, ICMP_UNREACHABLE, ICMP_CODE_PROTOCOL);
}

/** Whether a host on the other side of this interface may have the address. */
function isPossibleSource(to: Interface, source: u32): bool {
  if ((to.features & DEVICE_LOOPBACK) != 0) return isLoopback(source) || isOwnAddress(source);
  return isHostAddress(source) && !isOwnAddress(source) && !isBroadcastOf(source, to.address, to.mask);
}

/** The strong host model (RFC 1122 §3.3.4.2): an interface takes packets for its own address alone. */
function isFor(to: Interface, destination: u32): bool {
  if ((to.features & DEVICE_LOOPBACK) != 0) return isLoopback(destination) || isOwnAddress(destination);
  return destination == to.address && !isMulticast(destination);
}

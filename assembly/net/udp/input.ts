// A received UDP datagram, and errors about datagrams that we have sent.
// Read first: RFC 768; RFC 1122 §4.1.3. The DHCP client's datagrams branch off here: its interface has no address yet.

import { dhcpInput, isDhcpActive } from "../dhcp/client";
import {
  count, COUNTER_IPV4_NOT_OURS, COUNTER_UDP_BAD_CHECKSUM, COUNTER_UDP_MALFORMED, COUNTER_UDP_NO_SOCKET, COUNTER_UDP_RECEIVED,
} from "../counters";
import { sendIcmpError } from "../icmp/output";
import { ERROR_TIME, ERROR_TOO_BIG } from "../ipv4/errors";
import { lowerPathMtu } from "../ipv4/path-mtu";
import { isSumValid, pseudoSum, sumOf } from "../wire/checksum";
import { DHCP_CLIENT_PORT } from "../wire/dhcp";
import { ICMP_CODE_PORT, ICMP_UNREACHABLE } from "../wire/icmp";
import { ipv4Destination, ipv4Protocol, ipv4Source, isIpv4Fragment, PROTOCOL_UDP } from "../wire/ipv4";
import { hasUdpChecksum, UDP_HEADER_BYTES, udpBytes, udpDestinationPort, udpSourcePort } from "../wire/udp";
import { enqueueDatagram } from "./queue";
import { findUdpSocket, udpSocket } from "./sockets";

/** `bytes` bytes of UDP at `at`, in `packet`; `toAll`: it was a broadcast. */
export function udpInput(index: u32, packet: usize, at: usize, bytes: u32, toAll: bool, checksumValid: bool): void {
  count(COUNTER_UDP_RECEIVED);
  if (!isWhole(packet, at, bytes, checksumValid)) return;
  const source = ipv4Source(packet);
  const destination = ipv4Destination(packet);
  const port = udpDestinationPort(at);
  const dataBytes = udpBytes(at) - UDP_HEADER_BYTES;
  if (port == DHCP_CLIENT_PORT && isDhcpActive(index)) return dhcpInput(index, source, at + UDP_HEADER_BYTES, dataBytes);
  const handle = findUdpSocket(destination, port, source, udpSourcePort(at));
  if (handle != 0) {
    const data = at + UDP_HEADER_BYTES;
    return enqueueDatagram(udpSocket(handle), index, source, udpSourcePort(at), destination, port, data, dataBytes);
  }
  count(COUNTER_UDP_NO_SOCKET);
  if (!toAll) sendIcmpError(packet, <u32>(at - packet) + UDP_HEADER_BYTES, ICMP_UNREACHABLE, ICMP_CODE_PORT);
}

/** A packet for an interface without an address: only what may come from a DHCP server (RFC 2131 §4.1). */
export function dhcpPacketInput(index: u32, packet: usize, headerBytes: u32, totalBytes: u32): void {
  const at = packet + headerBytes;
  const bytes = totalBytes - headerBytes;
  if (ipv4Protocol(packet) != PROTOCOL_UDP || isIpv4Fragment(packet) || !isDhcpActive(index)) return count(COUNTER_IPV4_NOT_OURS);
  count(COUNTER_UDP_RECEIVED);
  if (!isWhole(packet, at, bytes, false)) return;
  if (udpDestinationPort(at) != DHCP_CLIENT_PORT) return count(COUNTER_UDP_NO_SOCKET);
  dhcpInput(index, ipv4Source(packet), at + UDP_HEADER_BYTES, udpBytes(at) - UDP_HEADER_BYTES);
}

/** An error (ERROR_*) about a datagram of ours, whose header is quoted at `at`. */
export function udpUnreachable(kind: u32, source: u32, destination: u32, at: usize, mtu: u32): void {
  const handle = findUdpSocket(source, udpSourcePort(at), destination, udpDestinationPort(at));
  if (handle == 0) return;
  // Believed from whoever knows two ports and two addresses: the worst it does is to make datagrams smaller (552 bytes).
  if (kind == ERROR_TOO_BIG) return lowerPathMtu(destination, mtu);
  // Somebody who sends to many could not tell which of them it was (RFC 1122 §4.1.3.3).
  if (udpSocket(handle).remotePort != 0 && kind != ERROR_TIME) udpSocket(handle).error = kind;
}

function isWhole(packet: usize, at: usize, bytes: u32, checksumValid: bool): bool {
  if (bytes < UDP_HEADER_BYTES || udpBytes(at) < UDP_HEADER_BYTES || udpBytes(at) > bytes || udpDestinationPort(at) == 0) {
    count(COUNTER_UDP_MALFORMED);
    return false;
  }
  if (checksumValid || !hasUdpChecksum(at)) return true;
  const pseudo = pseudoSum(ipv4Source(packet), ipv4Destination(packet), PROTOCOL_UDP, udpBytes(at));
  if (isSumValid(pseudo + sumOf(at, udpBytes(at)))) return true;
  count(COUNTER_UDP_BAD_CHECKSUM);
  return false;
}

// Errors about packets that we have sent: from ICMP messages, and from a neighbour that does not answer. They are handed
// to the transport that the quoted packet belongs to; it decides what to believe.
// Read first: RFC 1122 §3.2.2.1, §4.1.3.3, §4.2.3.9; RFC 5927 (attacks).

import { isOwnAddress } from "../interface";
import { tcpUnreachable } from "../tcp/input";
import { udpUnreachable } from "../udp/input";
import {
  IPV4_HEADER_BYTES, ipv4Destination, ipv4FragmentOffset, ipv4HeaderBytes, ipv4Protocol, ipv4Source, ipv4Version, PROTOCOL_TCP,
  PROTOCOL_UDP,
} from "../wire/ipv4";

/** Kinds of errors. The first two and ERROR_TIME may pass (RFC 1122 §4.2.3.9). */
export const ERROR_NETWORK: u32 = 1;
export const ERROR_HOST: u32 = 2;
export const ERROR_PROTOCOL: u32 = 3;
export const ERROR_PORT: u32 = 4;
/** Too large for a hop of the path, whose MTU comes with it. */
export const ERROR_TOO_BIG: u32 = 5;
export const ERROR_PROHIBITED: u32 = 6;
/** Time to live or reassembly time exceeded. */
export const ERROR_TIME: u32 = 7;
/** The header had something that a router or host did not like. */
export const ERROR_PARAMETER: u32 = 8;

/** Ports, and of TCP the sequence number. */
const TRANSPORT_BYTES_MIN: u32 = 8;

/**
 * Reports an error about the packet quoted in the `bytes` bytes at `packet`, which may be cut anywhere; `mtu` comes with
 * ERROR_TOO_BIG. False if the quote makes no sense.
 */
export function reportError(kind: u32, packet: usize, bytes: u32, mtu: u32): bool {
  if (bytes < IPV4_HEADER_BYTES || ipv4Version(packet) != 4) return false;
  const headerBytes = ipv4HeaderBytes(packet);
  if (headerBytes < IPV4_HEADER_BYTES || headerBytes + TRANSPORT_BYTES_MIN > bytes) return false;
  const source = ipv4Source(packet);
  // Only the first fragment shows the ports.
  if (!isOwnAddress(source) || ipv4FragmentOffset(packet) != 0) return false;
  const transport = packet + headerBytes;
  switch (ipv4Protocol(packet)) {
    case PROTOCOL_TCP: {
      tcpUnreachable(kind, source, ipv4Destination(packet), transport, bytes - headerBytes, mtu);
      return true;
    }
    case PROTOCOL_UDP: {
      udpUnreachable(kind, source, ipv4Destination(packet), transport, mtu);
      return true;
    }
  }
  return false;
}

// The IPv4 header. Pure; no policy.
// Read first: RFC 791 §3.1.
//
//    0 version u4, header words u4   1 type of service u8   2 total bytes u16
//    4 identification u16            6 flags u3, fragment offset in units of 8 bytes u13
//    8 time to live u8               9 protocol u8         10 header checksum u16
//   12 source u32                   16 destination u32     20 options

import { checksumOf, isSumValid, sumOf } from "./checksum";
import { get16, get32, get8, put16, put32, put8 } from "./order";

export const IPV4_HEADER_BYTES: u32 = 20;
export const IPV4_HEADER_BYTES_MAX: u32 = 60;
/** The most bytes of one packet, by the field's 16 bits. */
export const IPV4_PACKET_BYTES_MAX: u32 = 65535;

export const IPV4_DONT_FRAGMENT: u32 = 1 << 14;
export const IPV4_MORE_FRAGMENTS: u32 = 1 << 13;
const FRAGMENT_OFFSET_MASK: u32 = 0x1fff;

const OPTION_END: u32 = 0;
const OPTION_NOP: u32 = 1;
const OPTION_LOOSE_ROUTE: u32 = 131;
const OPTION_STRICT_ROUTE: u32 = 137;

export const PROTOCOL_ICMP: u32 = 1;
export const PROTOCOL_TCP: u32 = 6;
export const PROTOCOL_UDP: u32 = 17;

export function ipv4Version(at: usize): u32 {
  return get8(at) >> 4;
}

export function ipv4HeaderBytes(at: usize): u32 {
  return (get8(at) & 15) << 2;
}

export function ipv4TotalBytes(at: usize): u32 {
  return get16(at + 2);
}

export function ipv4Identification(at: usize): u32 {
  return get16(at + 4);
}

/** Whether it is a part of a packet, first or not. */
export function isIpv4Fragment(at: usize): bool {
  return (get16(at + 6) & (IPV4_MORE_FRAGMENTS | FRAGMENT_OFFSET_MASK)) != 0;
}

export function hasIpv4MoreFragments(at: usize): bool {
  return (get16(at + 6) & IPV4_MORE_FRAGMENTS) != 0;
}

/** In bytes. */
export function ipv4FragmentOffset(at: usize): u32 {
  return (get16(at + 6) & FRAGMENT_OFFSET_MASK) << 3;
}

export function ipv4Protocol(at: usize): u32 {
  return get8(at + 9);
}

export function ipv4Source(at: usize): u32 {
  return get32(at + 12);
}

export function ipv4Destination(at: usize): u32 {
  return get32(at + 16);
}

export function isIpv4HeaderValid(at: usize, headerBytes: u32): bool {
  return isSumValid(sumOf(at, headerBytes));
}

/**
 * Whether the options ask for a route by the sender's choice: loose or strict (RFC 791 §3.1). Options that make no sense
 * end the search; nothing else looks at them.
 */
export function hasIpv4SourceRoute(at: usize, headerBytes: u32): bool {
  let offset = IPV4_HEADER_BYTES;
  while (offset < headerBytes) {
    const option = get8(at + offset);
    if (option == OPTION_END) return false;
    if (option == OPTION_LOOSE_ROUTE || option == OPTION_STRICT_ROUTE) return true;
    if (option == OPTION_NOP) {
      offset++;
      continue;
    }
    const bytes: u32 = offset + 1 < headerBytes ? get8(at + offset + 1) : 0;
    if (bytes < 2) return false;
    offset += bytes;
  }
  return false;
}

/** Sets the total length of a header that is there, and makes it one of a whole packet. The checksum is not kept. */
export function setIpv4Whole(at: usize, totalBytes: u32): void {
  put16(at + 2, totalBytes);
  put16(at + 6, 0);
}

/** Writes a header without options; `fragment` is the flags and the offset / 8. */
export function putIpv4Header(
  at: usize, totalBytes: u32, identification: u32, fragment: u32, timeToLive: u32, protocol: u32, source: u32, destination: u32,
): void {
  put8(at, 0x45);
  put8(at + 1, 0);
  put16(at + 2, totalBytes);
  put16(at + 4, identification);
  put16(at + 6, fragment);
  put8(at + 8, timeToLive);
  put8(at + 9, protocol);
  store<u16>(at + 10, 0);
  put32(at + 12, source);
  put32(at + 16, destination);
  store<u16>(at + 10, checksumOf(sumOf(at, IPV4_HEADER_BYTES)));
}

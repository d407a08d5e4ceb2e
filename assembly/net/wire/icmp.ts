// ICMP messages. Pure; no policy.
// Read first: RFC 792; RFC 1191 §4 (the next hop's MTU); RFC 1122 §3.2.2.
//
//   0 type u8   1 code u8   2 checksum u16   4 rest of header u32   8 data
//   echo: 4 identifier u16, 6 sequence number u16      fragmentation needed: 6 next hop's MTU u16
//   errors: data is the IPv4 header of the packet concerned and at least 8 bytes after it

import { checksumOf, sumOf } from "./checksum";
import { get16, get8, put32, put8 } from "./order";

export const ICMP_HEADER_BYTES: u32 = 8;
export const ICMP_CHECKSUM_OFFSET: u32 = 2;
/** What an error must quote of the packet after its IPv4 header. */
export const ICMP_QUOTE_BYTES: u32 = 8;

export const ICMP_ECHO_REPLY: u32 = 0;
export const ICMP_UNREACHABLE: u32 = 3;
export const ICMP_REDIRECT: u32 = 5;
export const ICMP_ECHO: u32 = 8;
export const ICMP_TIME_EXCEEDED: u32 = 11;
export const ICMP_PARAMETER_PROBLEM: u32 = 12;

/** Codes of ICMP_UNREACHABLE (RFC 792; RFC 1122 §3.2.2.1; RFC 1812 §5.2.7.1). */
export const ICMP_CODE_NETWORK: u32 = 0;
export const ICMP_CODE_HOST: u32 = 1;
export const ICMP_CODE_PROTOCOL: u32 = 2;
export const ICMP_CODE_PORT: u32 = 3;
export const ICMP_CODE_FRAGMENTATION_NEEDED: u32 = 4;
export const ICMP_CODE_NETWORK_PROHIBITED: u32 = 9;
export const ICMP_CODE_HOST_PROHIBITED: u32 = 10;
export const ICMP_CODE_PROHIBITED: u32 = 13;

export function icmpType(at: usize): u32 {
  return get8(at);
}

export function icmpCode(at: usize): u32 {
  return get8(at + 1);
}

/** The next hop's MTU, 0 from a router that does not say it. */
export function icmpMtu(at: usize): u32 {
  return get16(at + 6);
}

/** Writes type, code and the rest of the header; the checksum is 0. */
export function putIcmpHeader(at: usize, type: u32, code: u32, rest: u32): void {
  put8(at, type);
  put8(at + 1, code);
  store<u16>(at + ICMP_CHECKSUM_OFFSET, 0);
  put32(at + 4, rest);
}

/** Sets the checksum of a whole message of `bytes` bytes, whose checksum field is 0. */
export function setIcmpChecksum(at: usize, bytes: u32): void {
  store<u16>(at + ICMP_CHECKSUM_OFFSET, checksumOf(sumOf(at, bytes)));
}

// The UDP header. Pure; no policy.
// Read first: RFC 768.
//
//   0 source port u16   2 destination port u16   4 bytes of header and data u16   6 checksum u16 (0: none)

import { get16, put16 } from "./order";

export const UDP_HEADER_BYTES: u32 = 8;
export const UDP_CHECKSUM_OFFSET: u32 = 6;

export function udpSourcePort(at: usize): u32 {
  return get16(at);
}

export function udpDestinationPort(at: usize): u32 {
  return get16(at + 2);
}

export function udpBytes(at: usize): u32 {
  return get16(at + 4);
}

export function hasUdpChecksum(at: usize): bool {
  return load<u16>(at + UDP_CHECKSUM_OFFSET) != 0;
}

/** Writes a header with checksum 0. */
export function putUdpHeader(at: usize, source: u32, destination: u32, bytes: u32): void {
  put16(at, source);
  put16(at + 2, destination);
  put16(at + 4, bytes);
  put16(at + 6, 0);
}

// The TCP header: offsets, flags, option kinds, and a view over bytes in memory. Pure; no policy.
// Read first: RFC 9293 §3.1, §3.2; RFC 7323 §2.2, §3.2; RFC 2018 §2, §3.
//
//    0 source port u16          2 destination port u16
//    4 sequence number u32
//    8 acknowledgement u32
//   12 header words u4, zero u4 13 flags u8     14 window u16
//   16 checksum u16             18 urgent pointer u16
//   20 options

import { get16, get32, get8, put16, put32, put8 } from "./order";

export const TCP_HEADER_BYTES: u32 = 20;
/** With all the options that fit. */
export const TCP_HEADER_BYTES_MAX: u32 = 60;
export const TCP_CHECKSUM_OFFSET: u32 = 16;

export const TCP_FIN: u32 = 1 << 0;
export const TCP_SYN: u32 = 1 << 1;
export const TCP_RST: u32 = 1 << 2;
export const TCP_PSH: u32 = 1 << 3;
export const TCP_ACK: u32 = 1 << 4;
export const TCP_URG: u32 = 1 << 5;
export const TCP_ECE: u32 = 1 << 6;
export const TCP_CWR: u32 = 1 << 7;

export const TCP_OPTION_END: u32 = 0;
export const TCP_OPTION_NOP: u32 = 1;
/** Maximum segment size: 4 bytes in all. */
export const TCP_OPTION_MSS: u32 = 2;
/** Window scale: 3 bytes in all (RFC 7323 §2.2). */
export const TCP_OPTION_WINDOW_SCALE: u32 = 3;
/** SACK permitted: 2 bytes in all (RFC 2018 §2). */
export const TCP_OPTION_SACK_PERMITTED: u32 = 4;
/** SACK: 2 bytes and 8 for each block (RFC 2018 §3). */
export const TCP_OPTION_SACK: u32 = 5;
/** Timestamps: 10 bytes in all (RFC 7323 §3.2). */
export const TCP_OPTION_TIMESTAMPS: u32 = 8;

export function tcpSourcePort(at: usize): u32 {
  return get16(at);
}

export function tcpDestinationPort(at: usize): u32 {
  return get16(at + 2);
}

export function tcpSequence(at: usize): u32 {
  return get32(at + 4);
}

export function tcpAcknowledgement(at: usize): u32 {
  return get32(at + 8);
}

/** Bytes of header and options, 0 to 60, as the segment claims. */
export function tcpHeaderBytes(at: usize): u32 {
  return (get8(at + 12) >> 4) << 2;
}

export function tcpFlags(at: usize): u32 {
  return get8(at + 13);
}

export function tcpWindow(at: usize): u32 {
  return get16(at + 14);
}

export function tcpUrgentPointer(at: usize): u32 {
  return get16(at + 18);
}

/** Whether `bytes` bytes hold the whole header that they claim to have. */
export function isTcpHeaderWhole(at: usize, bytes: u32): bool {
  if (bytes < TCP_HEADER_BYTES) return false;
  const header = tcpHeaderBytes(at);
  return header >= TCP_HEADER_BYTES && header <= bytes;
}

/** Writes a header of `headerBytes` bytes (a multiple of 4), with checksum and urgent pointer 0; options are the caller's. */
export function putTcpHeader(
  at: usize, source: u32, destination: u32, sequence: u32, acknowledgement: u32, headerBytes: u32, flags: u32, window: u32,
): void {
  put16(at, source);
  put16(at + 2, destination);
  put32(at + 4, sequence);
  put32(at + 8, acknowledgement);
  put8(at + 12, headerBytes << 2);
  put8(at + 13, flags);
  put16(at + 14, window);
  put32(at + 16, 0);
}

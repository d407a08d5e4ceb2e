// DNS messages and names. Pure; no policy.
// Read first: RFC 1035 §4.1 (format), §4.1.4 (compression), §2.3.4 (sizes).
//
//   0 id u16   2 flags u16   4 questions u16   6 answers u16   8 authorities u16   10 additional u16   12 sections
//   question: name, type u16, class u16       record: name, type u16, class u16, time to live u32, data bytes u16, data
//
// A name in wire form is labels, each after its length, and a zero: 3 "www" 7 "example" 3 "com" 0.

import { get16, get8, put16, put32, put8 } from "./order";

export const DNS_PORT: u32 = 53;
export const DNS_HEADER_BYTES: u32 = 12;
export const DNS_NAME_BYTES_MAX: u32 = 255;
const LABEL_BYTES_MAX: u32 = 63;
export const DNS_TYPE_A: u32 = 1;
export const DNS_TYPE_CNAME: u32 = 5;
export const DNS_CLASS_IN: u32 = 1;
/** Type and class after a question's name; type, class, time to live and length after a record's. */
export const DNS_QUESTION_BYTES: u32 = 4;
export const DNS_RECORD_BYTES: u32 = 10;

const FLAG_RESPONSE: u32 = 1 << 15;
const FLAG_TRUNCATED: u32 = 1 << 9;
const FLAG_RECURSION_DESIRED: u32 = 1 << 8;
const OPCODE_MASK: u32 = 15 << 11;

export const DNS_RCODE_OK: u32 = 0;
export const DNS_RCODE_NO_NAME: u32 = 3;

const DOT: u32 = 0x2e;
const POINTER: u32 = 0xc0;

/** Whether it is an answer to a standard query with this id, and one question. */
export function isDnsAnswer(at: usize, bytes: u32, id: u32): bool {
  if (bytes < DNS_HEADER_BYTES || get16(at) != id) return false;
  return (get16(at + 2) & (FLAG_RESPONSE | OPCODE_MASK)) == FLAG_RESPONSE && get16(at + 4) == 1;
}

export function isDnsTruncated(at: usize): bool {
  return (get16(at + 2) & FLAG_TRUNCATED) != 0;
}

export function dnsResultCode(at: usize): u32 {
  return get16(at + 2) & 15;
}

export function dnsAnswerCount(at: usize): u32 {
  return get16(at + 6);
}

/** Writes a query for the addresses of a name in wire form; returns its bytes. */
export function putDnsQuery(to: usize, id: u32, name: usize, nameBytes: u32): u32 {
  put16(to, id);
  put16(to + 2, FLAG_RECURSION_DESIRED);
  put16(to + 4, 1);
  put16(to + 6, 0);
  put32(to + 8, 0);
  memory.copy(to + DNS_HEADER_BYTES, name, nameBytes);
  put16(to + DNS_HEADER_BYTES + nameBytes, DNS_TYPE_A);
  put16(to + DNS_HEADER_BYTES + nameBytes + 2, DNS_CLASS_IN);
  return DNS_HEADER_BYTES + nameBytes + DNS_QUESTION_BYTES;
}

/** Writes `a.b.c` in wire form, in lower case, at most DNS_NAME_BYTES_MAX bytes; returns its bytes, 0 if it is no name. */
export function encodeName(to: usize, text: usize, length: u32): u32 {
  if (length != 0 && get8(text + length - 1) == DOT) length--;
  if (length == 0 || length > DNS_NAME_BYTES_MAX - 2) return 0;
  let label = to;
  let labelBytes: u32 = 0;
  for (let i: u32 = 0; i <= length; i++) {
    const byte = i == length ? DOT : get8(text + i);
    if (byte != DOT) {
      if (byte <= 0x20 || byte == 0x7f || labelBytes == LABEL_BYTES_MAX) return 0;
      put8(label + 1 + labelBytes++, lowerCase(byte));
      continue;
    }
    if (labelBytes == 0) return 0;
    put8(label, labelBytes);
    label += 1 + labelBytes;
    labelBytes = 0;
  }
  put8(label, 0);
  return <u32>(label - to) + 1;
}

/**
 * Reads the name at `offset` of a message, pointers followed, and writes it in wire form and lower case to `to`
 * (DNS_NAME_BYTES_MAX bytes). Returns the offset after the name; 0 if the message is malformed.
 */
export function readName(message: usize, bytes: u32, offset: u32, to: usize): u32 {
  let after: u32 = 0;
  let written: u32 = 0;
  // Pointers lead backwards only, further each time, so this ends.
  let limit = offset;
  while (offset < bytes) {
    const length = get8(message + offset);
    if ((length & POINTER) == POINTER) {
      if (offset + 2 > bytes) return 0;
      if (after == 0) after = offset + 2;
      offset = get16(message + offset) & 0x3fff;
      if (offset >= limit) return 0;
      limit = offset;
      continue;
    }
    if (length > LABEL_BYTES_MAX || offset + 1 + length > bytes || written + 1 + length > DNS_NAME_BYTES_MAX) return 0;
    put8(to + written, length);
    for (let i: u32 = 1; i <= length; i++) put8(to + written + i, lowerCase(get8(message + offset + i)));
    written += 1 + length;
    offset += 1 + length;
    if (length == 0) return after == 0 ? offset : after;
  }
  return 0;
}

/** Bytes of a name in wire form that is known to end. */
export function nameBytesAt(name: usize): u32 {
  let bytes: u32 = 0;
  while (get8(name + bytes) != 0) bytes += 1 + get8(name + bytes);
  return bytes + 1;
}

function lowerCase(byte: u32): u32 {
  return byte - 0x41 < 26 ? byte + 0x20 : byte;
}

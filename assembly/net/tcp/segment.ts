// A received segment, read once: header and options as plain numbers. Everything after works on this record.
// Read first: RFC 9293 §3.1, §3.2; RFC 7323 §2, §3; RFC 2018 §2, §3; wire/tcp.ts.

import { get16, get32, get8 } from "../wire/order";
import {
  isTcpHeaderWhole, tcpAcknowledgement, TCP_FIN, tcpFlags, tcpHeaderBytes, TCP_HEADER_BYTES, TCP_OPTION_END, TCP_OPTION_MSS,
  TCP_OPTION_NOP, TCP_OPTION_SACK, TCP_OPTION_SACK_PERMITTED, TCP_OPTION_TIMESTAMPS, TCP_OPTION_WINDOW_SCALE, tcpSequence,
  TCP_SYN, tcpWindow,
} from "../wire/tcp";
import { WINDOW_SHIFT_MAX } from "./spec";

@final @unmanaged
export class Segment {
  /** Addresses in host order; `local` is ours. */
  local: u32;
  remote: u32;
  /** As in Endpoint: our port in the high half. */
  ports: u32;
  seq: u32;
  ack: u32;
  flags: u32;
  /** Not scaled. */
  window: u32;
  payload: usize;
  bytes: u32;
  /** bytes, plus 1 for SYN and for FIN (RFC 9293 §3.4: SEG.LEN). */
  length: u32;
  /** 0 without the option. */
  mss: u32;
  /** Shift plus 1; 0 without the option. */
  scale: u32;
  tsValue: u32;
  tsEcho: u32;
  /** Where the SACK blocks are, and how many. */
  sacks: usize;
  sackCount: u32;
  hasTimestamps: bool;
  isSackPermitted: bool;
}

const record = memory.data(80, 8);
/** NOP, NOP, timestamps, length 10: what nearly every segment begins its options with, as a load gives it. */
const USUAL_OPTIONS: u32 = 0x0a080101;

/** Reads the `bytes` bytes at `at`; 0 if they are no TCP segment. The result is good until the next call. */
export function readSegment(local: u32, remote: u32, at: usize, bytes: u32): usize {
  assert(offsetof<Segment>() <= 80);
  if (!isTcpHeaderWhole(at, bytes)) return 0;
  const s = changetype<Segment>(record);
  const header = tcpHeaderBytes(at);
  const ports = get32(at);
  s.local = local;
  s.remote = remote;
  s.ports = rotl<u32>(ports, 16);
  s.seq = tcpSequence(at);
  s.ack = tcpAcknowledgement(at);
  s.flags = tcpFlags(at);
  s.window = tcpWindow(at);
  s.payload = at + header;
  s.bytes = bytes - header;
  s.length = s.bytes + ((s.flags & TCP_SYN) != 0 ? 1 : 0) + ((s.flags & TCP_FIN) != 0 ? 1 : 0);
  s.mss = 0;
  s.scale = 0;
  s.sackCount = 0;
  s.hasTimestamps = false;
  s.isSackPermitted = false;
  const options = at + TCP_HEADER_BYTES;
  if (header == TCP_HEADER_BYTES) return record;
  if (header == TCP_HEADER_BYTES + 12 && load<u32>(options) == USUAL_OPTIONS) {
    readTimestamps(s, options + 2);
    return record;
  }
  readOptions(s, options, at + header);
  return record;
}

/** RFC 9293 §3.1: an option that does not fit ends the list; what was understood before it counts. */
function readOptions(s: Segment, at: usize, end: usize): void {
  while (at < end) {
    const kind = get8(at);
    if (kind == TCP_OPTION_END) return;
    if (kind == TCP_OPTION_NOP) {
      at++;
      continue;
    }
    if (at + 2 > end) return;
    const length = get8(at + 1);
    if (length < 2 || at + length > end) return;
    readOption(s, at, kind, length);
    at += length;
  }
}

function readOption(s: Segment, at: usize, kind: u32, length: u32): void {
  const isSyn = (s.flags & TCP_SYN) != 0;
  if (kind == TCP_OPTION_TIMESTAMPS && length == 10) {
    readTimestamps(s, at);
  } else if (kind == TCP_OPTION_SACK && length >= 10 && (length & 7) == 2) {
    s.sacks = at + 2;
    s.sackCount = (length - 2) >> 3;
  } else if (kind == TCP_OPTION_MSS && length == 4 && isSyn) {
    s.mss = get16(at + 2);
  } else if (kind == TCP_OPTION_WINDOW_SCALE && length == 3 && isSyn) {
    s.scale = min<u32>(get8(at + 2), WINDOW_SHIFT_MAX) + 1;
  } else if (kind == TCP_OPTION_SACK_PERMITTED && length == 2 && isSyn) {
    s.isSackPermitted = true;
  }
}

function readTimestamps(s: Segment, at: usize): void {
  s.tsValue = get32(at + 2);
  s.tsEcho = get32(at + 6);
  s.hasTimestamps = true;
}

export function sackStart(s: Segment, index: u32): u32 {
  return get32(s.sacks + (<usize>index << 3));
}

export function sackEnd(s: Segment, index: u32): u32 {
  return get32(s.sacks + (<usize>index << 3) + 4);
}

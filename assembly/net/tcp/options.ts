// Writing options. Reading them is segment.ts's.
// Read first: RFC 9293 §3.2; RFC 7323 appendix A (their order and padding); RFC 2018 §2, §3.

import { Connection, receivedRanges } from "./connection";
import { rangeCount, rangeEnd, rangeStart } from "./ranges";
import { put16, put32, put8 } from "../wire/order";
import {
  TCP_OPTION_MSS, TCP_OPTION_NOP, TCP_OPTION_SACK, TCP_OPTION_SACK_PERMITTED, TCP_OPTION_TIMESTAMPS, TCP_OPTION_WINDOW_SCALE,
} from "../wire/tcp";
import { WINDOW_SHIFT } from "./spec";

/** What is agreed on in SYNs. */
export const WITH_TIMESTAMPS: u32 = 1 << 0;
export const WITH_SACK: u32 = 1 << 1;
export const WITH_SCALE: u32 = 1 << 2;

/** RFC 2018 §3: with timestamps, three blocks fit. */
const SACK_BLOCKS_MAX: u32 = 3;

/** The options of a SYN; returns their bytes, a multiple of 4. */
export function putSynOptions(at: usize, mss: u32, what: u32, tsValue: u32, tsEcho: u32): u32 {
  const begin = at;
  put8(at, TCP_OPTION_MSS);
  put8(at + 1, 4);
  put16(at + 2, mss);
  at += 4;
  if ((what & WITH_SACK) != 0) {
    put8(at, TCP_OPTION_SACK_PERMITTED);
    put8(at + 1, 2);
  } else {
    put16(at, (TCP_OPTION_NOP << 8) | TCP_OPTION_NOP);
  }
  if ((what & WITH_TIMESTAMPS) != 0) {
    at += putTimestamps(at + 2, tsValue, tsEcho) + 2;
  } else if ((what & WITH_SACK) != 0) {
    put16(at + 2, (TCP_OPTION_NOP << 8) | TCP_OPTION_NOP);
    at += 4;
  }
  if ((what & WITH_SCALE) != 0) {
    put8(at, TCP_OPTION_NOP);
    put8(at + 1, TCP_OPTION_WINDOW_SCALE);
    put8(at + 2, 3);
    put8(at + 3, WINDOW_SHIFT);
    at += 4;
  }
  return <u32>(at - begin);
}

/** Two NOPs and the timestamps. */
export function putUsualOptions(at: usize, tsValue: u32, tsEcho: u32): u32 {
  put16(at, (TCP_OPTION_NOP << 8) | TCP_OPTION_NOP);
  return putTimestamps(at + 2, tsValue, tsEcho) + 2;
}

/** What has come out of order, the latest first (RFC 2018 §4); nothing if there is none, or no room in `room` bytes. */
export function putSacks(at: usize, c: Connection, room: u32): u32 {
  const ranges = receivedRanges(c);
  const count = rangeCount(ranges);
  if (count == 0 || room < 12) return 0;
  const blocks = min<u32>(min<u32>(count, SACK_BLOCKS_MAX), (room - 4) >> 3);
  put16(at, (TCP_OPTION_NOP << 8) | TCP_OPTION_NOP);
  put8(at + 2, TCP_OPTION_SACK);
  put8(at + 3, 2 + (blocks << 3));
  let latest: u32 = 0;
  while (latest + 1 < count && rangeStart(ranges, latest) != c.lastRange) latest++;
  let to = putBlock(at + 4, ranges, latest);
  // The others follow in order, starting behind the latest: over several acknowledgements all are told.
  for (let i: u32 = 1; i < blocks; i++) to = putBlock(to, ranges, (latest + i) % count);
  return <u32>(to - at);
}

function putBlock(at: usize, ranges: usize, index: u32): usize {
  put32(at, rangeStart(ranges, index));
  put32(at + 4, rangeEnd(ranges, index));
  return at + 8;
}

function putTimestamps(at: usize, tsValue: u32, tsEcho: u32): u32 {
  put8(at, TCP_OPTION_TIMESTAMPS);
  put8(at + 1, 10);
  put32(at + 2, tsValue);
  put32(at + 6, tsEcho);
  return 10;
}

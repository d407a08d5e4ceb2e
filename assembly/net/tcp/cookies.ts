// SYN cookies: when there is no room to remember a SYN, all there is to remember goes into our sequence number.
// Read first: RFC 4987 §3.6; RFC 7323 §3 (our timestamp comes back, and carries the options).
//
//   sequence number   | period mod 32, 5 bits | index of the MSS, 3 bits | code, 24 bits |
//   timestamp         | milliseconds, 26 bits | SACK, 1 bit, reserved, 1 bit | shift, 4 bits; 15: no scaling |

import { now } from "../now";
import { COOKIES_ACCEPTED, COOKIES_REFUSED, COOKIES_SENT, count } from "./counters";
import { Handshake } from "./establish";
import { cookieHash, timestampOffset } from "./secrets";
import { Segment } from "./segment";
import { timestampClock } from "./round-trip";
import { COOKIE_PERIOD } from "./spec";

const SIZES: u32 = 8;
/** Common sizes: the least, RFC 9293's default, IPv6's minimum, tunnels, DSL, Ethernet, jumbo frames. */
const sizes = memory.data<u32>([216, 536, 1220, 1360, 1400, 1440, 1460, 8960]);

const CODE_MASK: u32 = 0xffffff;
const SCALE_NONE: u32 = 15;
const SCALE_MASK: u32 = 15;
const SACK_BIT: u32 = 1 << 5;
const OPTIONS_MASK: u32 = 63;

/** The last period in which a cookie was sent, plus 1. Without any, no acknowledgement can be one. */
let lastPeriod: u64 = 0;

/** Sets the sequence number of our SYN-ACK to a SYN, in `h`. */
export function makeCookie(h: Handshake): void {
  count(COOKIES_SENT);
  const period = now() / COOKIE_PERIOD;
  lastPeriod = period + 1;
  let index = SIZES - 1;
  while (index > 0 && load<u32>(sizes + (<usize>index << 2)) > h.mss) index--;
  h.iss = cookie(h, period, index);
}

/** The timestamp of that SYN-ACK: the options where the lowest bits were, and never later than the time. */
export function cookieTimestamp(h: Handshake): u32 {
  const time = timestampClock() + h.tsOffset;
  const options = (h.scale == 0 ? SCALE_NONE : h.scale - 1) | (h.hasSack ? SACK_BIT : 0);
  const stamp = (time & ~OPTIONS_MASK) | options;
  return <i32>(stamp - time) > 0 ? stamp - (OPTIONS_MASK + 1) : stamp;
}

/** Whether `s` acknowledges a cookie; then `h`, whose addresses are set, has what the SYN had said. */
export function readCookie(h: Handshake, s: Segment): bool {
  const period = now() / COOKIE_PERIOD;
  if (lastPeriod == 0 || period > lastPeriod) return false;
  const number = s.ack - 1;
  const age = (<u32>period - (number >> 27)) & 31;
  h.irs = s.seq - 1;
  const index = (number >> 24) & 7;
  if (age > 1 || age > period || cookie(h, period - age, index) != number) {
    count(COOKIES_REFUSED);
    return false;
  }
  count(COOKIES_ACCEPTED);
  h.iss = number;
  h.mss = load<u32>(sizes + (<usize>index << 2));
  h.tsOffset = timestampOffset(h.localAddress, h.remoteAddress, h.ports);
  h.hasTimestamps = s.hasTimestamps;
  h.tsRecent = s.tsValue;
  h.hasSack = s.hasTimestamps && (s.tsEcho & SACK_BIT) != 0;
  const scale = s.tsEcho & SCALE_MASK;
  h.scale = s.hasTimestamps && scale != SCALE_NONE ? scale + 1 : 0;
  h.isSynRepeated = false;
  h.sentAt = 0;
  return true;
}

function cookie(h: Handshake, period: u64, index: u32): u32 {
  const what = (<u64>h.irs << 32) | ((period << 3) & 0xffffffff) | index;
  const code = cookieHash(h.localAddress, h.remoteAddress, h.ports, what) & CODE_MASK;
  return (<u32>(period & 31) << 27) | (index << 24) | code;
}

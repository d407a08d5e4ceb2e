// What to send now: what is lost first, then what is new, as far as both windows allow.
// Read first: RFC 9293 §3.7.4 (Nagle), §3.8.6.2.1 (silly windows, sender); RFC 6675 §4 (NextSeg), §5.

import { DEVICE_TSO4 } from "../interface";
import { NET_SENT, NET_TOO_BIG, routeFeatures } from "../ipv4/output";
import { TCP_ACK, TCP_FIN, TCP_PSH } from "../wire/tcp";
import { restartAfterIdle } from "./congestion";
import { Connection, NEVER, RECOVERY_FAST, RECOVERY_NONE, sackedRanges } from "./connection";
import { count, SEGMENTS_RETRANSMITTED } from "./counters";
import { moveDeadline } from "./deadlines";
import { findRoute, sendSegment } from "./emit";
import { adoptPathMtu } from "./path";
import { markPending, mustWait } from "./pending";
import { rangeCount, rangeEnd } from "./ranges";
import { currentTimeout, startTiming, stopTiming } from "./round-trip";
import { highestSacked, holeEnd, lostEdge, nextLost, pipe } from "./scoreboard";
import { sendPiece, sentAt } from "./send-buffer";
import { earlier, isBefore, later } from "./sequence";
import { ESTABLISHED, LARGE_SEGMENT_MAX } from "./spec";
import { now } from "../now";

/** Sends all that may be sent, and sets the timer for it. */
export function output(c: Connection): void {
  if (c.state < ESTABLISHED) return;
  if (mustWait(c.route)) {
    markPending(c);
  } else {
    if (hasUnsent(c)) restartAfterIdle(c);
    while (sendNext(c)) continue;
  }
  armRetransmit(c);
}

/** Whether something has never been sent: data, or the FIN. */
export function hasUnsent(c: Connection): bool {
  return c.sndNxt != c.sndEnd + (c.isFinQueued ? 1 : 0);
}

/** RFC 6298 §5.1: the timer runs while something is in flight; and as the persist timer while something cannot go. */
export function armRetransmit(c: Connection): void {
  if (c.sndNxt == c.sndUna && !hasUnsent(c)) {
    c.retransmitAt = NEVER;
    c.unansweredSince = NEVER;
    c.backoff = 0;
  } else {
    if (c.unansweredSince == NEVER) c.unansweredSince = now();
    if (c.retransmitAt == NEVER) c.retransmitAt = now() + currentTimeout(c);
  }
  moveDeadline(c);
}

/** Sends the piece of [from, to) that is one segment again; false if it could not be sent. */
export function retransmit(c: Connection, from: u32, to: u32): bool {
  to = earlier(to, from + c.mss);
  let bytes: u32 = 0;
  if (isBefore(from, c.sndEnd)) bytes = min<u32>(earlier(to, c.sndEnd) - from, sendPiece(c, from));
  const end = from + bytes;
  // The FIN goes again with the last data, or alone.
  const hasFin = c.isFinQueued && end == c.sndEnd && isBefore(c.sndEnd, c.sndNxt);
  stopTiming(c);
  const flags = TCP_ACK | (hasFin ? TCP_FIN : 0) | (bytes != 0 && end == c.sndEnd ? TCP_PSH : 0);
  const result = sendSegment(c, flags, from, bytes == 0 ? 0 : sentAt(c, from), bytes, 0);
  if (result == NET_TOO_BIG) return adoptPathMtu(c) && retransmit(c, from, to);
  if (result != NET_SENT) return false;
  count(SEGMENTS_RETRANSMITTED);
  if (from == c.sndUna) c.againNxt = c.sndNxt;
  c.highRxt = later(c.highRxt, end + (hasFin ? 1 : 0));
  return true;
}

/** RFC 6675 §4, NextSeg(), one segment; false if nothing can be sent. */
function sendNext(c: Connection): bool {
  const inFlight = pipe(c);
  if (c.recovery == RECOVERY_NONE) return sendNew(c, inFlight);
  const hasRoom = inFlight + c.mss <= c.cwnd;
  const edge = lostEdge(c);
  const lost = nextLost(c, edge);
  // Rule 1. Without room for it nothing new may go either.
  if (isBefore(lost, edge)) {
    c.isWindowLimited = !hasRoom;
    return hasRoom && retransmit(c, lost, holeEnd(c, lost, edge));
  }
  if (sendNew(c, inFlight)) return true;
  return hasRoom && c.recovery == RECOVERY_FAST && c.hasSack && fillHole(c);
}

/** Rules 3 and 4: holes that may not be lost, and once the very end, whose loss nobody would report. */
function fillHole(c: Connection): bool {
  const top = highestSacked(c);
  const from = nextLost(c, top);
  if (isBefore(from, top)) return retransmit(c, from, holeEnd(c, from, top));
  if (c.hasRescued) return false;
  c.hasRescued = true;
  const sacked = sackedRanges(c);
  const ranges = rangeCount(sacked);
  const end = ranges == 0 ? c.sndUna : rangeEnd(sacked, ranges - 1);
  if (!isBefore(end, c.sndNxt)) return false;
  const highRxt = c.highRxt;
  const sent = retransmit(c, later(end, c.sndNxt - c.mss), c.sndNxt);
  c.highRxt = highRxt;
  return sent;
}

/** Rule 2: data that was never sent; false if there is none or it has to wait. */
function sendNew(c: Connection, inFlight: u32): bool {
  c.isWindowLimited = false;
  if (!hasUnsent(c) || !findRoute(c)) return false;
  const available = c.sndEnd - c.sndNxt;
  const window = max<i32>(<i32>(c.sndUna + c.sndWnd - c.sndNxt), 0);
  const room = c.cwnd > inFlight ? c.cwnd - inFlight : 0;
  const bytes = segmentBytes(c, available, <u32>window, room);
  const hasFin = c.isFinQueued && bytes == available && <u32>window > bytes;
  if (bytes == 0 && !hasFin) return false;
  return sendUnsent(c, bytes, hasFin);
}

/** Sends `bytes` bytes from sndNxt, and the FIN after them. */
export function sendUnsent(c: Connection, bytes: u32, hasFin: bool): bool {
  const isLast = bytes != 0 && c.sndNxt + bytes == c.sndEnd;
  const flags = TCP_ACK | (hasFin ? TCP_FIN : 0) | (isLast ? TCP_PSH : 0);
  const payload: usize = bytes == 0 ? 0 : sentAt(c, c.sndNxt);
  const result = sendSegment(c, flags, c.sndNxt, payload, bytes, bytes > c.mss ? c.mss : 0);
  if (result == NET_TOO_BIG) return adoptPathMtu(c);
  if (result != NET_SENT) return false;
  startTiming(c, c.sndNxt);
  c.sndNxt += bytes + (hasFin ? 1 : 0);
  if (bytes % c.mss != 0) c.smallEnd = c.sndNxt;
  return true;
}

/** How many of the `available` bytes to send in one go; 0: wait for more, or for an acknowledgement. */
function segmentBytes(c: Connection, available: u32, window: u32, room: u32): u32 {
  const allowed = min<u32>(available, window);
  let bytes = min<u32>(allowed, room);
  c.isWindowLimited = room < allowed;
  const largest = (routeFeatures(c.route) & DEVICE_TSO4) != 0 ? LARGE_SEGMENT_MAX - LARGE_SEGMENT_MAX % c.mss : c.mss;
  bytes = min<u32>(bytes, largest);
  if (bytes == 0) return 0;
  // Bytes around the ring's end lie in two places: what is cut off there goes next.
  const piece = sendPiece(c, c.sndNxt);
  if (bytes > piece) return piece;
  const rest = bytes % c.mss;
  if (rest == 0) return bytes;
  if (bytes == available && mayBeSmall(c)) return bytes;
  if (bytes > rest) return bytes - rest;
  // §3.8.6.2.1: less than a segment, but half of all the peer has ever offered, and it is the peer's window that is short.
  return bytes < available && window <= room && bytes >= c.sndWndMax >> 1 ? bytes : 0;
}

/**
 * §3.7.4: the last bytes wait while a small segment is under way. Only small ones count (Minshall's variant), so that the
 * end of a long answer does not wait for the acknowledgement of its middle.
 */
function mayBeSmall(c: Connection): bool {
  return !c.isMoreComing && (c.noDelay || c.isFinQueued || !isBefore(c.sndUna, c.smallEnd));
}

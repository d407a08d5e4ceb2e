// What the path to the peer takes: its MTU, and what ICMP says of it.
// Read first: RFC 9293 §3.7.1, §3.7.5, §3.9.2.2 (ICMP messages); RFC 1191 §3; RFC 2923 §2.1 (black holes); RFC 5927 §4
// (ICMP can be forged: only what quotes a sequence number in flight counts).

import { Connection, NEVER, RECOVERY_NONE, RECOVERY_TIMEOUT } from "./connection";
import { BLACK_HOLES, count, PATH_MTU_CHANGES } from "./counters";
import { findRoute, segmentSizeFor } from "./emit";
import { BLACK_HOLE_TIMEOUTS, BLACK_HOLE_TIMEOUTS_LATER, MSS_DEFAULT, MSS_MIN, TIMESTAMPS_BYTES } from "./spec";

/** Sets the segment size by what the peer and the path take. */
export function setSegmentSize(c: Connection): void {
  let size = c.peerMss;
  if (findRoute(c)) size = min<u32>(size, segmentSizeFor(c.route, c.remoteAddress));
  if (c.isBlackHole) size = min<u32>(size, MSS_DEFAULT);
  if (c.hasTimestamps) size -= TIMESTAMPS_BYTES;
  c.mss = max<u32>(size, MSS_MIN - TIMESTAMPS_BYTES);
}

/** The path takes less than was thought; false if nothing has changed. */
export function adoptPathMtu(c: Connection): bool {
  const before = c.mss;
  setSegmentSize(c);
  if (c.mss >= before) return false;
  count(PATH_MTU_CHANGES);
  return true;
}

/** RFC 1191 §6.4: everything in flight was too large; it goes again in smaller segments, and the window stays as it is. */
export function resendSmaller(c: Connection): void {
  if (!adoptPathMtu(c) || c.sndNxt == c.sndUna || c.recovery != RECOVERY_NONE) return;
  c.recovery = RECOVERY_TIMEOUT;
  c.recoveryPoint = c.sndNxt;
  c.highRxt = c.sndUna;
  c.retransmitAt = NEVER;
}

/** Called at each timeout: a path that swallows full segments in silence gets small ones. */
export function suspectBlackHole(c: Connection): void {
  const timeouts = c.hasCarriedFull ? BLACK_HOLE_TIMEOUTS_LATER : BLACK_HOLE_TIMEOUTS;
  if (c.backoff < timeouts || c.isBlackHole || c.mss <= MSS_DEFAULT) return;
  c.isBlackHole = true;
  count(BLACK_HOLES);
  setSegmentSize(c);
}

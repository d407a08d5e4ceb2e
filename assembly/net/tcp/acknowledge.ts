// What an acknowledgement does: frees what has arrived, measures, opens the window, and notices loss.
// Read first: RFC 9293 §3.10.7.4, fifth step; RFC 5681 §2 (duplicates), §3.2; RFC 6675 §5; RFC 6582 §3.2; RFC 5961 §5.2.

import { TCP_FIN, TCP_SYN } from "../wire/tcp";
import { growWindow, reduceForLoss } from "./congestion";
import { Connection, NEVER, RECOVERY_FAST, RECOVERY_NONE, RECOVERY_TIMEOUT } from "./connection";
import { count, FAST_RETRANSMITS } from "./counters";
import { sendChallenge } from "./emit";
import { retransmit } from "./output";
import { measure } from "./round-trip";
import { holeEnd, isRepetitionLost, lostEdge, noteSacks, trimScoreboard } from "./scoreboard";
import { Segment } from "./segment";
import { forgetSent } from "./send-buffer";
import { earlier, isBefore, isUpTo } from "./sequence";
import { DUPLICATE_THRESHOLD } from "./spec";
import { now } from "../now";

/** Takes in the acknowledgement; false if the segment is to be dropped. The caller calls output() at the end. */
export function acknowledge(c: Connection, s: Segment): bool {
  // RFC 5961 §5.2: neither for what was not sent, nor older than a window.
  if (isBefore(c.sndNxt, s.ack) || isBefore(s.ack, c.sndUna - c.sndWndMax)) {
    sendChallenge(c);
    return false;
  }
  const arrived = c.hasSack && s.sackCount != 0 ? noteSacks(c, s) : 0;
  if (isBefore(c.sndUna, s.ack)) {
    advance(c, s);
    if (c.recovery == RECOVERY_NONE && c.hasSack && arrived != 0) seekLoss(c);
  } else if (s.ack == c.sndUna && isDuplicate(c, s, arrived)) {
    c.duplicates++;
    if (c.recovery == RECOVERY_NONE) seekLoss(c);
  }
  if (arrived != 0 && c.recovery != RECOVERY_NONE && isRepetitionLost(c)) repeatFirst(c);
  if (isUpTo(c.sndUna, s.ack)) updateWindow(c, s);
  return true;
}

/** RFC 5681 §4.3: the loss of what was sent again is a second sign of congestion. */
function repeatFirst(c: Connection): void {
  reduceForLoss(c, c.sndNxt - c.sndUna);
  if (retransmit(c, c.sndUna, holeEnd(c, c.sndUna, c.sndNxt))) c.retransmitAt = NEVER;
}

/** RFC 5681 §2; with SACK, what reports something new (RFC 6675 §2). */
function isDuplicate(c: Connection, s: Segment, arrived: u32): bool {
  // Answers to probes of a closed window repeat themselves.
  if (c.sndNxt == c.sndUna || c.sndWnd == 0) return false;
  if (c.hasSack) return arrived != 0;
  return s.bytes == 0 && (s.flags & (TCP_SYN | TCP_FIN)) == 0 && s.window << c.sndShift == c.sndWnd;
}

/** Something new has arrived at the peer. */
function advance(c: Connection, s: Segment): void {
  const acked = s.ack - c.sndUna;
  if (!c.hasTimestamps || s.hasTimestamps) measure(c, s.ack, s.tsEcho);
  c.sndUna = s.ack;
  forgetSent(c, earlier(s.ack, c.sndEnd));
  trimScoreboard(c);
  c.isProbing = false;
  if (acked >= c.mss) c.hasCarriedFull = true;
  // RFC 6298 §5.3, §5.7: the timer begins anew; output() sets it if something is left in flight.
  c.backoff = 0;
  c.retransmitAt = NEVER;
  c.unansweredSince = c.sndUna == c.sndNxt ? NEVER : now();
  growWindow(c, acked);
  if (c.recovery == RECOVERY_NONE) {
    c.duplicates = 0;
    // Keeps the old recovery point within the reach of comparisons.
    if (c.sndUna - c.recoveryPoint > 1 << 30) c.recoveryPoint = c.sndUna - 1;
  } else if (isUpTo(c.recoveryPoint, c.sndUna)) {
    leaveRecovery(c);
  } else if (c.recovery == RECOVERY_FAST && !c.hasSack) {
    // RFC 6582 §3.2, partial acknowledgement: the next segment is lost too.
    const segments = acked / c.mss;
    if (segments > 1) c.duplicates -= min<u32>(c.duplicates, segments - 1);
    retransmit(c, c.sndUna, c.sndNxt);
  }
}

function leaveRecovery(c: Connection): void {
  // RFC 6582 §3.2, full acknowledgement, (1): no burst of all that the window would allow.
  if (c.recovery == RECOVERY_FAST) {
    const flight = c.sndNxt - c.sndUna;
    c.cwnd = c.hasSack ? c.ssthresh : min<u32>(c.ssthresh, max<u32>(flight, c.mss) + c.mss);
  }
  c.recovery = RECOVERY_NONE;
  c.duplicates = 0;
}

/** RFC 6675 §5 (1), (2); RFC 6582 §3.2: begins fast recovery if something is lost. */
function seekLoss(c: Connection): void {
  const isLost = c.duplicates >= DUPLICATE_THRESHOLD || (c.hasSack && lostEdge(c) != c.sndUna);
  if (!isLost) return;
  // Without SACK, duplicates of what an earlier recovery has sent again look the same as loss.
  if (!c.hasSack && !isBefore(c.recoveryPoint, c.sndUna)) return;
  count(FAST_RETRANSMITS);
  reduceForLoss(c, c.sndNxt - c.sndUna);
  c.recovery = RECOVERY_FAST;
  c.recoveryPoint = c.sndNxt;
  c.highRxt = c.sndUna;
  c.hasRescued = false;
  retransmit(c, c.sndUna, holeEnd(c, c.sndUna, c.sndNxt));
}

/** RFC 9293 §3.10.7.4: only a segment that is not older than the last one says how large the window is. */
function updateWindow(c: Connection, s: Segment): void {
  if (!isBefore(c.sndWl1, s.seq) && !(c.sndWl1 == s.seq && isUpTo(c.sndWl2, s.ack))) return;
  const before = c.sndWnd;
  c.sndWnd = s.window << c.sndShift;
  c.sndWl1 = s.seq;
  c.sndWl2 = s.ack;
  if (c.sndWnd > c.sndWndMax) c.sndWndMax = c.sndWnd;
  if (c.sndWnd == 0) {
    // RFC 9293 §3.8.6.1: a peer that answers probes may keep its window shut for ever, but only for an application.
    if (c.isOwned && c.unansweredSince != NEVER) c.unansweredSince = now();
  } else if (before == 0) {
    openWindow(c);
  }
}

/** The window is open again: what was sent into the closed one is sent again at once. */
function openWindow(c: Connection): void {
  if (c.isProbing && c.sndNxt == c.sndUna + 1) {
    c.sndNxt = c.sndUna;
  } else if (c.sndNxt != c.sndUna && c.backoff != 0 && c.recovery == RECOVERY_NONE) {
    c.recovery = RECOVERY_TIMEOUT;
    c.recoveryPoint = c.sndNxt;
    c.highRxt = c.sndUna;
  }
  c.isProbing = false;
  c.backoff = 0;
  c.retransmitAt = NEVER;
}

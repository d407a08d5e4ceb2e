// The retransmission timer has run out: send again, probe a closed window, or give up.
// Read first: RFC 6298 §5; RFC 9293 §3.8.1, §3.8.3 (R2), §3.8.6.1 (zero windows); RFC 5681 §3.1; RFC 2018 §8.

import { NET_SENT } from "../ipv4/output";
import { TCP_ACK, TCP_FIN } from "../wire/tcp";
import { reduceForTimeout } from "./congestion";
import { Connection, NEVER, RECOVERY_TIMEOUT, sackedRanges } from "./connection";
import { count, TIMEOUTS, ZERO_WINDOW_PROBES } from "./counters";
import { findRoute, sendReset, sendSegment } from "./emit";
import { armRetransmit, hasUnsent, output, sendUnsent } from "./output";
import { suspectBlackHole } from "./path";
import { clearRanges } from "./ranges";
import { stopTiming } from "./round-trip";
import { sendPiece, sentAt } from "./send-buffer";
import { isBefore } from "./sequence";
import { GIVE_UP, SYN_RECEIVED, SYN_SENT } from "./spec";
import { TCP_OK, TCP_TIMED_OUT, TCP_UNREACHABLE } from "./status";
import { sendSyn } from "./syn-sent";
import { endConnection } from "./teardown";
import { now } from "../now";

export function retransmitDue(c: Connection): void {
  const isOpening = c.state == SYN_SENT || c.state == SYN_RECEIVED;
  if (now() - c.unansweredSince >= GIVE_UP) {
    // A peer that only waits for us would never know otherwise.
    if (c.state != SYN_SENT) sendReset(c);
    const hasWay = findRoute(c) && c.softError == TCP_OK;
    endConnection(c, hasWay ? TCP_TIMED_OUT : TCP_UNREACHABLE);
    return;
  }
  // The way may have changed since.
  c.route = 0;
  c.retransmitAt = NEVER;
  if (isOpening) {
    c.backoff++;
    c.isSynRepeated = true;
    stopTiming(c);
    sendSyn(c);
  } else if (c.sndWnd == 0) {
    probe(c);
  } else if (c.sndNxt == c.sndUna) {
    persist(c);
  } else {
    resend(c);
  }
}

/** RFC 9293 §3.8.6.1: one byte beyond a closed window, to hear whether it is open again. */
function probe(c: Connection): void {
  count(ZERO_WINDOW_PROBES);
  c.backoff++;
  stopTiming(c);
  const hasData = isBefore(c.sndUna, c.sndEnd);
  const flags = TCP_ACK | (hasData ? 0 : TCP_FIN);
  const result = sendSegment(c, flags, c.sndUna, hasData ? sentAt(c, c.sndUna) : 0, hasData ? 1 : 0, 0);
  if (result == NET_SENT && c.sndNxt == c.sndUna) {
    c.sndNxt++;
    c.isProbing = true;
  }
  armRetransmit(c);
}

/** Something waits though nothing is in flight: a window too small for a full segment, or no buffer. Sends what fits. */
function persist(c: Connection): void {
  output(c);
  if (c.sndNxt != c.sndUna || !hasUnsent(c)) return;
  c.backoff++;
  const bytes = min<u32>(min<u32>(c.sndEnd - c.sndNxt, c.sndWnd), c.mss);
  if (bytes != 0) sendUnsent(c, min<u32>(bytes, sendPiece(c, c.sndNxt)), false);
  c.retransmitAt = NEVER;
  armRetransmit(c);
}

/** RFC 6298 §5.4 to §5.6; RFC 5681 §3.1. */
function resend(c: Connection): void {
  count(TIMEOUTS);
  c.backoff++;
  suspectBlackHole(c);
  reduceForTimeout(c, c.sndNxt - c.sndUna, c.backoff == 1);
  // RFC 2018 §8: the peer may have thrown away what it had reported.
  clearRanges(sackedRanges(c));
  stopTiming(c);
  c.duplicates = 0;
  c.recovery = RECOVERY_TIMEOUT;
  c.recoveryPoint = c.sndNxt;
  c.highRxt = c.sndUna;
  output(c);
}

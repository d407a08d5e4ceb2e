// Opening: our SYN, and what comes back.
// Read first: RFC 9293 §3.10.1 (OPEN), §3.10.7.3 (SYN-SENT), §3.5 (simultaneous open: figure 8).

import { NET_SENT } from "../ipv4/output";
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from "../wire/tcp";
import { Connection, NEVER } from "./connection";
import { CONNECTIONS_OPENED, count, RESETS_RECEIVED } from "./counters";
import { moveDeadline } from "./deadlines";
import { refuseSegment, sendAck, sendSegment } from "./emit";
import { beginSequences, enterEstablished, noteAgreement, usableMss } from "./establish";
import { output } from "./output";
import { currentTimeout, measure, startTiming } from "./round-trip";
import { initialSequence, timestampOffset } from "./secrets";
import { Segment } from "./segment";
import { isBefore } from "./sequence";
import { FIN_WAIT_1, SYN_RECEIVED, SYN_SENT } from "./spec";
import { TCP_REFUSED } from "./status";
import { inputSynchronised } from "./synchronised";
import { endConnection } from "./teardown";
import { now } from "../now";

/** Sends the first SYN of a connection whose addresses are set. */
export function beginOpen(c: Connection): void {
  count(CONNECTIONS_OPENED);
  c.tsOffset = timestampOffset(c.localAddress, c.remoteAddress, c.ports);
  beginSequences(c, initialSequence(c.localAddress, c.remoteAddress, c.ports), 0);
  c.rcvNxt = 0;
  c.sndUna = c.iss;
  c.sndNxt = c.iss + 1;
  c.state = SYN_SENT;
  c.unansweredSince = now();
  startTiming(c, c.iss);
  sendSyn(c);
}

/** Sends the SYN, or the SYN-ACK of a simultaneous open, for the first time or again; and sets the timer. */
export function sendSyn(c: Connection): void {
  const result = sendSegment(c, c.state == SYN_SENT ? TCP_SYN : TCP_SYN | TCP_ACK, c.iss, 0, 0, 0);
  // Without a buffer or a route, the timer tries again.
  c.retransmitAt = now() + (result == NET_SENT ? currentTimeout(c) : c.rto);
  moveDeadline(c);
}

export function inputSynSent(c: Connection, s: Segment): void {
  // First, ACK; second, RST.
  const hasAck = (s.flags & TCP_ACK) != 0;
  if (hasAck && s.ack != c.sndNxt) {
    refuseSegment(s);
    return;
  }
  if ((s.flags & TCP_RST) != 0) {
    if (!hasAck) return;
    count(RESETS_RECEIVED);
    endConnection(c, TCP_REFUSED);
    return;
  }
  // Fourth, SYN.
  if ((s.flags & TCP_SYN) == 0) return;
  const offset = c.tsOffset;
  beginSequences(c, c.iss, s.seq);
  c.tsOffset = offset;
  noteAgreement(c, usableMss(s.mss), s.scale, s.isSackPermitted, s.hasTimestamps, s.tsValue);
  // RFC 7323 §2.2: the window of a SYN is not scaled.
  c.sndWnd = s.window;
  c.sndWndMax = s.window;
  c.sndWl1 = s.seq;
  c.sndWl2 = hasAck ? s.ack : c.iss;
  if (!hasAck) {
    c.state = SYN_RECEIVED;
    sendSyn(c);
    return;
  }
  open(c, s);
}

function open(c: Connection, s: Segment): void {
  if (!c.isSynRepeated || c.hasTimestamps) measure(c, s.ack, s.tsEcho);
  c.isTiming = false;
  c.sndUna = s.ack;
  c.retransmitAt = NEVER;
  c.unansweredSince = NEVER;
  enterEstablished(c);
  if (c.isFinQueued) c.state = FIN_WAIT_1;
  sendAck(c);
  output(c);
  // Sixth and after: text that came with the SYN begins one number later.
  if (s.bytes == 0 && (s.flags & TCP_FIN) == 0) return;
  s.seq++;
  s.length--;
  s.flags &= ~TCP_SYN;
  if (isBefore(c.irs, s.seq)) inputSynchronised(c, s);
}

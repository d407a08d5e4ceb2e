// Segments for a connection whose both sides know each other's sequence numbers: RFC 9293's checks, in its own order.
// Read first: RFC 9293 §3.10.7.4; RFC 7323 §5 (PAWS); RFC 5961 §3, §4 (resets and SYNs that may be forged).

import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from "../wire/tcp";
import { acknowledge } from "./acknowledge";
import { Connection, NEVER, RECOVERY_NONE, receivedRanges } from "./connection";
import { count, OUT_OF_WINDOW, PAWS_DROPPED, PREDICTED, RESETS_RECEIVED } from "./counters";
import { refuseSegment, sendAck, sendChallenge, sendReset } from "./emit";
import { enterEstablished } from "./establish";
import { armKeepAlive } from "./keep-alive";
import { output } from "./output";
import { rangeCount } from "./ranges";
import { oweAck, receiveText, takeFin } from "./receive";
import { Segment } from "./segment";
import { isBefore, isUpTo } from "./sequence";
import {
  CLOSE_WAIT, CLOSING, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, LAST_ACK, SYN_RECEIVED, TIMESTAMP_AGE_MAX,
} from "./spec";
import { TCP_OK, TCP_REFUSED, TCP_RESET } from "./status";
import { endConnection, isOrphan } from "./teardown";
import { enterTimeWait } from "./time-wait";
import { now } from "../now";

export function inputSynchronised(c: Connection, s: Segment): void {
  if (isPredicted(c, s)) {
    count(PREDICTED);
    takePredicted(c, s);
    return;
  }
  if (!isTimely(c, s)) {
    // Acknowledgements that were overtaken look old too, and want no answer.
    count(PAWS_DROPPED);
    if (s.length != 0) answerUnacceptable(c, s);
    return;
  }
  // First, the sequence number.
  if (!isAcceptable(c, s)) {
    count(OUT_OF_WINDOW);
    if ((s.flags & TCP_RST) == 0) answerUnacceptable(c, s);
    return;
  }
  noteTimestamp(c, s);
  // Second, RST.
  if ((s.flags & TCP_RST) != 0) {
    takeReset(c, s);
    return;
  }
  // Fourth, SYN (third, security, is obsolete): RFC 5961 §4.
  if ((s.flags & TCP_SYN) != 0) {
    sendChallenge(c);
    return;
  }
  // Fifth, ACK.
  if ((s.flags & TCP_ACK) == 0) return;
  c.heardAt = now();
  if (c.state == SYN_RECEIVED && !takeHandshake(c, s)) return;
  if (!acknowledge(c, s)) return;
  if (!followAcknowledgement(c)) return;
  // Sixth, URG: ignored; urgent data is read like any other (RFC 9293 §3.8.5, RFC 6093 §5).
  // Seventh, text; eighth, FIN.
  if (!takeContent(c, s)) return;
  output(c);
}

/** In order, from a peer in the usual state: nearly every segment of a bulk transfer, in either direction. */
function isPredicted(c: Connection, s: Segment): bool {
  return c.state == ESTABLISHED && (s.flags & (TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK)) == TCP_ACK
    && s.seq == c.rcvNxt && s.bytes <= c.rcvAdv - c.rcvNxt && c.rcvAdv != c.rcvNxt
    && s.hasTimestamps == c.hasTimestamps && (!c.hasTimestamps || !isBefore(s.tsValue, c.tsRecent))
    && isUpTo(c.sndUna, s.ack) && isUpTo(s.ack, c.sndNxt)
    && c.recovery == RECOVERY_NONE && s.sackCount == 0 && rangeCount(receivedRanges(c)) == 0
    && !c.isFinKnown && !isOrphan(c);
}

function takePredicted(c: Connection, s: Segment): void {
  noteTimestamp(c, s);
  c.heardAt = now();
  acknowledge(c, s);
  if (s.bytes != 0) receiveText(c, s);
  output(c);
}

/** RFC 7323 §5.3 R1, §3.2 (a connection with timestamps has them in every segment but resets). */
function isTimely(c: Connection, s: Segment): bool {
  if (!c.hasTimestamps || (s.flags & TCP_RST) != 0) return true;
  if (!s.hasTimestamps) return false;
  return !isBefore(s.tsValue, c.tsRecent) || now() - c.tsRecentAt > TIMESTAMP_AGE_MAX;
}

/** RFC 7323 §4.3 (2), (3). */
function noteTimestamp(c: Connection, s: Segment): void {
  if (!s.hasTimestamps || !isUpTo(s.seq, c.lastAckSent)) return;
  c.tsRecent = s.tsValue;
  c.tsRecentAt = now();
}

/** RFC 9293 §3.10.7.4, first step: the four cases. */
function isAcceptable(c: Connection, s: Segment): bool {
  const window = c.rcvAdv - c.rcvNxt;
  // With no window, what begins where we stand is taken for its acknowledgement; its data does not fit.
  if (s.seq == c.rcvNxt) return true;
  if (window == 0) return false;
  if (s.seq - c.rcvNxt < window) return true;
  return s.length != 0 && s.seq + s.length - 1 - c.rcvNxt < window;
}

/** Old data means that our acknowledgement was lost; without data, two peers could answer each other for ever. */
function answerUnacceptable(c: Connection, s: Segment): void {
  if (s.bytes != 0) sendAck(c);
  else sendChallenge(c);
}

/** RFC 5961 §3.2: only the very next number resets. */
function takeReset(c: Connection, s: Segment): void {
  if (s.seq != c.rcvNxt) {
    sendChallenge(c);
    return;
  }
  count(RESETS_RECEIVED);
  const isOver = c.state == CLOSING || c.state == LAST_ACK;
  endConnection(c, c.state == SYN_RECEIVED ? TCP_REFUSED : isOver ? TCP_OK : TCP_RESET);
}

/** The acknowledgement of our SYN after a simultaneous open. */
function takeHandshake(c: Connection, s: Segment): bool {
  if (!isBefore(c.sndUna, s.ack) || isBefore(c.sndNxt, s.ack)) {
    refuseSegment(s);
    return false;
  }
  c.sndWnd = s.window << c.sndShift;
  c.sndWndMax = c.sndWnd;
  c.sndWl1 = s.seq;
  c.sndWl2 = s.ack;
  enterEstablished(c);
  if (c.isFinQueued) c.state = FIN_WAIT_1;
  return true;
}

/** Fifth step, what an acknowledged FIN does; false if the connection is gone. */
function followAcknowledgement(c: Connection): bool {
  if (!c.isFinQueued || c.sndUna != c.sndEnd + 1) return true;
  if (c.state == FIN_WAIT_1) {
    c.state = FIN_WAIT_2;
    armKeepAlive(c);
  } else if (c.state == CLOSING) {
    enterTimeWait(c);
    return false;
  } else if (c.state == LAST_ACK) {
    endConnection(c, TCP_OK);
    return false;
  }
  return true;
}

/** Seventh and eighth step; false if the connection is gone. */
function takeContent(c: Connection, s: Segment): bool {
  if (c.state != ESTABLISHED && c.state != FIN_WAIT_1 && c.state != FIN_WAIT_2) {
    // After the peer's FIN there is nothing to take; a segment with something was sent again.
    if (s.length != 0) sendAck(c);
    return true;
  }
  // RFC 1122 §4.2.2.13: data that nobody will read, sent to who has closed.
  if (s.bytes != 0 && isOrphan(c) && isBefore(c.rcvNxt, s.seq + s.bytes)) {
    sendReset(c);
    endConnection(c, TCP_OK);
    return false;
  }
  if ((s.length == 0 && !c.isFinKnown) || !receiveText(c, s)) return true;
  takeFin(c);
  if (c.state == ESTABLISHED) {
    c.state = CLOSE_WAIT;
    oweAck(c);
  } else if (c.state == FIN_WAIT_1) {
    c.state = CLOSING;
    oweAck(c);
  } else {
    sendAck(c);
    enterTimeWait(c);
    return false;
  }
  c.ackAt = NEVER;
  return true;
}

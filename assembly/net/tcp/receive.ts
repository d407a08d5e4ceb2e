// The data and the FIN of a segment that has passed every check: into the buffer, and when to acknowledge it.
// Read first: RFC 9293 §3.10.7.4, seventh and eighth step, §3.8.6.3 (delayed acknowledgements); RFC 5681 §4.2; RFC 2018 §4.

import { TCP_FIN } from "../wire/tcp";
import { Connection, NEVER, receivedRanges } from "./connection";
import { count, OUT_OF_ORDER } from "./counters";
import { moveDeadline } from "./deadlines";
import { sendAck } from "./emit";
import { markPending } from "./pending";
import { addRange, clearRanges, cutRanges, rangeCount, rangeEnd, rangeStart } from "./ranges";
import { dropReceiveRing, storeReceived } from "./receive-buffer";
import { Segment } from "./segment";
import { isBefore, isUpTo, later } from "./sequence";
import { ACK_EVERY_BYTES, DELAYED_ACK } from "./spec";
import { now } from "../now";

/** Takes in the segment's data. True if the peer's FIN is the next thing: then nothing is missing before it. */
export function receiveText(c: Connection, s: Segment): bool {
  const end = s.seq + s.bytes;
  if ((s.flags & TCP_FIN) != 0 && !c.isFinKnown && isUpTo(end, c.rcvAdv)) {
    c.isFinKnown = true;
    c.finAt = end;
  }
  let last = isBefore(c.rcvAdv, end) ? c.rcvAdv : end;
  if (c.isFinKnown && isBefore(c.finAt, last)) last = c.finAt;
  const first = later(s.seq, c.rcvNxt);
  if (isBefore(first, last)) {
    takeText(c, first, s.payload + (first - s.seq), last - first);
  } else if (s.length != 0 && !isFinNext(c)) {
    // Nothing new, or nothing that fits: the peer does not know where we stand.
    sendAck(c);
  }
  return isFinNext(c);
}

function isFinNext(c: Connection): bool {
  return c.isFinKnown && c.rcvNxt == c.finAt;
}

/** An acknowledgement is owed, at the end of this turn at the latest. */
export function oweAck(c: Connection): void {
  c.isAckDue = true;
  markPending(c);
}

function takeText(c: Connection, sequence: u32, from: usize, bytes: u32): void {
  // Who has shut down reading takes everything and keeps nothing.
  if (!c.isReadShut && !storeReceived(c, sequence, from, bytes)) {
    sendAck(c);
    return;
  }
  if (bytes > c.rcvMss) c.rcvMss = min<u32>(bytes, max<u32>(c.mss, c.rcvMss));
  if (sequence == c.rcvNxt) takeInOrder(c, bytes);
  else takeOutOfOrder(c, sequence, bytes);
}

function takeInOrder(c: Connection, bytes: u32): void {
  const ranges = receivedRanges(c);
  const hadGap = rangeCount(ranges) != 0;
  c.rcvData += bytes;
  if (hadGap) {
    if (isUpTo(rangeStart(ranges, 0), c.rcvData) && isBefore(c.rcvData, rangeEnd(ranges, 0))) c.rcvData = rangeEnd(ranges, 0);
    cutRanges(ranges, c.rcvData);
  }
  c.rcvNxt = c.rcvData;
  if (c.isReadShut) dropReceiveRing(c);
  c.unacknowledged += bytes;
  // RFC 5681 §4.2: what fills a gap is acknowledged at once. The rest: every second segment, within this turn.
  if (hadGap || c.unacknowledged >= ACK_EVERY_BYTES) {
    sendAck(c);
  } else if (c.quickAck || c.unacknowledged >= c.rcvMss << 1) {
    oweAck(c);
  } else if (c.ackAt == NEVER) {
    c.ackAt = now() + DELAYED_ACK;
    moveDeadline(c);
  }
}

function takeOutOfOrder(c: Connection, sequence: u32, bytes: u32): void {
  count(OUT_OF_ORDER);
  const ranges = receivedRanges(c);
  addRange(ranges, sequence, sequence + bytes);
  for (let i: u32 = 0; i < rangeCount(ranges); i++) {
    if (isUpTo(rangeStart(ranges, i), sequence) && isBefore(sequence, rangeEnd(ranges, i))) c.lastRange = rangeStart(ranges, i);
  }
  // RFC 5681 §3.2: a duplicate acknowledgement for each, so that the sender can count them.
  sendAck(c);
}

/** The FIN is taken in: nothing can follow it. */
export function takeFin(c: Connection): void {
  c.rcvNxt = c.finAt + 1;
  if (isBefore(c.rcvAdv, c.rcvNxt)) c.rcvAdv = c.rcvNxt;
  clearRanges(receivedRanges(c));
}

// How much may be in flight: slow start, congestion avoidance, and what loss does to the window.
// Read first: RFC 5681 §3.1, §4.1; RFC 6928 §2; RFC 9438 §4 (cubic.ts has its arithmetic); RFC 9406 is not done.

import { Connection, RECOVERY_FAST } from "./connection";
import { cubicGrow, cubicLoss } from "./cubic";
import { INITIAL_WINDOW_BYTES, INITIAL_WINDOW_SEGMENTS } from "./spec";
import { now } from "../now";

/** Beyond this the product of window and time would not fit, and no ring is so large. */
const WINDOW_MAX: u32 = 1 << 24;

/** RFC 6928 §2; after a repeated SYN one segment (RFC 5681 §3.1). */
export function initialWindow(c: Connection): u32 {
  if (c.isSynRepeated) return c.mss;
  return min<u32>(INITIAL_WINDOW_SEGMENTS * c.mss, max<u32>(c.mss << 1, INITIAL_WINDOW_BYTES));
}

export function beginCongestion(c: Connection): void {
  c.cwnd = initialWindow(c);
  c.ssthresh = WINDOW_MAX;
  c.wMax = 0;
  c.epoch = 0;
}

/** `acked` bytes were acknowledged, and it was the window that held back the rest (RFC 9438 §5.8). */
export function growWindow(c: Connection, acked: u32): void {
  if (c.recovery == RECOVERY_FAST || !c.isWindowLimited) return;
  if (c.cwnd < c.ssthresh) {
    // RFC 3465 §2.2, 2.3: by what was acknowledged, at most two segments at a time; large acknowledgements stand for many.
    c.cwnd = min<u32>(c.cwnd + min<u32>(acked, max<u32>(c.mss << 1, c.cwnd >> 1)), max<u32>(c.ssthresh, c.cwnd));
    return;
  }
  c.cwnd = min<u32>(cubicGrow(c, acked), WINDOW_MAX);
}

/** Duplicate acknowledgements have shown a loss; `flight` bytes were in flight. */
export function reduceForLoss(c: Connection, flight: u32): void {
  c.ssthresh = cubicLoss(c, flight);
  c.cwnd = c.ssthresh;
}

/** The timer has run out: begin again with one segment (RFC 5681 §3.1). `isFirst`: not a repetition of the same timeout. */
export function reduceForTimeout(c: Connection, flight: u32, isFirst: bool): void {
  if (isFirst) c.ssthresh = cubicLoss(c, flight);
  c.cwnd = c.mss;
  c.epoch = 0;
}

/** RFC 5681 §4.1: after a pause nobody knows what the path takes. Called before new data is sent. */
export function restartAfterIdle(c: Connection): void {
  if (c.sndNxt == c.sndUna && c.lastSentAt != 0 && now() - c.lastSentAt > c.rto) {
    c.cwnd = min<u32>(c.cwnd, initialWindow(c));
    c.epoch = 0;
  }
}

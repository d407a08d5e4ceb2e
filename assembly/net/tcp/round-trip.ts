// How long a round trip takes, and how long to wait for an acknowledgement.
// Read first: RFC 6298 §2, §3 (Karn's rule), §5; RFC 7323 §4 (timestamps measure every acknowledgement).

import { Connection } from "./connection";
import { RTO_MAX, RTO_MIN } from "./spec";
import { isUpTo } from "./sequence";
import { now } from "../now";

/** Ten minutes: no packet lives so long. */
const LONGEST: u64 = 600000000;

/** The clock of our timestamps: milliseconds (RFC 7323 §5.4). */
export function timestampClock(): u32 {
  return <u32>(now() / 1000000);
}

/** Notes that [sequence …) goes out for the first time, and times it if nothing is timed. Without timestamps only. */
export function startTiming(c: Connection, sequence: u32): void {
  if (c.isTiming || c.hasTimestamps) return;
  c.isTiming = true;
  c.timedSequence = sequence;
  c.timedAt = now();
}

/** RFC 6298 §3: what is sent again measures nothing. */
export function stopTiming(c: Connection): void {
  c.isTiming = false;
}

/** An acknowledgement of something new, up to `ack`; `echo` is its timestamp, if the connection has them. */
export function measure(c: Connection, ack: u32, echo: u32): void {
  // After a timeout the answer may be to any of several segments: if acknowledgements were lost, even the echo is old.
  if (c.backoff != 0) return;
  if (c.hasTimestamps) {
    const elapsed = timestampClock() + c.tsOffset - echo;
    // An echo that we have not sent, or sent minutes ago, is no measurement.
    if (elapsed < 600000) noteRoundTrip(c, <u64>elapsed * 1000);
  } else if (c.isTiming && isUpTo(c.timedSequence + 1, ack)) {
    c.isTiming = false;
    noteRoundTrip(c, (now() - c.timedAt) / 1000);
  }
}

/** RFC 6298 §2.2, §2.3, in microseconds. */
export function noteRoundTrip(c: Connection, microseconds: u64): void {
  // No round trip takes no time; and 0 means that none is known.
  const sample = <u32>max<u64>(min<u64>(microseconds, LONGEST), 1);
  if (c.srtt == 0) {
    c.srtt = sample;
    c.rttvar = sample >> 1;
  } else {
    const error = sample > c.srtt ? sample - c.srtt : c.srtt - sample;
    c.rttvar = c.rttvar - (c.rttvar >> 2) + (error >> 2);
    c.srtt = max<u32>(c.srtt - (c.srtt >> 3) + (sample >> 3), 1);
  }
  const variance = max<u64>(<u64>c.rttvar << 2, 1000);
  c.rto = min<u64>(max<u64>((<u64>c.srtt + variance) * 1000, RTO_MIN), RTO_MAX);
}

/** The time to wait now: doubled for each time it was in vain (RFC 6298 §5.5). */
export function currentTimeout(c: Connection): u64 {
  return min<u64>(c.rto << min<u32>(c.backoff, 10), RTO_MAX);
}

// What TCP has counted since the start: for the metrics, and for tests that look for leaks.
// Names after RFC 4022 (the MIB of TCP) where it has one. The other protocols': net/counters.ts.

import { decimal, text } from "../../base/line";
import { beginLog, sendLog } from "../../base/log";

export const SEGMENTS_RECEIVED: u32 = 0;
export const SEGMENTS_SENT: u32 = 1;
export const SEGMENTS_RETRANSMITTED: u32 = 2;
/** Header or options that cannot be. */
export const SEGMENTS_MALFORMED: u32 = 3;
export const RESETS_SENT: u32 = 4;
export const RESETS_RECEIVED: u32 = 5;
export const CONNECTIONS_OPENED: u32 = 6;
export const CONNECTIONS_ACCEPTED: u32 = 7;
export const CONNECTIONS_FAILED: u32 = 8;
/** SYNs or last acknowledgements dropped because a queue or a table was full. */
export const BACKLOG_FULL: u32 = 9;
export const COOKIES_SENT: u32 = 10;
export const COOKIES_ACCEPTED: u32 = 11;
export const COOKIES_REFUSED: u32 = 12;
export const TIMEOUTS: u32 = 13;
export const FAST_RETRANSMITS: u32 = 14;
export const ZERO_WINDOW_PROBES: u32 = 15;
export const KEEP_ALIVES_SENT: u32 = 16;
export const CHALLENGES_SENT: u32 = 17;
/** RFC 7323 §5: segments with old timestamps. */
export const PAWS_DROPPED: u32 = 18;
export const OUT_OF_WINDOW: u32 = 19;
export const OUT_OF_ORDER: u32 = 20;
/** Data that would have fitted the window, but there was no memory. */
export const NO_MEMORY: u32 = 21;
/** Sends that found no buffer below. */
export const NO_BUFFER: u32 = 22;
export const PATH_MTU_CHANGES: u32 = 23;
export const BLACK_HOLES: u32 = 24;
/** Segments that took the short way (RFC 1144's idea of prediction). */
export const PREDICTED: u32 = 25;
export const TIME_WAIT_EVICTED: u32 = 26;

const COUNTERS: u32 = 27;
const counters = memory.data(27 * 8, 8);

export function count(counter: u32): void {
  const at = counters + (<usize>counter << 3);
  store<u64>(at, load<u64>(at) + 1);
}

export function tcpCounter(counter: u32): u64 {
  assert(counter < COUNTERS);
  return load<u64>(counters + (<usize>counter << 3));
}

/** Logs every counter that is not zero. The caller has asked isVerbose(). */
export function logTcpCounters(): void {
  for (let i: u32 = 0; i < COUNTERS; i++) {
    if (tcpCounter(i) == 0) continue;
    beginLog();
    text("network: TCP: ");
    text(nameOf(i));
    text(": ");
    decimal(tcpCounter(i));
    sendLog();
  }
}

function nameOf(counter: u32): string {
  switch (counter) {
    case SEGMENTS_RECEIVED: return "segments received";
    case SEGMENTS_SENT: return "segments sent";
    case SEGMENTS_RETRANSMITTED: return "segments sent again";
    case SEGMENTS_MALFORMED: return "segments malformed";
    case RESETS_SENT: return "resets sent";
    case RESETS_RECEIVED: return "resets received";
    case CONNECTIONS_OPENED: return "connections begun";
    case CONNECTIONS_ACCEPTED: return "connections accepted";
    case CONNECTIONS_FAILED: return "connections failed";
    case BACKLOG_FULL: return "handshakes dropped by a full queue";
    case COOKIES_SENT: return "SYN cookies sent";
    case COOKIES_ACCEPTED: return "SYN cookies that came back";
    case COOKIES_REFUSED: return "SYN cookies that were wrong";
    case TIMEOUTS: return "time-outs";
    case FAST_RETRANSMITS: return "fast retransmissions";
    case ZERO_WINDOW_PROBES: return "zero-window probes";
    case KEEP_ALIVES_SENT: return "keep-alive probes";
    case CHALLENGES_SENT: return "challenges to resets, SYNs and acknowledgements";
    case PAWS_DROPPED: return "segments with old timestamps";
    case OUT_OF_WINDOW: return "segments outside the window";
    case OUT_OF_ORDER: return "segments out of order";
    case NO_MEMORY: return "segments without memory to keep them";
    case NO_BUFFER: return "sends that found no buffer";
    case PATH_MTU_CHANGES: return "paths that took less";
    case BLACK_HOLES: return "paths that swallowed full segments";
    case PREDICTED: return "segments as predicted";
    case TIME_WAIT_EVICTED: return "waits cut short";
  }
  return "";
}

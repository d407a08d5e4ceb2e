// One connection: the transmission control block of RFC 9293 §3.3.1, and the table of all of them.
// Also a socket that listens or is only bound. Half-open and waiting connections have smaller records of their own
// (half-open.ts, time-wait.ts). Read first: endpoint.ts; spec.ts for states.
//
//   table: [ Connection | sacked ranges | received ranges ] …     number 1 is the first; 0 means none
//
//   sequence numbers that are sent          sndData = sndUna but for SYN and FIN, which are no bytes of the ring
//
//        acknowledged     in flight        written      free
//     --------------|----------------|--------------|--------
//                sndUna           sndNxt         sndEnd
//
//   and received                            rcvNxt = rcvData, plus 1 when the FIN has come
//
//          read        to be read       window
//     -----------|-----------------|-----------|-----
//             rcvRead          rcvData      rcvAdv

import { CLOSED, KEEP_ALIVE_COUNT, KEEP_ALIVE_IDLE, KEEP_ALIVE_INTERVAL, MSS_DEFAULT, RTO_INITIAL } from "./spec";
import { Endpoint } from "./endpoint";
import { TIME_TO_LIVE } from "../ipv4/output";
import { RANGES_BYTES } from "./ranges";
import { ringBytesTotal, RING_BYTES_MAX, RING_BYTES_MIN } from "./rings";

@unmanaged
export class Connection extends Endpoint {
  number: u32;
  state: u32;
  /** How to send to the peer (ipv4/output.ts); 0: ask again. */
  route: u32;
  /** A status of status.ts for the application, told once. */
  error: u32;
  /** What ICMP has said meanwhile: the reason, should the attempt fail (RFC 9293 §3.9.2.2). */
  softError: u32;
  /** The next free record, the next in a queue to be accepted, or the next with output pending. */
  nextFree: usize;
  nextAccept: usize;
  nextPending: usize;
  /** Of a connection that waits to be accepted: its listener. */
  listener: usize;
  acceptFirst: usize;
  acceptLast: usize;
  acceptCount: u32;
  backlog: u32;

  // Sending (RFC 9293 §3.3.1).
  iss: u32;
  sndUna: u32;
  sndNxt: u32;
  sndData: u32;
  sndEnd: u32;
  sndWnd: u32;
  /** The largest window the peer has offered. */
  sndWndMax: u32;
  sndWl1: u32;
  sndWl2: u32;
  sndShift: u32;
  /** End of the last segment sent that was not full (output.ts). */
  smallEnd: u32;
  sendRing: usize;
  sendCapacity: u32;
  /** The sequence number of the ring's first byte. */
  sendOrigin: u32;
  sendLimit: u32;
  /** The capacity that a next ring begins with. */
  sendUsual: u32;
  /** What the peer takes, and what the path does too, less our options. */
  peerMss: u32;
  mss: u32;

  // Receiving.
  irs: u32;
  rcvNxt: u32;
  rcvAdv: u32;
  rcvRead: u32;
  rcvData: u32;
  receiveRing: usize;
  receiveCapacity: u32;
  receiveOrigin: u32;
  receiveLimit: u32;
  /** Of the windows that we send; 0 if the peer has not agreed. */
  rcvShift: u32;
  /** Bytes received since the last acknowledgement. */
  unacknowledged: u32;
  /** The largest segment seen (RFC 9293 §3.8.6.3 counts in such). */
  rcvMss: u32;
  finAt: u32;
  /** The start of the range that came last: it is reported first (RFC 2018 §4). */
  lastRange: u32;

  // Timestamps (RFC 7323).
  tsOffset: u32;
  tsRecent: u32;
  lastAckSent: u32;
  /** Duplicate acknowledgements in a row. */
  duplicates: u32;
  tsRecentAt: u64;

  // Congestion (congestion.ts, cubic.ts).
  cwnd: u32;
  ssthresh: u32;
  wMax: u32;
  wEstimate: u32;
  cwndPrior: u32;
  cubicK: u32;
  epoch: u64;
  lastSentAt: u64;

  // Round trips (round-trip.ts), in microseconds; and the timed segment where there are no timestamps.
  srtt: u32;
  rttvar: u32;
  rto: u64;
  timedAt: u64;
  timedSequence: u32;
  backoff: u32;

  // Loss recovery (scoreboard.ts, recovery.ts).
  recovery: u32;
  recoveryPoint: u32;
  highRxt: u32;
  /** What sndNxt was when the segment at sndUna was sent again, or became the first. */
  againNxt: u32;
  challenges: u32;
  challengesSince: u64;

  // Deadlines (timers.ts): NEVER while not set.
  retransmitAt: u64;
  ackAt: u64;
  /** Keep-alive, or the end of an orphan in FIN-WAIT-2. */
  aliveAt: u64;
  /** When the peer has last been heard, and since when it owes an answer. */
  heardAt: u64;
  unansweredSince: u64;
  /** In the heap of deadlines: its key there, and its place plus 1. */
  heapKey: u64;
  heapPlace: u32;

  /** Who waits before it; here since a record has no other hole of this size. */
  previousPending: usize;

  keepIdle: u32;
  keepInterval: u32;
  keepCount: u32;
  keepProbes: u32;
  lingerSeconds: u32;

  isOwned: bool;
  isActive: bool;
  /** In which line of pending.ts it waits, plus 1; 0: in none. */
  pendingLine: u8;
  /** An acknowledgement is owed at the end of this turn. */
  isAckDue: bool;
  isFinQueued: bool;
  isFinKnown: bool;
  isReadShut: bool;
  hasTimestamps: bool;
  hasSack: bool;
  hasRescued: bool;
  isTiming: bool;
  isSynRepeated: bool;
  isProbing: bool;
  isWindowLimited: bool;
  /** The application is in the middle of writing (stream.ts). */
  isMoreComing: bool;
  isBlackHole: bool;
  hasCarriedFull: bool;
  noDelay: bool;
  keepAlive: bool;
  reuseAddress: bool;
  reusePort: bool;
  /** Acknowledgements do not wait for data that could carry them. */
  quickAck: bool;
  /** Asked for; there is never a cookie, without which it is like any connection (RFC 7413 §4.2.2). */
  fastOpen: bool;
  timeToLive: u8;
  lingers: bool;
  /** connect() was called: how it ended has not been told yet. */
  isConnecting: bool;
}

/** No deadline. */
export const NEVER: u64 = u64.MAX_VALUE;

// Values of `recovery`.
export const RECOVERY_NONE: u32 = 0;
/** After duplicate acknowledgements (RFC 6675, 6582). */
export const RECOVERY_FAST: u32 = 1;
/** After the timer. */
export const RECOVERY_TIMEOUT: u32 = 2;

const LISTS: usize = (offsetof<Connection>() + 7) & ~7;
export const CONNECTION_BYTES: u32 = <u32>LISTS + 2 * RANGES_BYTES;

let table: usize = 0;
let capacity: u32 = 0;
let free: usize = 0;
let used: u32 = 0;

/** Makes the table, empty, of `count` records at `at`. */
export function initialiseConnections(at: usize, count: u32): void {
  table = at;
  capacity = count;
  used = 0;
  free = 0;
  for (let i = count; i > 0; i--) {
    const record = changetype<Connection>(at + <usize>(i - 1) * CONNECTION_BYTES);
    memory.fill(changetype<usize>(record), 0, CONNECTION_BYTES);
    record.nextFree = free;
    free = changetype<usize>(record);
  }
}

export function connectionsMax(): u32 {
  return capacity;
}

/** Records in use, listeners and orphans among them. */
export function connectionsUsed(): u32 {
  return used;
}

/** The connection with this number, whether in use or not. */
export function connectionAt(number: u32): Connection {
  assert(number - 1 < capacity, "no such connection");
  return changetype<Connection>(table + <usize>(number - 1) * CONNECTION_BYTES);
}

/** Whether it is, or has been, a connection or an attempt at one. */
export function hasBegun(c: Connection): bool {
  return c.isActive || c.cwnd != 0;
}

/** What the peer has reported with SACK (ranges.ts). */
export function sackedRanges(c: Connection): usize {
  return changetype<usize>(c) + LISTS;
}

/** What has come out of order. */
export function receivedRanges(c: Connection): usize {
  return changetype<usize>(c) + LISTS + RANGES_BYTES;
}

/** A record in state CLOSED, in no table yet; 0 if all are in use. */
export function takeConnection(): usize {
  const at = free;
  if (at == 0) return 0;
  const c = changetype<Connection>(at);
  free = c.nextFree;
  used++;
  memory.fill(at, 0, CONNECTION_BYTES);
  c.number = <u32>(at - table) / CONNECTION_BYTES + 1;
  c.state = CLOSED;
  c.peerMss = MSS_DEFAULT;
  c.mss = MSS_DEFAULT;
  c.rcvMss = MSS_DEFAULT;
  c.rto = RTO_INITIAL;
  c.retransmitAt = NEVER;
  c.ackAt = NEVER;
  c.aliveAt = NEVER;
  c.unansweredSince = NEVER;
  c.keepIdle = KEEP_ALIVE_IDLE;
  c.keepInterval = KEEP_ALIVE_INTERVAL;
  c.keepCount = KEEP_ALIVE_COUNT;
  c.timeToLive = <u8>TIME_TO_LIVE;
  c.sendUsual = RING_BYTES_MIN;
  c.sendLimit = usualLimit();
  c.receiveLimit = c.sendLimit;
  return at;
}

/** Gives back a record that is in no table, queue or heap. */
export function giveConnection(c: Connection): void {
  assert(c.kind == 0 && c.heapPlace == 0 && c.sendRing == 0 && c.receiveRing == 0);
  c.state = CLOSED;
  c.number = 0;
  c.isOwned = false;
  c.nextFree = free;
  free = changetype<usize>(c);
  used--;
}

/** A buffer's size that nobody has chosen: 256 KiB, less where there is little memory. */
function usualLimit(): u32 {
  let limit: u32 = RING_BYTES_MAX >> 2;
  while (limit > RING_BYTES_MIN && limit > ringBytesTotal() >> 3) limit >>= 1;
  return limit;
}

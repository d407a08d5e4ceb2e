// Connections that the other side has begun and not finished: a small record each, until its last acknowledgement comes.
// Read first: RFC 9293 §3.10.7.2 (LISTEN), §3.10.7.4 (SYN-RECEIVED); RFC 4987 §3 (floods); RFC 5961 §4. When all records
// are in use, cookies.ts takes over.

import { ANY_INTERFACE, routeTo } from "../ipv4/output";
import { TCP_ACK, TCP_RST, TCP_SYN } from "../wire/tcp";
import { isAcceptQueueFull } from "./accept-queue";
import { Connection, NEVER } from "./connection";
import { cookieTimestamp, makeCookie, readCookie } from "./cookies";
import { BACKLOG_FULL, count, RESETS_RECEIVED, SEGMENTS_RETRANSMITTED } from "./counters";
import { optionsAt, refuseSegment, segmentSizeFor, sendHeader } from "./emit";
import { addEndpoint, HALF_OPEN, removeEndpoint } from "./endpoint";
import { enterTable, establish, Handshake, noteSyn } from "./establish";
import { putSynOptions, putUsualOptions, WITH_SACK, WITH_SCALE, WITH_TIMESTAMPS } from "./options";
import { timestampClock } from "./round-trip";
import { initialSequence, timestampOffset } from "./secrets";
import { Segment } from "./segment";
import { isBefore } from "./sequence";
import { RTO_INITIAL, SYN_ACK_RETRIES, WINDOW_FIELD_MAX } from "./spec";
import { now } from "../now";

@unmanaged
export class HalfOpen extends Handshake {
  nextFree: usize;
  retries: u32;
  /** When to send the SYN-ACK again, or to give up. */
  at: u64;
}
export const HALF_OPEN_BYTES: u32 = 80;

/** Deadlines are looked at together, this often: a scan of the table costs more than a late retransmission. */
const SCAN_PERIOD: u64 = 50000000;

// What a cookie says, for as long as it takes to make a connection of it.
const scratch = memory.data(80, 8);
let table: usize = 0;
let capacity: u32 = 0;
let free: usize = 0;
let used: u32 = 0;
let nextScan: u64 = 0;

/** Makes `records` records at `at`. */
export function initialiseHalfOpen(at: usize, records: u32): void {
  assert(offsetof<HalfOpen>() <= HALF_OPEN_BYTES);
  table = at;
  capacity = records;
  free = 0;
  used = 0;
  nextScan = NEVER;
  for (let i = records; i > 0; i--) {
    const h = record(i - 1);
    h.kind = 0;
    h.nextFree = free;
    free = changetype<usize>(h);
  }
}

export function halfOpenUsed(): u32 {
  return used;
}

/** A SYN for a listener. Sequence numbers of ours begin after `floor`, if that is not 0. */
export function inputSyn(listener: Connection, s: Segment, floor: u32): void {
  if (isAcceptQueueFull(listener)) {
    count(BACKLOG_FULL);
    return;
  }
  const at = free;
  const h = changetype<HalfOpen>(at != 0 ? at : scratch);
  setAddresses(h, listener, s);
  h.tsOffset = timestampOffset(s.local, s.remote, s.ports);
  h.isSynRepeated = false;
  noteSyn(h, s);
  if (at == 0) {
    makeCookie(h);
    sendSynAck(h, cookieTimestamp(h));
    return;
  }
  free = h.nextFree;
  used++;
  h.iss = initialSequence(s.local, s.remote, s.ports);
  if (floor != 0 && !isBefore(floor, h.iss)) h.iss = floor + WINDOW_FIELD_MAX;
  h.retries = 0;
  h.sentAt = now();
  addEndpoint(h, HALF_OPEN);
  schedule(h, RTO_INITIAL);
  sendSynAck(h, timestampClock() + h.tsOffset);
}

/** A segment for a listener that is no SYN and for no half-open connection: made a connection if it answers a cookie. */
export function inputCookie(listener: Connection, s: Segment): usize {
  const h = changetype<HalfOpen>(scratch);
  setAddresses(h, listener, s);
  if ((s.flags & (TCP_SYN | TCP_ACK)) != TCP_ACK || !readCookie(h, s)) {
    refuseSegment(s);
    return 0;
  }
  const made = establish(h, s);
  if (made != 0) enterTable(changetype<Connection>(made));
  return made;
}

/** A segment for a half-open connection; the connection, if it is the acknowledgement that was missing. */
export function inputHalfOpen(h: HalfOpen, s: Segment): usize {
  // §3.10.7.4, first: the sequence number.
  const offset = s.seq - (h.irs + 1);
  if ((s.flags & TCP_RST) != 0) {
    if (offset == 0) {
      count(RESETS_RECEIVED);
      giveHalfOpen(h);
    }
    return 0;
  }
  if ((s.flags & TCP_SYN) != 0) {
    // The same SYN again: our answer was lost. Another one: RFC 5961 §4, it may be forged, or the peer has started anew;
    // our acknowledgement makes that peer reset what it does not know.
    if (s.seq == h.irs && (s.flags & TCP_ACK) == 0) repeatSynAck(h);
    else acknowledgeHalfOpen(h);
    return 0;
  }
  if (offset >= WINDOW_FIELD_MAX || (h.hasTimestamps && s.hasTimestamps && isBefore(s.tsValue, h.tsRecent))) {
    acknowledgeHalfOpen(h);
    return 0;
  }
  if ((s.flags & TCP_ACK) == 0) return 0;
  if (s.ack != h.iss + 1) {
    refuseSegment(s);
    return 0;
  }
  const made = establish(h, s);
  if (made == 0) return 0;
  giveHalfOpen(h);
  enterTable(changetype<Connection>(made));
  return made;
}

/** Sends again what is due, and gives up what has waited too long. */
export function expireHalfOpen(): void {
  if (now() < nextScan) return;
  nextScan = NEVER;
  for (let i: u32 = 0; i < capacity && used != 0; i++) {
    const h = record(i);
    if (h.kind == 0) continue;
    if (h.at > now()) {
      schedule(h, h.at - now());
    } else if (h.retries == SYN_ACK_RETRIES || changetype<Connection>(h.listener).kind == 0) {
      giveHalfOpen(h);
    } else {
      h.retries++;
      h.isSynRepeated = true;
      schedule(h, RTO_INITIAL << h.retries);
      repeatSynAck(h);
    }
  }
}

/** When expireHalfOpen() has something to do; NEVER if nothing is half open. */
export function halfOpenDeadline(): u64 {
  return used == 0 ? NEVER : nextScan;
}

/** A listener closes: what was begun with it is forgotten, and its peers learn that when they go on. */
export function dropHalfOpenOf(listener: Connection): void {
  for (let i: u32 = 0; i < capacity && used != 0; i++) {
    const h = record(i);
    if (h.kind != 0 && h.listener == changetype<usize>(listener)) giveHalfOpen(h);
  }
}

/** Ends one, after an ICMP message about it. */
export function giveHalfOpen(h: HalfOpen): void {
  removeEndpoint(h);
  h.nextFree = free;
  free = changetype<usize>(h);
  used--;
}

function record(index: u32): HalfOpen {
  return changetype<HalfOpen>(table + <usize>index * HALF_OPEN_BYTES);
}

function setAddresses(h: HalfOpen, listener: Connection, s: Segment): void {
  h.localAddress = s.local;
  h.remoteAddress = s.remote;
  h.ports = s.ports;
  h.listener = changetype<usize>(listener);
}

function schedule(h: HalfOpen, after: u64): void {
  h.at = now() + after;
  nextScan = min<u64>(nextScan, h.at + SCAN_PERIOD);
}

function repeatSynAck(h: HalfOpen): void {
  // Karn's rule: whose answer comes, nobody knows.
  h.sentAt = 0;
  count(SEGMENTS_RETRANSMITTED);
  sendSynAck(h, timestampClock() + h.tsOffset);
}

function sendSynAck(h: HalfOpen, timestamp: u32): void {
  const route = routeTo(h.remoteAddress, ANY_INTERFACE);
  if (route == 0) return;
  const what = (h.hasSack ? WITH_SACK : 0) | (h.scale != 0 ? WITH_SCALE : 0) | (h.hasTimestamps ? WITH_TIMESTAMPS : 0);
  const options = putSynOptions(optionsAt(), segmentSizeFor(route, h.remoteAddress), what, timestamp, h.tsRecent);
  const window = min<u32>(changetype<Connection>(h.listener).receiveLimit, WINDOW_FIELD_MAX);
  sendHeader(
    route, h.localAddress, h.remoteAddress, h.ports, h.iss, h.irs + 1, TCP_SYN | TCP_ACK, window, options, 0, 0, 0, 0,
  );
}

function acknowledgeHalfOpen(h: HalfOpen): void {
  const route = routeTo(h.remoteAddress, ANY_INTERFACE);
  if (route == 0) return;
  const options = h.hasTimestamps ? putUsualOptions(optionsAt(), timestampClock() + h.tsOffset, h.tsRecent) : 0;
  sendHeader(
    route, h.localAddress, h.remoteAddress, h.ports, h.iss + 1, h.irs + 1, TCP_ACK, WINDOW_FIELD_MAX, options, 0, 0, 0, 0,
  );
}

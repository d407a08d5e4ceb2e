// Connections that are over but for late segments: a small record each, for twice the maximum segment lifetime.
// Read first: RFC 9293 §3.6.1, §3.10.7.4 (TIME-WAIT); RFC 6191 §2 (reuse); RFC 1337 (why a reset is ignored).
//
//   oldest -> next -> … -> newest      all wait equally long, so the list is sorted by time. When all records are in use
//                                      the oldest goes early: RFC 6191's checks and PAWS still guard its successor.

import { ANY_INTERFACE, routeTo } from "../ipv4/output";
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from "../wire/tcp";
import { Connection, giveConnection, NEVER } from "./connection";
import { count, TIME_WAIT_EVICTED } from "./counters";
import { optionsAt, sendHeader } from "./emit";
import { addEndpoint, Endpoint, removeEndpoint, WAITING } from "./endpoint";
import { putUsualOptions } from "./options";
import { dropReceiveRing } from "./receive-buffer";
import { timestampClock } from "./round-trip";
import { Segment } from "./segment";
import { isBefore } from "./sequence";
import { TIME_WAIT, TIME_WAIT_PERIOD, WINDOW_FIELD_MAX } from "./spec";
import { detach } from "./teardown";
import { now } from "../now";

@unmanaged
export class Waiting extends Endpoint {
  older: usize;
  newer: usize;
  sndNxt: u32;
  rcvNxt: u32;
  tsRecent: u32;
  tsOffset: u32;
  hasTimestamps: bool;
  until: u64;
}
export const WAITING_BYTES: u32 = 64;

let free: usize = 0;
let oldest: usize = 0;
let newest: usize = 0;
let used: u32 = 0;

/** Makes `count` records at `at`. */
export function initialiseTimeWait(at: usize, records: u32): void {
  assert(offsetof<Waiting>() <= WAITING_BYTES);
  free = 0;
  oldest = 0;
  newest = 0;
  used = 0;
  for (let i = records; i > 0; i--) {
    const w = changetype<Waiting>(at + <usize>(i - 1) * WAITING_BYTES);
    w.newer = free;
    free = changetype<usize>(w);
  }
}

export function timeWaitUsed(): u32 {
  return used;
}

/** Moves a connection here whose both sides have closed. The application may still read from the larger record. */
export function enterTimeWait(c: Connection): void {
  if (free == 0) {
    count(TIME_WAIT_EVICTED);
    forget(changetype<Waiting>(oldest));
  }
  const w = changetype<Waiting>(free);
  free = w.newer;
  used++;
  w.localAddress = c.localAddress;
  w.remoteAddress = c.remoteAddress;
  w.ports = c.ports;
  w.sndNxt = c.sndNxt;
  w.rcvNxt = c.rcvNxt;
  w.tsRecent = c.tsRecent;
  w.tsOffset = c.tsOffset;
  w.hasTimestamps = c.hasTimestamps;
  detach(c);
  c.state = TIME_WAIT;
  addEndpoint(w, WAITING);
  append(w);
  if (c.isOwned) return;
  dropReceiveRing(c);
  giveConnection(c);
}

/**
 * A segment for a connection that is over. True if it is a SYN that may begin a new one (RFC 6191 §2): the record is gone
 * then, and the new connection's sequence numbers must begin after waitingSequence().
 */
export function inputWaiting(w: Waiting, s: Segment): bool {
  if ((s.flags & TCP_RST) != 0) return false;
  if ((s.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN) {
    const isLater = w.hasTimestamps && s.hasTimestamps ? isBefore(w.tsRecent, s.tsValue) : isBefore(w.rcvNxt, s.seq);
    if (isLater) {
      lastSequence = w.sndNxt;
      forget(w);
      return true;
    }
  }
  // A FIN that comes again: our acknowledgement was lost. Anything else with a length is answered the same way.
  if (s.length == 0) return false;
  if ((s.flags & TCP_FIN) != 0) {
    unlink(w);
    append(w);
  }
  acknowledgeWaiting(w);
  return false;
}

let lastSequence: u32 = 0;

/** Where the sequence numbers of the connection ended that inputWaiting() has let go. */
export function waitingSequence(): u32 {
  return lastSequence;
}

/** Lets go what has waited long enough. */
export function expireTimeWait(): void {
  while (oldest != 0 && changetype<Waiting>(oldest).until <= now()) forget(changetype<Waiting>(oldest));
}

/** When the oldest has waited long enough; NEVER if there is none. */
export function timeWaitDeadline(): u64 {
  return oldest == 0 ? NEVER : changetype<Waiting>(oldest).until;
}

function acknowledgeWaiting(w: Waiting): void {
  const route = routeTo(w.remoteAddress, ANY_INTERFACE);
  if (route == 0) return;
  const options = w.hasTimestamps ? putUsualOptions(optionsAt(), timestampClock() + w.tsOffset, w.tsRecent) : 0;
  sendHeader(
    route, w.localAddress, w.remoteAddress, w.ports, w.sndNxt, w.rcvNxt, TCP_ACK, WINDOW_FIELD_MAX, options, 0, 0, 0, 0,
  );
}

function append(w: Waiting): void {
  w.until = now() + TIME_WAIT_PERIOD;
  w.older = newest;
  w.newer = 0;
  if (newest == 0) oldest = changetype<usize>(w);
  else changetype<Waiting>(newest).newer = changetype<usize>(w);
  newest = changetype<usize>(w);
}

function unlink(w: Waiting): void {
  if (w.older == 0) oldest = w.newer;
  else changetype<Waiting>(w.older).newer = w.newer;
  if (w.newer == 0) newest = w.older;
  else changetype<Waiting>(w.newer).older = w.older;
}

function forget(w: Waiting): void {
  unlink(w);
  removeEndpoint(w);
  w.newer = free;
  free = changetype<usize>(w);
  used--;
}

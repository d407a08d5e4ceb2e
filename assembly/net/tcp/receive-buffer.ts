// The bytes that have come and have not been read, in a ring, those out of order among them; and the window that is
// offered to the peer.
// Read first: connection.ts (the sequence numbers), rings.ts; RFC 9293 §3.8.6.2.2 (silly windows, receiver).
//
//   ring: . . | to be read | gap | out of order | gap | out of order | . .     slot = (sequence - receiveOrigin) & (capacity - 1)
//             ^ rcvRead    ^ rcvData                                     rcvAdv ^
//
// The window is a promise, memory is found when the bytes come: then a ring grows up to the promise. Where there is none,
// bytes are dropped as if the network had lost them, and come again.

import { count, NO_MEMORY } from "./counters";
import { Connection, receivedRanges } from "./connection";
import { rangeCount, rangeEnd } from "./ranges";
import {
  areRingsScarce, copyIntoRing, giveRing, mayReceiveTake, moveRing, ringBytes, ringBytesFree, RING_BYTES_MIN, takeRing,
} from "./rings";

/** Bytes that can be read. */
export function receiveBuffered(c: Connection): u32 {
  return c.rcvData - c.rcvRead;
}

/** Where the next bytes to be read are. */
export function receiveAt(c: Connection): usize {
  return receiveAtAfter(c, 0);
}

/** The same, `offset` bytes later. */
export function receiveAtAfter(c: Connection, offset: u32): usize {
  return c.receiveRing + ((c.rcvRead + offset - c.receiveOrigin) & (c.receiveCapacity - 1));
}

/** How many of them are in one piece. */
export function receivePiece(c: Connection): u32 {
  return receivePieceAfter(c, 0);
}

export function receivePieceAfter(c: Connection, offset: u32): u32 {
  if (c.receiveRing == 0 || offset >= receiveBuffered(c)) return 0;
  const slot = (c.rcvRead + offset - c.receiveOrigin) & (c.receiveCapacity - 1);
  return min<u32>(receiveBuffered(c) - offset, c.receiveCapacity - slot);
}

/** Stores what lies within the window at `sequence`; false, and nothing is stored, if there is no memory. */
export function storeReceived(c: Connection, sequence: u32, from: usize, bytes: u32): bool {
  const needed = sequence + bytes - c.rcvRead;
  if (c.receiveCapacity < needed && !makeRoom(c, needed)) {
    count(NO_MEMORY);
    return false;
  }
  copyIntoRing(c.receiveRing, c.receiveCapacity, sequence - c.receiveOrigin, from, bytes);
  return true;
}

/** The application has read `bytes` bytes. */
export function consumeReceived(c: Connection, bytes: u32): void {
  assert(bytes <= receiveBuffered(c));
  c.rcvRead += bytes;
  if (c.rcvRead == c.rcvData && rangeCount(receivedRanges(c)) == 0) dropReceiveRing(c);
}

/** Gives the ring back, whatever is in it. */
export function dropReceiveRing(c: Connection): void {
  c.rcvRead = c.rcvData;
  if (c.receiveRing == 0) return;
  giveRing(c.receiveRing);
  c.receiveRing = 0;
  c.receiveCapacity = 0;
}

/** The right edge that memory allows; it never moves left (RFC 9293 §3.8.6.2.2: no shrinking). */
export function windowEdge(c: Connection): u32 {
  let room = c.receiveLimit;
  // When memory is short, no more is promised than a fair part of it.
  if (areRingsScarce()) room = min<u32>(room, max<u32>(RING_BYTES_MIN, ringBytesFree() >> 3));
  const edge = c.rcvRead + max<u32>(room, min<u32>(c.receiveCapacity, c.receiveLimit));
  return <i32>(edge - c.rcvAdv) > 0 ? edge : c.rcvAdv;
}

/** Moves the window if that is worth telling: by a full segment or half the buffer. Returns the window. */
export function offerWindow(c: Connection): u32 {
  const edge = windowEdge(c);
  if (edge - c.rcvAdv >= min<u32>(c.receiveLimit >> 1, c.rcvMss)) c.rcvAdv = edge;
  return c.rcvAdv - c.rcvNxt;
}

/** Whether the peer should hear that there is room again: it may stand still. */
export function isWindowWorthTelling(c: Connection): bool {
  if (c.rcvAdv - c.rcvNxt >= c.receiveLimit >> 1) return false;
  return windowEdge(c) - c.rcvAdv >= min<u32>(c.receiveLimit >> 1, c.rcvMss << 1);
}

function makeRoom(c: Connection, needed: u32): bool {
  let wanted = RING_BYTES_MIN;
  while (wanted < needed) wanted <<= 1;
  if (c.receiveRing == 0) {
    if (!mayReceiveTake(wanted)) wanted = RING_BYTES_MIN;
    const taken: usize = mayReceiveTake(wanted) ? takeRing(wanted) : 0;
    if (taken == 0) return false;
    c.receiveRing = taken;
    c.receiveCapacity = ringBytes(taken);
    c.receiveOrigin = c.rcvRead;
    return c.receiveCapacity >= needed;
  }
  if (!mayReceiveTake(wanted)) return false;
  const ranges = receivedRanges(c);
  const last = rangeCount(ranges);
  const end = last == 0 ? c.rcvData : rangeEnd(ranges, last - 1);
  const ring = moveRing(c.receiveRing, c.receiveCapacity, c.rcvRead - c.receiveOrigin, end - c.rcvRead, wanted);
  if (ring == 0) return false;
  c.receiveRing = ring;
  c.receiveCapacity = wanted;
  c.receiveOrigin = c.rcvRead;
  return true;
}

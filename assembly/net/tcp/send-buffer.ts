// The bytes that the application has written and the peer has not acknowledged, in a ring.
// Read first: connection.ts (the sequence numbers), rings.ts.
//
//   ring: . . . . | in flight | not sent yet | . . .       slot = (sequence - sendOrigin) & (capacity - 1)
//                 ^ sndData                  ^ sndEnd

import { Connection } from "./connection";
import { areRingsScarce, giveRing, moveRing, ringBytes, ringBytesFree, RING_BYTES_MIN, takeRing } from "./rings";

/** Bytes that have been written and not acknowledged. */
export function sendBuffered(c: Connection): u32 {
  return c.sndEnd - c.sndData;
}

/** Bytes that can be written in one piece at sendAt(); 0 if the buffer is full or memory has run out. */
export function sendSpace(c: Connection): u32 {
  if (c.sendRing == 0 && !beginRing(c)) return 0;
  if (sendBuffered(c) == c.sendCapacity && !growRing(c)) return 0;
  const slot = (c.sndEnd - c.sendOrigin) & (c.sendCapacity - 1);
  return min<u32>(c.sendCapacity - slot, c.sendCapacity - sendBuffered(c));
}

/** Whether sendSpace() would be more than 0. Takes no memory. */
export function hasSendSpace(c: Connection): bool {
  if (c.sendRing == 0) return ringBytesFree() != 0;
  return sendBuffered(c) < c.sendCapacity || (c.sendCapacity < c.sendLimit && ringBytesFree() >= c.sendCapacity << 1);
}

/** Where the next byte is to be written. */
export function sendAt(c: Connection): usize {
  return c.sendRing + ((c.sndEnd - c.sendOrigin) & (c.sendCapacity - 1));
}

/** Where the byte with this sequence number is; and how many follow in one piece: sendPiece(). */
export function sentAt(c: Connection, sequence: u32): usize {
  return c.sendRing + ((sequence - c.sendOrigin) & (c.sendCapacity - 1));
}

/** Bytes from `sequence` to the ring's end. */
export function sendPiece(c: Connection, sequence: u32): u32 {
  return c.sendCapacity - ((sequence - c.sendOrigin) & (c.sendCapacity - 1));
}

/** Everything before `sequence` is acknowledged. */
export function forgetSent(c: Connection, sequence: u32): void {
  c.sndData = sequence;
  if (sequence == c.sndEnd) dropSendRing(c);
}

/** Gives the ring back, whatever is in it. */
export function dropSendRing(c: Connection): void {
  c.sndData = c.sndEnd;
  if (c.sendRing == 0) return;
  giveRing(c.sendRing);
  c.sendRing = 0;
  c.sendCapacity = 0;
}

function beginRing(c: Connection): bool {
  const ring = takeRing(areRingsScarce() ? RING_BYTES_MIN : min<u32>(c.sendUsual, c.sendLimit));
  if (ring == 0) return false;
  c.sendRing = ring;
  c.sendCapacity = ringBytes(ring);
  c.sendOrigin = c.sndEnd;
  return true;
}

/** Who fills a ring gets a larger one, up to the limit. */
function growRing(c: Connection): bool {
  if (c.sendCapacity >= c.sendLimit || areRingsScarce()) return false;
  const wanted = c.sendCapacity << 1;
  const ring = moveRing(c.sendRing, c.sendCapacity, c.sndData - c.sendOrigin, sendBuffered(c), wanted);
  if (ring == 0) return false;
  c.sendRing = ring;
  c.sendCapacity = wanted;
  c.sendOrigin = c.sndData;
  c.sendUsual = wanted;
  return true;
}

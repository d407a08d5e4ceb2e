// A ring of bytes over memory that the caller owns. One writer, one reader, no interrupt touches it.
//
//   read and write run freely through 32 bits; their difference is the fill, so empty and full differ
//   without a spare slot. The capacity is a power of two, and slot = index & (capacity - 1).
//
//     bytes:  . . . . d a t a . . . .
//                     ^read   ^write

@final @unmanaged
export class RingBuffer {
  bytes: usize;
  capacity: u32;
  read: u32;
  write: u32;
}

/** Makes `ring` an empty ring over `capacity` bytes (a power of two) at `bytes`. */
export function initialiseRing(ring: RingBuffer, bytes: usize, capacity: u32): void {
  assert(capacity != 0 && (capacity & (capacity - 1)) == 0);
  ring.bytes = bytes;
  ring.capacity = capacity;
  ring.read = 0;
  ring.write = 0;
}

/** Bytes waiting to be read. */
export function ringFill(ring: RingBuffer): u32 {
  return ring.write - ring.read;
}

/** Bytes that can still be put. */
export function ringRoom(ring: RingBuffer): u32 {
  return ring.capacity - ringFill(ring);
}

/** Puts one byte; false, and nothing changed, if the ring is full. */
export function ringPut(ring: RingBuffer, byte: u32): bool {
  if (ringRoom(ring) == 0) return false;
  store<u8>(ring.bytes + (ring.write & (ring.capacity - 1)), byte);
  ring.write++;
  return true;
}

/** Moves up to `limit` bytes to `to`; returns how many. */
export function ringTake(ring: RingBuffer, to: usize, limit: u32): u32 {
  const count = min<u32>(limit, ringFill(ring));
  const slot = ring.read & (ring.capacity - 1);
  const first = min<u32>(count, ring.capacity - slot);
  memory.copy(to, ring.bytes + slot, first);
  memory.copy(to + first, ring.bytes, count - first);
  ring.read += count;
  return count;
}

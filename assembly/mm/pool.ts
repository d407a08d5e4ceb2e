// A pool of objects of one size, all taken from the heap at boot. Taking and giving back is constant time and
// allowed at any moment after; an empty pool is an expected failure (0), a wrong pointer is a panic.
//
//   objects: [ 0 ][ 1 ][ 2 ] …     a free object's first word is the index of the next free one, plus 1 (0: last)
//   taken:   one bit each          so that an object given back twice is noticed

import { clearBit, setBit, testBit } from "../lib/bitmap";
import { takeMemory } from "./heap";

@final @unmanaged
export class Pool {
  objects: usize;
  taken: usize;
  objectSize: u32;
  capacity: u32;
  nextFree: u32;
  used: u32;
}

/** Makes a pool of `capacity` objects of `objectSize` bytes (a multiple of 8). Only before the heap is locked. */
export function makePool(objectSize: u32, capacity: u32): Pool {
  assert(objectSize != 0 && (objectSize & 7) == 0 && capacity != 0);
  const pool = changetype<Pool>(takeMemory(<u32>offsetof<Pool>(), 8));
  pool.objects = takeMemory(objectSize * capacity, 8);
  pool.taken = takeMemory((capacity + 7) >> 3, 8);
  pool.objectSize = objectSize;
  pool.capacity = capacity;
  pool.nextFree = 1;
  pool.used = 0;
  for (let i: u32 = 1; i < capacity; i++) store<u32>(pool.objects + <usize>((i - 1) * objectSize), i + 1);
  store<u32>(pool.objects + <usize>((capacity - 1) * objectSize), 0);
  return pool;
}

/** A zeroed object, or 0 if all are taken. */
export function poolTake(pool: Pool): usize {
  if (pool.nextFree == 0) return 0;
  const index = pool.nextFree - 1;
  const at = pool.objects + <usize>(index * pool.objectSize);
  assert(!testBit(pool.taken, index));
  pool.nextFree = load<u32>(at);
  setBit(pool.taken, index);
  pool.used++;
  memory.fill(at, 0, pool.objectSize);
  return at;
}

/** Gives back an object of this pool. */
export function poolGive(pool: Pool, at: usize): void {
  const offset = <u32>(at - pool.objects);
  const index = offset / pool.objectSize;
  assert(at >= pool.objects && index < pool.capacity && index * pool.objectSize == offset);
  assert(testBit(pool.taken, index), "object given back twice");
  clearBit(pool.taken, index);
  store<u32>(at, pool.nextFree);
  pool.nextFree = index + 1;
  pool.used--;
}

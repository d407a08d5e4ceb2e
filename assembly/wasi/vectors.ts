// Lists of buffers (iovec, ciovec). The list is copied in and every buffer checked before the first byte moves, so a
// bad one in the middle changes nothing. To and from devices bytes go through a bounce buffer, since no device may see
// application memory that has not been checked, and the kernel itself never reads it in place; contents of files are copied
// straight between where they are and the application.

import * as app from "../host/app";
import { BOUNCE_SIZE, IO_VECTORS_MAX } from "../base/limits";
import { arrayInApplication, inApplication } from "./application-memory";
import { FAULT, INVAL, IOVEC_SIZE, SUCCESS } from "./spec";

// IO_VECTORS_MAX entries of u32 buf, u32 buf_len.
const list = memory.data(1024 * 8, 4);
const bounce = memory.data(4096);
let count: u32 = 0;
let total: u32 = 0;
// Where the walk stands: entry, and bytes of it that are done.
let current: u32 = 0;
let done: u32 = 0;
// The part that was taken last.
let address: u32 = 0;

/** Takes over the list at `at`: SUCCESS; FAULT if it or a buffer lies outside; INVAL if too long or over 4 GiB in all. */
export function openVectors(at: u32, entries: u32): u32 {
  if (entries > IO_VECTORS_MAX) return INVAL;
  if (!arrayInApplication(at, entries, IOVEC_SIZE)) return FAULT;
  app.copyIn(list, at, entries * IOVEC_SIZE);
  let sum: u64 = 0;
  for (let i: u32 = 0; i < entries; i++) {
    if (!inApplication(bufferAt(i), bufferLength(i))) return FAULT;
    sum += bufferLength(i);
  }
  if (sum > u32.MAX_VALUE) return INVAL;
  count = entries;
  total = <u32>sum;
  current = 0;
  done = 0;
  return SUCCESS;
}

/** Bytes of all buffers together. */
export function vectorsLength(): u32 {
  return total;
}

/** The bounce buffer, BOUNCE_SIZE bytes. */
export function bounceAt(): usize {
  return bounce;
}

/** Copies the next bytes of the buffers, at most `limit`, to `to`; how many, 0 at the end. */
export function gather(to: usize, limit: u32): u32 {
  return walk(to, limit, true);
}

/** Copies `bytes` bytes of the bounce buffer (at most BOUNCE_SIZE) into the buffers where the walk stands. */
export function scatter(bytes: u32): void {
  const moved = walk(bounce, bytes, false);
  assert(moved == bytes);
}

function bufferAt(index: u32): u32 {
  return load<u32>(list + <usize>(index * IOVEC_SIZE));
}

function bufferLength(index: u32): u32 {
  return load<u32>(list + <usize>(index * IOVEC_SIZE), 4);
}

/**
 * Takes the next part of the buffers, of at most `limit` bytes: its length, 0 at the end. partAt() has its address. For
 * data that goes straight from where it is to the application.
 */
export function takePart(limit: u32): u32 {
  while (current < count) {
    const length = min<u32>(limit, bufferLength(current) - done);
    address = bufferAt(current) + done;
    done += length;
    if (done == bufferLength(current)) {
      current++;
      done = 0;
    }
    if (length != 0) return length;
  }
  return 0;
}

/** The address, in the application, of the part that was taken last. */
export function partAt(): u32 {
  return address;
}

function walk(at: usize, limit: u32, isIn: bool): u32 {
  let moved: u32 = 0;
  while (moved < limit) {
    const part = takePart(limit - moved);
    if (part == 0) break;
    if (isIn) app.copyIn(at + moved, address, part);
    else app.copyOut(address, at + moved, part);
    moved += part;
  }
  return moved;
}

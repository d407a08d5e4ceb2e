// When which connection wants attention: a binary heap with each connection's earliest deadline.
// A deadline that moves to later is left where it is, since most are moved on with every packet: it is put right when it
// comes up. Read first: timers.ts, which asks.
//
//   heap: [ 0: earliest ][ 1 ][ 2 ] …      children of i: 2i + 1, 2i + 2        Connection.heapPlace = place + 1

import { Connection, NEVER } from "./connection";

let heap: usize = 0;
let size: u32 = 0;

/** Makes the heap, empty, with room for all connections: 4 bytes each at `at`. */
export function initialiseDeadlines(at: usize): void {
  heap = at;
  size = 0;
}

/** Puts the connection where its deadlines say. Call after any of them was changed to earlier. */
export function moveDeadline(c: Connection): void {
  const at = earliest(c);
  if (c.heapPlace == 0) {
    if (at == NEVER) return;
    c.heapKey = at;
    place(c, size++);
    rise(c);
  } else if (at < c.heapKey) {
    c.heapKey = at;
    rise(c);
  }
}

/** Takes the connection out, before its record is given back. */
export function removeDeadline(c: Connection): void {
  if (c.heapPlace == 0) return;
  const hole = c.heapPlace - 1;
  c.heapPlace = 0;
  const last = at(--size);
  if (hole == size) return;
  place(last, hole);
  rise(last);
  sink(last);
}

/** The connection whose deadline is the earliest, with its key put right; 0 if there is none. */
export function firstDeadline(): usize {
  while (size != 0) {
    const c = at(0);
    const key = earliest(c);
    if (key == c.heapKey) return changetype<usize>(c);
    if (key == NEVER) {
      removeDeadline(c);
    } else {
      c.heapKey = key;
      sink(c);
    }
  }
  return 0;
}

function earliest(c: Connection): u64 {
  return min<u64>(min<u64>(c.retransmitAt, c.ackAt), c.aliveAt);
}

function at(index: u32): Connection {
  return changetype<Connection>(<usize>load<u32>(heap + (<usize>index << 2)));
}

function place(c: Connection, index: u32): void {
  store<u32>(heap + (<usize>index << 2), <u32>changetype<usize>(c));
  c.heapPlace = index + 1;
}

function rise(c: Connection): void {
  let index = c.heapPlace - 1;
  while (index != 0) {
    const above = (index - 1) >> 1;
    if (at(above).heapKey <= c.heapKey) break;
    place(at(above), index);
    index = above;
  }
  place(c, index);
}

function sink(c: Connection): void {
  let index = c.heapPlace - 1;
  for (;;) {
    let below = (index << 1) + 1;
    if (below >= size) break;
    if (below + 1 < size && at(below + 1).heapKey < at(below).heapKey) below++;
    if (at(below).heapKey >= c.heapKey) break;
    place(at(below), index);
    index = below;
  }
  place(c, index);
}

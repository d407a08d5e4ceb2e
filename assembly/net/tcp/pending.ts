// Connections with something to do at the end of a turn: an acknowledgement for all that came in it, or data that found no
// buffer below. One line for each interface, since one that is full says nothing of the others; who came first goes first.
// Read next: timers.ts, which goes through the lines in every tcpPoll().
//
// While a line's device is full, who has something to send goes to its end and is not asked before his turn: else those whose
// acknowledgements come in would take every place that becomes free, and who has nothing under way would never begin.
//
//   per route (ipv4/output.ts: interface + 1, or 0), 12 bytes:   u32 first | u32 last | u32 isFull
//   a connection's pendingLine is its line plus 1; nextPending and previousPending are its neighbours there

import { NETWORK_INTERFACES_MAX } from "../../base/limits";
import { Connection } from "./connection";

/** NETWORK_INTERFACES_MAX and one. */
export const PENDING_LINES: u32 = 9;

@final @unmanaged
class Line {
  first: usize;
  last: usize;
  /** A send has found no room since the line was last served. */
  isFull: u32;
}

// PENDING_LINES of them.
const lines = memory.data(9 * 12, 4);
let isServing: bool = false;

function lineAt(index: u32): Line {
  assert(index < PENDING_LINES);
  return changetype<Line>(lines + <usize>index * offsetof<Line>());
}

export function clearPending(): void {
  assert(PENDING_LINES == NETWORK_INTERFACES_MAX + 1);
  memory.fill(lines, 0, <usize>PENDING_LINES * offsetof<Line>());
  isServing = false;
}

export function hasPending(): bool {
  for (let i: u32 = 0; i < PENDING_LINES; i++) {
    if (lineAt(i).first != 0) return true;
  }
  return false;
}

/** The first and the last connection of a line; 0: it is empty. */
export function firstPending(line: u32): usize {
  return lineAt(line).first;
}

export function lastPending(line: u32): usize {
  return lineAt(line).last;
}

/** A send by this route has found no room. */
export function markFull(route: u32): void {
  lineAt(route).isFull = 1;
}

/** Whether who wants to send by this route has to wait for his turn. */
export function mustWait(route: u32): bool {
  return !isServing && lineAt(route).isFull != 0;
}

/** The line has its turn, until stopServing(): its device is asked again. */
export function serve(line: u32): void {
  lineAt(line).isFull = 0;
  isServing = true;
}

export function stopServing(): void {
  isServing = false;
}

/** Puts the connection behind all that wait for its interface, unless it waits already. */
export function markPending(c: Connection): void {
  if (c.pendingLine != 0) return;
  const line = lineAt(c.route);
  c.pendingLine = <u8>(c.route + 1);
  c.nextPending = 0;
  c.previousPending = line.last;
  if (line.last == 0) line.first = changetype<usize>(c);
  else changetype<Connection>(line.last).nextPending = changetype<usize>(c);
  line.last = changetype<usize>(c);
}

/** Takes the connection out: it is done, or its record is given back. */
export function unmarkPending(c: Connection): void {
  if (c.pendingLine == 0) return;
  const line = lineAt(<u32>c.pendingLine - 1);
  c.pendingLine = 0;
  if (c.previousPending == 0) line.first = c.nextPending;
  else changetype<Connection>(c.previousPending).nextPending = c.nextPending;
  if (c.nextPending == 0) line.last = c.previousPending;
  else changetype<Connection>(c.nextPending).previousPending = c.previousPending;
}

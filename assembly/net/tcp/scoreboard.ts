// What of the data in flight has arrived, is lost, or is still under way; and what should be sent next.
// Read first: RFC 6675 §2 (HighACK is sndUna, HighData sndNxt, HighRxt highRxt), §4 (Update, IsLost, SetPipe, NextSeg).
// Where the peer has no SACK, every duplicate acknowledgement stands for one segment that has arrived (RFC 6582 §3.2).
//
//     sndUna                     lostEdge                    sndNxt
//     |  lost, but for  [sacked] |  under way  [sacked]      |
//     |   sent again  |
//                     highRxt

import { Connection, RECOVERY_FAST, RECOVERY_NONE, RECOVERY_TIMEOUT, sackedRanges } from "./connection";
import { addRange, cutRanges, rangeCount, rangeEnd, rangeStart } from "./ranges";
import { sackEnd, Segment, sackStart } from "./segment";
import { earlier, isBefore, isUpTo, later } from "./sequence";
import { DUPLICATE_THRESHOLD } from "./spec";

/** §4 Update(): notes a segment's SACK blocks; returns how many bytes were not known to have arrived. */
export function noteSacks(c: Connection, s: Segment): u32 {
  let fresh: u32 = 0;
  for (let i: u32 = 0; i < s.sackCount; i++) {
    const start = sackStart(s, i);
    const end = sackEnd(s, i);
    // RFC 2018 §3 and RFC 2883 §4: blocks that are not inside what is in flight say nothing of use, or lie.
    if (!isBefore(start, end) || !isBefore(c.sndUna, start) || !isUpTo(end, c.sndNxt)) continue;
    fresh += addRange(sackedRanges(c), start, end);
  }
  return fresh;
}

/** Forgets what lies before sndUna. */
export function trimScoreboard(c: Connection): void {
  cutRanges(sackedRanges(c), c.sndUna);
  c.highRxt = later(c.highRxt, c.sndUna);
  c.againNxt = c.sndNxt;
}

/**
 * Whether the first segment was sent again in vain: what was sent well after that has arrived. Beyond RFC 6675, which
 * leaves it to the timer; as much must have overtaken it as would make any other segment lost.
 */
export function isRepetitionLost(c: Connection): bool {
  const sacked = sackedRanges(c);
  const ranges = rangeCount(sacked);
  if (ranges == 0 || !isBefore(c.sndUna, c.highRxt)) return false;
  return isBefore(c.againNxt + (DUPLICATE_THRESHOLD - 1) * c.mss, rangeEnd(sacked, ranges - 1));
}

/** §4 IsLost(): everything before this that has not arrived is lost. sndUna: nothing is. */
export function lostEdge(c: Connection): u32 {
  if (c.recovery == RECOVERY_TIMEOUT) return c.recoveryPoint;
  let edge = c.sndUna;
  // In recovery the first segment is lost whatever is known of the rest.
  if (c.recovery == RECOVERY_FAST) edge = earlier(firstHoleEnd(c), c.sndUna + c.mss);
  const sacked = sackedRanges(c);
  let above: u32 = 0;
  for (let i = rangeCount(sacked); i > 0; i--) {
    above += rangeEnd(sacked, i - 1) - rangeStart(sacked, i - 1);
    if (rangeCount(sacked) - (i - 1) >= DUPLICATE_THRESHOLD || above > (DUPLICATE_THRESHOLD - 1) * c.mss) {
      return later(edge, rangeStart(sacked, i - 1));
    }
  }
  return edge;
}

/** §4 SetPipe(): bytes thought to be in the network. */
export function pipe(c: Connection): u32 {
  const sacked = sackedRanges(c);
  const ranges = rangeCount(sacked);
  if (c.recovery == RECOVERY_NONE && ranges == 0) return withoutDuplicates(c, c.sndNxt - c.sndUna);
  const edge = lostEdge(c);
  let sum: u32 = 0;
  let from = c.sndUna;
  for (let i: u32 = 0; i <= ranges; i++) {
    const to = i < ranges ? rangeStart(sacked, i) : c.sndNxt;
    const notLost = <i32>(to - later(from, edge));
    if (notLost > 0) sum += <u32>notLost;
    const again = <i32>(earlier(to, c.highRxt) - from);
    if (again > 0 && c.recovery != RECOVERY_NONE) sum += <u32>again;
    if (i < ranges) from = rangeEnd(sacked, i);
  }
  return withoutDuplicates(c, sum);
}

/** Without SACK, each duplicate acknowledgement means that a segment has left the network. */
function withoutDuplicates(c: Connection, sum: u32): u32 {
  if (c.hasSack || c.recovery == RECOVERY_TIMEOUT) return sum;
  const arrived = c.duplicates * c.mss;
  return arrived < sum ? sum - arrived : 0;
}

/** §4 NextSeg() rule 1: where the next lost bytes begin that were not sent again; `edge` if there are none. */
export function nextLost(c: Connection, edge: u32): u32 {
  let from = later(c.sndUna, c.highRxt);
  const sacked = sackedRanges(c);
  for (let i: u32 = 0; i < rangeCount(sacked); i++) {
    if (isBefore(from, rangeStart(sacked, i))) break;
    from = later(from, rangeEnd(sacked, i));
  }
  return earlier(from, edge);
}

/** Where the hole that `from` lies in ends, at most at `limit`. */
export function holeEnd(c: Connection, from: u32, limit: u32): u32 {
  const sacked = sackedRanges(c);
  for (let i: u32 = 0; i < rangeCount(sacked); i++) {
    if (isBefore(from, rangeStart(sacked, i))) return earlier(limit, rangeStart(sacked, i));
  }
  return limit;
}

/** NextSeg() rule 3: the end of what has arrived; holes before it may be filled when nothing else can be sent. */
export function highestSacked(c: Connection): u32 {
  const sacked = sackedRanges(c);
  const ranges = rangeCount(sacked);
  return ranges == 0 ? c.sndUna : rangeStart(sacked, ranges - 1);
}

function firstHoleEnd(c: Connection): u32 {
  return holeEnd(c, c.sndUna, c.sndNxt);
}

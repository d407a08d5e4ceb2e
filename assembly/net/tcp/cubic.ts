// The growth of the congestion window by CUBIC, in integers. congestion.ts says when it is asked.
// Read first: RFC 9438 §4.1 (constants), §4.2 (the function), §4.3 (the Reno-friendly region), §4.6, §4.7.
//
//   W(t) = C (t - K)^3 + Wmax      with C = 0.4 segments / s^3, times in milliseconds, windows in bytes:
//   C (dt/1000)^3 mss = 2 mss dt^3 / 5 10^9

import { Connection } from "./connection";
import { now } from "../now";

/** dt^3 stays below 2^54, and with the segment size below 2^63. */
const ELAPSED_MAX: i64 = 250000;
const SCALE: i64 = 5000000000;
/** alpha = 3 (1 - beta) / (1 + beta) = 9/17 with beta = 0.7 (§4.3). */
const ALPHA_NUMERATOR: u64 = 9;
const ALPHA_DENOMINATOR: u64 = 17;

/** Loss: notes where it was, and returns the window to go on with (§4.6, §4.7). `flight`: bytes in flight. */
export function cubicLoss(c: Connection, flight: u32): u32 {
  // Fast convergence: who loses before it was back at the old maximum leaves room for others.
  c.wMax = c.cwnd < c.wMax ? <u32>(<u64>c.cwnd * 17 / 20) : c.cwnd;
  c.cwndPrior = c.cwnd;
  c.epoch = 0;
  return max<u32>(<u32>(<u64>flight * 7 / 10), c.mss << 1);
}

/** `acked` bytes were acknowledged in congestion avoidance: returns the new window (§4.2 to §4.5). */
export function cubicGrow(c: Connection, acked: u32): u32 {
  if (c.epoch == 0) beginEpoch(c);
  const elapsed = <i64>((now() - c.epoch) / 1000000) + <i64>(c.srtt / 1000);
  const target = cubicWindow(c, min<i64>(elapsed, ELAPSED_MAX));
  const alphaReached = c.wEstimate >= c.cwndPrior;
  const gain = <u64>acked * c.mss / c.cwnd;
  c.wEstimate += <u32>(alphaReached ? gain : gain * ALPHA_NUMERATOR / ALPHA_DENOMINATOR);
  // §4.2: between the window and one and a half of it.
  const bounded = min<u64>(max<u64>(target, c.cwnd), <u64>c.cwnd + (c.cwnd >> 1));
  const grown = c.cwnd + <u32>((bounded - c.cwnd) * acked / c.cwnd);
  return max<u32>(grown, c.wEstimate);
}

function beginEpoch(c: Connection): void {
  c.epoch = now();
  c.wEstimate = c.cwnd;
  if (c.cwnd < c.wMax) {
    c.cubicK = cubeRoot(<u64>(c.wMax - c.cwnd) * <u64>(SCALE / 2) / <u64>c.mss);
  } else {
    c.cubicK = 0;
    c.wMax = c.cwnd;
  }
}

/** W(t) in bytes, not below 0. */
function cubicWindow(c: Connection, elapsed: i64): u64 {
  const distance = max<i64>(elapsed - <i64>c.cubicK, -ELAPSED_MAX);
  // Two divisions keep the product of the cube and the segment size inside 64 bits.
  const change = distance * distance * distance / 1000 * <i64>c.mss * 2 / (SCALE / 1000);
  const window = <i64>c.wMax + change;
  return window < 0 ? 0 : <u64>window;
}

/** The largest r with r^3 <= value. */
export function cubeRoot(value: u64): u32 {
  let root: u64 = 0;
  for (let bit: u64 = 1 << 20; bit != 0; bit >>= 1) {
    const next = root | bit;
    if (next * next * next <= value) root = next;
  }
  return <u32>root;
}

// Sequence numbers: 32 bits that wrap. Pure.
// Read first: RFC 9293 §3.4. Two numbers are compared by the sign of their distance, which is right as long as they are
// less than 2 GiB apart; no window is larger than 1 GiB (RFC 7323 §2.3).

/** left < right */
export function isBefore(left: u32, right: u32): bool {
  return <i32>(left - right) < 0;
}

/** left <= right */
export function isUpTo(left: u32, right: u32): bool {
  return <i32>(left - right) <= 0;
}

/** The later of the two. */
export function later(left: u32, right: u32): u32 {
  return isBefore(left, right) ? right : left;
}

/** The earlier of the two. */
export function earlier(left: u32, right: u32): u32 {
  return isBefore(left, right) ? left : right;
}

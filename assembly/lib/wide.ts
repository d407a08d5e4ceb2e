// Products wider than 64 bits, for clock arithmetic. Pure.

/** The high 64 bits of the 128-bit product. */
export function multiplyHigh(left: u64, right: u64): u64 {
  const leftLow = left & 0xffffffff;
  const leftHigh = left >> 32;
  const rightLow = right & 0xffffffff;
  const rightHigh = right >> 32;
  const low = leftLow * rightLow;
  const middle = leftHigh * rightLow + (low >> 32);
  const cross = leftLow * rightHigh + (middle & 0xffffffff);
  return leftHigh * rightHigh + (middle >> 32) + (cross >> 32);
}

/** (left * right) >> 32 with the product in 128 bits; the result wraps at 64 bits. */
export function multiplyShift32(left: u64, right: u64): u64 {
  return (multiplyHigh(left, right) << 32) | ((left * right) >> 32);
}

/** left + right, or u64.MAX_VALUE if that does not fit. */
export function addSaturating(left: u64, right: u64): u64 {
  const sum = left + right;
  return sum < left ? u64.MAX_VALUE : sum;
}

/** left - right, or 0 if that is negative. */
export function subtractSaturating(left: u64, right: u64): u64 {
  return left < right ? 0 : left - right;
}

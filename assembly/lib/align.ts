// Rounding to powers of two. Pure; `alignment` must be a power of two, and the sum must not pass 64 bits
// (callers work with physical addresses, which are clipped to 52 bits first).

export function alignUp(value: u64, alignment: u64): u64 {
  return (value + alignment - 1) & ~(alignment - 1);
}

export function alignDown(value: u64, alignment: u64): u64 {
  return value & ~(alignment - 1);
}

export function isAligned(value: u64, alignment: u64): bool {
  return (value & (alignment - 1)) == 0;
}

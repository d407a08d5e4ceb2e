// Comparing and measuring bytes. Pure. Copying and filling are the builtins memory.copy and memory.fill.

/** Whether the ASCII text `expected` is exactly the `length` bytes at `at`. */
export function equalsText(at: usize, length: u32, expected: string): bool {
  return <u32>expected.length == length && startsWithText(at, length, expected);
}

/** Whether the `length` bytes at `at` begin with the ASCII text `prefix`. */
export function startsWithText(at: usize, length: u32, prefix: string): bool {
  const count = <u32>prefix.length;
  if (count > length) return false;
  // A string literal is UTF-16 in static data; reading its low bytes needs no runtime.
  const text = changetype<usize>(prefix);
  for (let i: u32 = 0; i < count; i++) {
    if (<u32>load<u8>(at + i) != <u32>load<u16>(text + (<usize>i << 1))) return false;
  }
  return true;
}

/** Whether two runs of `length` bytes are the same. */
export function equals(left: usize, right: usize, length: u32): bool {
  return memory.compare(left, right, length) == 0;
}

/** Bytes before the first `byte`, at most `limit`; `limit` if there is none. */
export function distanceTo(byte: u32, at: usize, limit: u32): u32 {
  let i: u32 = 0;
  while (i < limit && <u32>load<u8>(at + i) != byte) i++;
  return i;
}

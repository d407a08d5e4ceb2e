// A bitmap in memory: bit i is bit (i & 7) of byte (i >> 3). Pure; bounds are the caller's.

export function testBit(map: usize, index: u32): bool {
  return (<u32>load<u8>(map + (index >> 3)) & (1 << (index & 7))) != 0;
}

export function setBit(map: usize, index: u32): void {
  const at = map + (index >> 3);
  store<u8>(at, <u32>load<u8>(at) | (1 << (index & 7)));
}

export function clearBit(map: usize, index: u32): void {
  const at = map + (index >> 3);
  store<u8>(at, <u32>load<u8>(at) & ~(1 << (index & 7)));
}

/** The first index of `run` clear bits in a row within [0, count), or `count` if there is no such run. */
export function findClearRun(map: usize, count: u32, run: u32): u32 {
  let length: u32 = 0;
  for (let index: u32 = 0; index < count; index++) {
    if (testBit(map, index)) length = 0;
    else if (++length == run) return index + 1 - run;
  }
  return count;
}

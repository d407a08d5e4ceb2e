// SipHash-2-4: a short keyed hash that nobody without the key can predict. Pure.
// Read first: J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF" (2012), §2.
// Only whole words: who has fewer bytes pads them, always in the same way, before.
//
//   key: 16 bytes as two u64, low first        input: words of 8 bytes, little-endian

/** The hash of `words` u64 at `at` under the 16 bytes at `key`. */
export function sipHash(key: usize, at: usize, words: u32): u64 {
  const low = load<u64>(key);
  const high = load<u64>(key, 8);
  // "somepseudorandomlygeneratedbytes".
  let a: u64 = low ^ 0x736f6d6570736575;
  let b: u64 = high ^ 0x646f72616e646f6d;
  let c: u64 = low ^ 0x6c7967656e657261;
  let d: u64 = high ^ 0x7465646279746573;
  // The last word carries the length modulo 256 in its highest byte.
  const last = <u64>((words << 3) & 0xff) << 56;
  // Two rounds a word, then four to finish: 2 (words + 1) + 4.
  const rounds = ((words + 1) << 1) + 4;
  let word: u64 = 0;
  for (let round: u32 = 0; round < rounds; round++) {
    const index = round >> 1;
    const isFirst = (round & 1) == 0;
    if (isFirst && index <= words) {
      word = index < words ? load<u64>(at + (<usize>index << 3)) : last;
      d ^= word;
    }
    if (isFirst && index == words + 1) c ^= 0xff;
    a += b; b = rotl<u64>(b, 13) ^ a; a = rotl<u64>(a, 32);
    c += d; d = rotl<u64>(d, 16) ^ c;
    a += d; d = rotl<u64>(d, 21) ^ a;
    c += b; b = rotl<u64>(b, 17) ^ c; c = rotl<u64>(c, 32);
    if (!isFirst && index <= words) a ^= word;
  }
  return a ^ b ^ c ^ d;
}

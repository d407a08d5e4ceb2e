// The internet checksum: the ones' complement of the ones' complement sum of 16-bit words. Pure.
// Read first: RFC 1071 §1, §2 (B: the sum does not depend on byte order, so words are added as the processor loads them).
//
// A sum is a u64 that has not been folded. Sums of pieces are added; every piece but the last has an even number of bytes.
// A finished checksum is in memory order: it is stored and compared with load<u16> and store<u16>, never swapped.

/** What a sum over data with its own correct checksum folds to. */
const ALL_ONES: u32 = 0xffff;

/** The sum of `bytes` bytes; an odd last byte counts as if a zero followed. */
export function sumOf(at: usize, bytes: u32): u64 {
  // 32-bit words in a 64-bit sum: carries need no care below 2^32 words. Four words a step keep two adders busy.
  let even: u64 = 0;
  let odd: u64 = 0;
  const end = at + bytes;
  for (; at + 16 <= end; at += 16) {
    const first = load<u64>(at);
    const second = load<u64>(at, 8);
    even += (first & 0xffffffff) + (second & 0xffffffff);
    odd += (first >> 32) + (second >> 32);
  }
  for (; at + 4 <= end; at += 4) even += <u64>load<u32>(at);
  if (at + 2 <= end) {
    even += <u64>load<u16>(at);
    at += 2;
  }
  if (at < end) even += <u64>load<u8>(at);
  return even + odd;
}

/** Copies `bytes` bytes and returns their sum: one pass over the data instead of two. */
export function copyAndSum(to: usize, from: usize, bytes: u32): u64 {
  let even: u64 = 0;
  let odd: u64 = 0;
  const end = from + bytes;
  for (; from + 8 <= end; from += 8) {
    const word = load<u64>(from);
    store<u64>(to, word);
    even += word & 0xffffffff;
    odd += word >> 32;
    to += 8;
  }
  const rest = <u32>(end - from);
  memory.copy(to, from, rest);
  return even + odd + sumOf(from, rest);
}

/** The sum as 16 bits, in memory order: what a device wants in the checksum field when it does the rest. */
export function foldSum(sum: u64): u32 {
  sum = (sum & 0xffffffff) + (sum >> 32);
  sum = (sum & 0xffffffff) + (sum >> 32);
  let folded = <u32>(sum & 0xffff) + <u32>(sum >> 16);
  folded = (folded & 0xffff) + (folded >> 16);
  return (folded & 0xffff) + (folded >> 16);
}

/** The checksum for a field that was zero while it was summed. */
export function checksumOf(sum: u64): u32 {
  return foldSum(sum) ^ ALL_ONES;
}

/** Whether a sum over data and its checksum field says that nothing was changed. */
export function isSumValid(sum: u64): bool {
  return foldSum(sum) == ALL_ONES;
}

/** The sum of the pseudo-header (RFC 768, RFC 9293 §3.1): addresses, protocol, and the bytes of header and data. */
export function pseudoSum(source: u32, destination: u32, protocol: u32, bytes: u32): u64 {
  return <u64>bswap<u32>(source) + <u64>bswap<u32>(destination) + <u64>bswap<u32>((protocol << 16) | bytes);
}

// Numbers in network byte order: the most significant byte first, at any alignment. Pure.
// Read first: RFC 791, appendix B.

export function get8(at: usize): u32 {
  return <u32>load<u8>(at);
}

export function get16(at: usize): u32 {
  return <u32>bswap<u16>(load<u16>(at));
}

export function get32(at: usize): u32 {
  return bswap<u32>(load<u32>(at));
}

/** A MAC address: 48 bits, the first byte highest. */
export function get48(at: usize): u64 {
  return (<u64>get16(at) << 32) | <u64>get32(at + 2);
}

export function put8(at: usize, value: u32): void {
  store<u8>(at, value);
}

export function put16(at: usize, value: u32): void {
  store<u16>(at, bswap<u16>(<u16>value));
}

export function put32(at: usize, value: u32): void {
  store<u32>(at, bswap<u32>(value));
}

export function put48(at: usize, value: u64): void {
  put16(at, <u32>(value >> 32));
  put32(at + 2, <u32>value);
}

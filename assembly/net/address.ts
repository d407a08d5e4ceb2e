// What an IPv4 address is by its bits, and as text. Addresses are u32 in host order: 10.0.2.15 is 0x0a00020f. Pure.
// Read first: RFC 1122 §3.2.1.3; RFC 6890 §2.2.2.

export const ADDRESS_NONE: u32 = 0;
export const ADDRESS_BROADCAST: u32 = 0xffffffff;
export const ADDRESS_LOOPBACK: u32 = 0x7f000001;
const LOOPBACK_NETWORK: u32 = 127;
const DOT: u32 = 0x2e;

/** What parseAddress returns for what is no address, as 64 bits since every 32-bit value is one. */
export const NO_ADDRESS: u64 = u64.MAX_VALUE;

/** 224.0.0.0/4. */
export function isMulticast(address: u32): bool {
  return (address >> 28) == 14;
}

/** 127.0.0.0/8: never on a wire. */
export function isLoopback(address: u32): bool {
  return (address >> 24) == LOOPBACK_NETWORK;
}

/** Whether a host may have it: not 0.0.0.0/8, not loopback, not multicast, not reserved (240.0.0.0/4). */
export function isHostAddress(address: u32): bool {
  return (address >> 24) != 0 && !isLoopback(address) && (address >> 28) < 14;
}

/** The mask of a prefix of 0 to 32 bits. */
export function maskOfPrefix(bits: u32): u32 {
  return bits == 0 ? 0 : 0xffffffff << (32 - bits);
}

/** Whether the one bits are all in front. */
export function isMask(mask: u32): bool {
  return (~mask & (~mask + 1)) == 0;
}

/** Whether it is the broadcast address of a network; /31 and /32 have none (RFC 3021). */
export function isBroadcastOf(address: u32, own: u32, mask: u32): bool {
  return own != 0 && mask < 0xfffffffe && address == (own | ~mask);
}

/** `a.b.c.d` in decimal without leading zeros, all `length` bytes of it; else NO_ADDRESS. */
export function parseAddress(at: usize, length: u32): u64 {
  let address: u64 = 0;
  let part: u32 = 0;
  let digits: u32 = 0;
  let dots: u32 = 0;
  for (let i: u32 = 0; i < length; i++) {
    const byte = <u32>load<u8>(at + i);
    if (byte == DOT) {
      if (digits == 0 || ++dots > 3) return NO_ADDRESS;
      address = (address << 8) | part;
      part = 0;
      digits = 0;
      continue;
    }
    const digit = byte - 0x30;
    if (digit > 9 || (digits != 0 && part == 0)) return NO_ADDRESS;
    part = part * 10 + digit;
    digits++;
    if (part > 255) return NO_ADDRESS;
  }
  return dots == 3 && digits != 0 ? (address << 8) | part : NO_ADDRESS;
}

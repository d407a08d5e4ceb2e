// Numbers as ASCII, written to memory. Pure: no strings are built.

/** The most digits a u64 has in decimal. */
export const DECIMAL_DIGITS_MAX: u32 = 20;

/** Writes `value` in decimal at `to` (room for DECIMAL_DIGITS_MAX) and returns the number of digits. */
export function formatDecimal(to: usize, value: u64): u32 {
  let digits: u32 = 1;
  for (let rest = value / 10; rest != 0; rest /= 10) digits++;
  for (let at = to + digits - 1; at >= to; at--) {
    store<u8>(at, <u32>0x30 + <u32>(value % 10));
    value /= 10;
  }
  return digits;
}

/** Writes the low `digits` hexadecimal digits of `value` at `to`; 0 digits means as many as it needs. */
export function formatHex(to: usize, value: u64, digits: u32): u32 {
  if (digits == 0) {
    digits = 1;
    for (let rest = value >> 4; rest != 0; rest >>= 4) digits++;
  }
  for (let i: u32 = 0; i < digits; i++) {
    const nibble = <u32>(value >> (<u64>(digits - 1 - i) << 2)) & 15;
    store<u8>(to + i, nibble < 10 ? 0x30 + nibble : 0x57 + nibble);
  }
  return digits;
}

/**
 * Reads `length` decimal digits at `at`. The value, or u64.MAX_VALUE if there is no digit, another character,
 * or more than 63 bits.
 */
export function parseDecimal(at: usize, length: u32): u64 {
  if (length == 0) return u64.MAX_VALUE;
  let value: u64 = 0;
  for (let i: u32 = 0; i < length; i++) {
    const digit = <u32>load<u8>(at + i) - 0x30;
    if (digit > 9 || value > (<u64>i64.MAX_VALUE - digit) / 10) return u64.MAX_VALUE;
    value = value * 10 + digit;
  }
  return value;
}

/** Reads `length` hexadecimal digits at `at`, at most 16. The value, or u64.MAX_VALUE if there is none or another character. */
export function parseHex(at: usize, length: u32): u64 {
  if (length == 0 || length > 16) return u64.MAX_VALUE;
  let value: u64 = 0;
  for (let i: u32 = 0; i < length; i++) {
    const byte = <u32>load<u8>(at + i);
    const letter = (byte | 0x20) - 0x61;
    const digit: u32 = byte - 0x30 <= 9 ? byte - 0x30 : letter < 6 ? letter + 10 : 16;
    if (digit == 16) return u64.MAX_VALUE;
    value = value << 4 | digit;
  }
  return value;
}

// One line of text, put together in a static buffer. Lines are for people: what does not fit is cut.
// Strings are literals only; nothing is allocated.

import { DECIMAL_DIGITS_MAX, formatDecimal, formatHex } from "../lib/format";

const CAPACITY: u32 = 1024;
const buffer = memory.data(1024);
let length: u32 = 0;

export function beginLine(): void {
  length = 0;
}

export function lineStart(): usize {
  return buffer;
}

export function lineLength(): u32 {
  return length;
}

/** Appends an ASCII literal. */
export function text(literal: string): void {
  const from = changetype<usize>(literal);
  const count = min<u32>(<u32>literal.length, CAPACITY - length);
  for (let i: u32 = 0; i < count; i++) store<u8>(buffer + length + i, load<u16>(from + (<usize>i << 1)));
  length += count;
}

/** Appends bytes that came from outside; control characters become question marks. */
export function bytes(from: usize, count: u32): void {
  count = min<u32>(count, CAPACITY - length);
  for (let i: u32 = 0; i < count; i++) {
    const byte = <u32>load<u8>(from + i);
    store<u8>(buffer + length + i, byte < 0x20 || byte == 0x7f ? 0x3f : byte);
  }
  length += count;
}

export function decimal(value: u64): void {
  if (length + DECIMAL_DIGITS_MAX <= CAPACITY) length += formatDecimal(buffer + length, value);
}

/** Appends `0x` and the low `digits` hexadecimal digits; 0 digits means as many as it needs. */
export function hex(value: u64, digits: u32 = 0): void {
  if (length + 18 > CAPACITY) return;
  text("0x");
  length += formatHex(buffer + length, value, digits);
}

/** Ends the line. A full buffer loses its last byte to the line feed. */
export function endLine(): void {
  if (length == CAPACITY) length--;
  store<u8>(buffer + length, 10);
  length++;
}

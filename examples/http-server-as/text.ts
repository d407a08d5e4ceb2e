// Bytes that are text: looking into them, and writing them. Addresses, since nothing is to be allocated for a request.

/** The address of a byte from `at` on; `end` if it is not there. */
export function find(at: usize, end: usize, byte: u32): usize {
  while (at < end && load<u8>(at) != byte) at++;
  return at;
}

/** Letters of ASCII in lower case. */
function lower(byte: u32): u32 {
  return byte - 0x41 < 26 ? byte | 0x20 : byte;
}

export function isSame(at: usize, end: usize, word: string): bool {
  if (<i32>(end - at) != word.length) return false;
  for (let i = 0; i < word.length; i++) if (<u32>load<u8>(at + i) != <u32>word.charCodeAt(i)) return false;
  return true;
}

/** The same in any case: what is looked for is in lower case. */
export function isAlike(at: usize, end: usize, word: string): bool {
  return <i32>(end - at) == word.length && beginsAlike(at, end, word);
}

export function beginsAlike(at: usize, end: usize, word: string): bool {
  if (<i32>(end - at) < word.length) return false;
  for (let i = 0; i < word.length; i++) if (lower(load<u8>(at + i)) != <u32>word.charCodeAt(i)) return false;
  return true;
}

export function isOneOf(byte: u32, bytes: string): bool {
  for (let i = 0; i < bytes.length; i++) if (<u32>bytes.charCodeAt(i) == byte) return true;
  return false;
}

/** The value of a digit of base 16, or more than 15. */
export function digit(byte: u32): u32 {
  const letter = lower(byte) - 0x61;
  return letter < 6 ? letter + 10 : byte - 0x30 < 10 ? byte - 0x30 : 16;
}

/** Text that grows in a piece of memory whose user knows that it fits. */
export class Text {
  length: i32 = 0;

  constructor(public at: usize) {}

  add(text: string): Text {
    this.length += <i32>String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, this.at + this.length);
    return this;
  }

  addBytes(at: usize, length: i32): Text {
    memory.copy(this.at + this.length, at, length);
    this.length += length;
    return this;
  }

  addNumber(value: u64): Text {
    let digits = 1;
    for (let rest = value; rest >= 10; rest /= 10) digits++;
    for (let i = digits - 1; i >= 0; i--, value /= 10) store<u8>(this.at + this.length + i, 0x30 + <u32>(value % 10));
    this.length += digits;
    return this;
  }
}

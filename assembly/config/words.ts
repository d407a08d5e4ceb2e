// The grammar of the command line: a line becomes words. Pure: reads one buffer, writes another.
//
//   Blanks (space, tab, line ends) separate words. Double quotes group, anywhere in a word, and a backslash inside
//   quotes takes the next character as it is. A NUL ends the line. `--` without quotes is a word of its own kind.

const BLANK_SPACE: u32 = 0x20;
const TAB: u32 = 0x09;
const LINE_FEED: u32 = 0x0a;
const CARRIAGE_RETURN: u32 = 0x0d;
const QUOTE: u32 = 0x22;
const BACKSLASH: u32 = 0x5c;
const DASH: u32 = 0x2d;

export const WORD_NONE: u32 = 0;
export const WORD_FOUND: u32 = 1;
/** A bare `--`: what follows belongs to the application. */
export const WORD_SEPARATOR: u32 = 2;
/** The line ends inside quotes. */
export const WORD_UNTERMINATED: u32 = 3;

let cursor: usize = 0;
let end: usize = 0;
let length: u32 = 0;

/** Begins to read the `bytes` bytes at `line`. */
export function beginWords(line: usize, bytes: u32): void {
  cursor = line;
  end = line + bytes;
}

/** Bytes of the word that nextWord() wrote last. */
export function wordLength(): u32 {
  return length;
}

/** Writes the next word, decoded, to `to`; it is never longer than the rest of the line. */
export function nextWord(to: usize): u32 {
  length = 0;
  while (cursor < end && isBlank(<u32>load<u8>(cursor))) cursor++;
  if (cursor == end || <u32>load<u8>(cursor) == 0) {
    cursor = end;
    return WORD_NONE;
  }
  let quoted = false;
  let everQuoted = false;
  while (cursor < end) {
    let byte = <u32>load<u8>(cursor);
    if (byte == 0 || (!quoted && isBlank(byte))) break;
    cursor++;
    if (byte == QUOTE) {
      quoted = !quoted;
      everQuoted = true;
      continue;
    }
    if (quoted && byte == BACKSLASH) {
      if (cursor == end) break;
      byte = <u32>load<u8>(cursor);
      if (byte == 0) break;
      cursor++;
    }
    store<u8>(to + length, byte);
    length++;
  }
  if (quoted) return WORD_UNTERMINATED;
  const separator = !everQuoted && length == 2 && <u32>load<u8>(to) == DASH && <u32>load<u8>(to + 1) == DASH;
  return separator ? WORD_SEPARATOR : WORD_FOUND;
}

function isBlank(byte: u32): bool {
  return byte == BLANK_SPACE || byte == TAB || byte == LINE_FEED || byte == CARRIAGE_RETURN;
}

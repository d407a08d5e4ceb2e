// Standard input on its way to COM1, as `stdin=framed` says: a serial port has no end of input, so one is escaped in.
// 0x10 0x10 = one byte 0x10, 0x10 0x04 = end of input, all else is itself.

const ESCAPE = 0x10;
const END = 0x04;

export const END_OF_INPUT: Uint8Array = Uint8Array.of(ESCAPE, END);

export function escapeInput(bytes: Uint8Array): Uint8Array {
  let escapes = 0;
  for (const byte of bytes) if (byte === ESCAPE) escapes++;
  if (escapes === 0) return bytes;
  const escaped = new Uint8Array(bytes.length + escapes);
  let at = 0;
  for (const byte of bytes) {
    if (byte === ESCAPE) escaped[at++] = ESCAPE;
    escaped[at++] = byte;
  }
  return escaped;
}

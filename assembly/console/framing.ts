// Standard input over a serial line. A line has no end, so the program that runs the monitor may frame it:
//
//   0x10 0x10   one byte 0x10          0x10 0x04   end of input
//   other       itself; after 0x10, any other byte is itself too
//
// Raw input is every byte as it is, and never ends. Pure: one byte in, one answer out.

const DLE: u32 = 0x10;
const EOT: u32 = 0x04;

/** Nothing to hand on yet. */
export const FRAME_NOTHING: u32 = 0x100;
/** The input has ended. */
export const FRAME_END: u32 = 0x101;

let escaped: bool = false;

/** What a byte from the line stands for: a byte (0 to 255), FRAME_NOTHING or FRAME_END. */
export function decodeFrame(byte: u32): u32 {
  if (!escaped) {
    escaped = byte == DLE;
    return escaped ? FRAME_NOTHING : byte;
  }
  escaped = false;
  return byte == EOT ? FRAME_END : byte;
}

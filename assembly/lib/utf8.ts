// Is it UTF-8? By the Unicode standard, §3.9, table 3-7: no surrogates, no overlong forms, nothing above U+10FFFF. Pure.

export function isUtf8(at: usize, length: u32): bool {
  let i: u32 = 0;
  while (i < length) {
    const lead = <u32>load<u8>(at + i++);
    if (lead < 0x80) continue;
    // Continuation bytes to come, and what the first of them may be.
    const more: u32 = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    if (lead < 0xc2 || lead > 0xf4 || more > length - i) return false;
    const least: u32 = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const most: u32 = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    const next = <u32>load<u8>(at + i);
    if (next < least || next > most) return false;
    for (let k: u32 = 1; k < more; k++) {
      if ((<u32>load<u8>(at + i + k) & 0xc0) != 0x80) return false;
    }
    i += more;
  }
  return true;
}

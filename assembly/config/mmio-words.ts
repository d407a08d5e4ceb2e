// `virtio_mmio.device=SIZE@BASE:IRQ[:ID]`, Linux's word for a memory-mapped virtio device; QEMU's microvm and Firecracker
// put one on the command line for each. Read first: Linux, Documentation/admin-guide/kernel-parameters.txt.
// SIZE and BASE are decimal or 0x-hexadecimal, SIZE with an optional K or M. Pure.
//
//   table: u64 base, u32 line, u32 unused

import { MMIO_DEVICES_MAX } from "../base/limits";
import { parseDecimal, parseHex } from "../lib/format";

const ENTRY_SIZE: u32 = 16;
const LINE_MAX: u32 = 255;
// MMIO_DEVICES_MAX of them.
const table = memory.data(64 * 16, 8);
let count: u32 = 0;

export function mmioWords(): u32 {
  return count;
}

export function mmioWordBase(index: u32): u64 {
  return load<u64>(table + <usize>(index * ENTRY_SIZE));
}

export function mmioWordLine(index: u32): u32 {
  return load<u32>(table + <usize>(index * ENTRY_SIZE), 8);
}

/** Notes the value of one such word; false if it makes no sense or is one too many. */
export function addMmioWord(at: usize, length: u32): bool {
  const sizeLength = distance(at, length, 0x40);
  if (sizeLength == length || parseSize(at, sizeLength) == u64.MAX_VALUE) return false;
  at += sizeLength + 1;
  length -= sizeLength + 1;
  const baseLength = distance(at, length, 0x3a);
  const base = parseNumber(at, baseLength);
  if (baseLength == length || base == u64.MAX_VALUE) return false;
  at += baseLength + 1;
  length -= baseLength + 1;
  const line = parseNumber(at, distance(at, length, 0x3a));
  return line <= LINE_MAX && addMmioPlace(base, <u32>line);
}

/** Notes a device that ACPI names; false if it is one too many, or nowhere. */
export function addMmioPlace(base: u64, line: u32): bool {
  if (base == 0 || line > LINE_MAX || count == MMIO_DEVICES_MAX) return false;
  store<u64>(table + <usize>(count * ENTRY_SIZE), base);
  store<u32>(table + <usize>(count * ENTRY_SIZE), line, 8);
  count++;
  return true;
}

/** Bytes before the first `byte`, or all of them. */
function distance(at: usize, length: u32, byte: u32): u32 {
  let i: u32 = 0;
  while (i < length && <u32>load<u8>(at + i) != byte) i++;
  return i;
}

function parseNumber(at: usize, length: u32): u64 {
  if (length > 2 && <u32>load<u8>(at) == 0x30 && (<u32>load<u8>(at + 1) | 0x20) == 0x78) return parseHex(at + 2, length - 2);
  return parseDecimal(at, length);
}

function parseSize(at: usize, length: u32): u64 {
  const last = length == 0 ? 0 : <u32>load<u8>(at + length - 1) | 0x20;
  return parseNumber(at, last == 0x6b || last == 0x6d ? length - 1 : length);
}

// From the root pointer to a table: RSDP, then XSDT or RSDT, every step with its checksum and its bounds. Tables lie in
// memory that nobody but the monitor has vouched for: a number in them is at most a place to look at.
// Read first: ACPI 6.4 §5.2.5 to §5.2.8. What is in the tables: places.ts.

import { readBootMemory } from "../boot-info/boot-memory";
import {
  BIOS_BYTES, BIOS_START, EBDA_BYTES, EBDA_SEGMENT, HEADER_BYTES, RSDP_BYTES, RSDP_BYTES_V1, RSDP_SIGNATURE,
  SIGNATURE_RSDT, SIGNATURE_XSDT,
} from "./spec";

/** Longer tables are not believed: real ones have some ten KiB. */
const TABLE_BYTES_MAX: u32 = 0x40000;
const TABLES_MAX: u32 = 64;
const WINDOW: u32 = 1024;

const rsdp = memory.data(36, 8);
const header = memory.data(36, 8);
const window = memory.data(1024, 8);
const entry = memory.data(8, 8);

let rootAt: u64 = 0;
let rootEntries: u32 = 0;
let rootEntryBytes: u32 = 0;

/** Finds the root of all tables: at `hint`, if that is not 0, else where a PC's firmware puts it. False: there is none. */
export function openTables(hint: u64): bool {
  rootEntries = 0;
  if (!(hint != 0 && readRoot(hint)) && !searchRoot()) return false;
  const isExtended = <u32>load<u8>(rsdp, 15) >= 2 && load<u64>(rsdp, 24) != 0;
  rootAt = isExtended ? load<u64>(rsdp, 24) : load<u32>(rsdp, 16);
  rootEntryBytes = isExtended ? 8 : 4;
  const bytes = openTable(rootAt, isExtended ? SIGNATURE_XSDT : SIGNATURE_RSDT);
  if (bytes == 0) return false;
  rootEntries = min<u32>((bytes - HEADER_BYTES) / rootEntryBytes, TABLES_MAX);
  return true;
}

export function tables(): u32 {
  return rootEntries;
}

/** Physical address of a table in the root's list; 0 if that cannot be read. */
export function tableAt(index: u32): u64 {
  assert(index < rootEntries);
  store<u64>(entry, 0);
  if (!readBootMemory(entry, rootAt + HEADER_BYTES + <u64>(index * rootEntryBytes), rootEntryBytes)) return 0;
  return load<u64>(entry);
}

/** Bytes of the table with that signature at `at`; 0 if it is another one, or not whole. */
export function openTable(at: u64, signature: u32): u32 {
  if (at == 0 || !readBootMemory(header, at, HEADER_BYTES) || load<u32>(header) != signature) return 0;
  const bytes = load<u32>(header, 4);
  if (bytes < HEADER_BYTES || bytes > TABLE_BYTES_MAX) return 0;
  let sum: u32 = 0;
  for (let offset: u32 = 0; offset < bytes; offset += WINDOW) {
    const part = min<u32>(WINDOW, bytes - offset);
    if (!readBootMemory(window, at + offset, part)) return 0;
    sum += sumOf(window, part);
  }
  return (sum & 0xff) == 0 ? bytes : 0;
}

function sumOf(at: usize, bytes: u32): u32 {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < bytes; i++) sum += <u32>load<u8>(at + i);
  return sum;
}

function searchRoot(): bool {
  if (readBootMemory(entry, EBDA_SEGMENT, 2)) {
    const segment = <u64>load<u16>(entry) << 4;
    if (segment != 0 && searchRange(segment, EBDA_BYTES)) return true;
  }
  return searchRange(BIOS_START, BIOS_BYTES);
}

function searchRange(from: u64, bytes: u32): bool {
  for (let offset: u32 = 0; offset < bytes; offset += WINDOW) {
    if (!readBootMemory(window, from + offset, WINDOW)) return false;
    for (let i: u32 = 0; i < WINDOW; i += 16) {
      if (load<u64>(window + i) == RSDP_SIGNATURE && readRoot(from + offset + i)) return true;
    }
  }
  return false;
}

function readRoot(at: u64): bool {
  memory.fill(rsdp, 0, RSDP_BYTES);
  if (!readBootMemory(rsdp, at, RSDP_BYTES_V1)) return false;
  if (load<u64>(rsdp) != RSDP_SIGNATURE || (sumOf(rsdp, RSDP_BYTES_V1) & 0xff) != 0) return false;
  if (<u32>load<u8>(rsdp, 15) < 2) return true;
  return readBootMemory(rsdp, at, RSDP_BYTES) && (sumOf(rsdp, RSDP_BYTES) & 0xff) == 0;
}

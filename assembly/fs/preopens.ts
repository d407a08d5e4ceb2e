// The directories that are open for the application from the start: their names, and where the nodes are. Those of the
// image come first, then those of boot modules, those that the host shares, then /tmp, unless one of the others is called so.

import * as app from "../host/app";
import * as image from "../host/image";
import { PREOPENS_MAX } from "../base/limits";
import { equalsText } from "../lib/bytes";

const TEMPORARY_LENGTH: u32 = 4;
const temporary = memory.data<u8>([0x2f, 0x74, 0x6d, 0x70]);

// For each: u32 address of its name, u32 length, u32 whether that is in the kernel's own memory; else it is physical.
const names = memory.data(32 * 12, 4);
const RECORD: u32 = 12;
const name = memory.data(4);
let count: u32 = 0;

export function clearPreopens(): void {
  count = 0;
}

export function preopenCount(): u32 {
  return count;
}

/** Adds one whose name is at a physical address; false if there is no room. */
export function addPreopen(name: u32, length: u32): bool {
  return add(name, length, 0);
}

/** The same for a name in the kernel's memory. */
export function addNamed(name: usize, length: u32): bool {
  return add(<u32>name, length, 1);
}

function add(name: u32, length: u32, isOwn: u32): bool {
  if (count == PREOPENS_MAX) return false;
  const record = recordAt(count);
  store<u32>(record, name);
  store<u32>(record, length, 4);
  store<u32>(record, isOwn, 8);
  count++;
  return true;
}

/** Adds the temporary directory, if none has its name and there is room. */
export function addTemporary(): bool {
  for (let i: u32 = 0; i < count; i++) {
    if (preopenLength(i) != TEMPORARY_LENGTH) continue;
    if (isOwn(i)) memory.copy(name, <usize>nameAt(i), TEMPORARY_LENGTH);
    else image.readFiles(name, nameAt(i), TEMPORARY_LENGTH);
    if (equalsText(name, TEMPORARY_LENGTH, "/tmp")) return false;
  }
  return addNamed(temporary, TEMPORARY_LENGTH);
}

function recordAt(index: u32): usize {
  return names + <usize>(index * RECORD);
}

function nameAt(index: u32): u32 {
  return load<u32>(recordAt(index));
}

function isOwn(index: u32): bool {
  return load<u32>(recordAt(index), 8) != 0;
}

export function preopenLength(index: u32): u32 {
  assert(index < count);
  return load<u32>(recordAt(index), 4);
}

/** Copies a name into checked application memory. */
export function copyPreopen(index: u32, to: u32): void {
  if (isOwn(index)) app.copyOut(to, <usize>nameAt(index), preopenLength(index));
  else image.copyFiles(to, nameAt(index), preopenLength(index));
}

// The directories that are open for the application from the start: their names, and where the nodes are. Those of the
// image come first, then those of boot modules, then /tmp, unless one of the others is called so.

import * as app from "../host/app";
import * as image from "../host/image";
import { PREOPENS_MAX } from "../base/limits";
import { equalsText } from "../lib/bytes";

const TEMPORARY_LENGTH: u32 = 4;
const temporary = memory.data<u8>([0x2f, 0x74, 0x6d, 0x70]);

// For each: u32 physical address of its name, u32 length. An address of 0: the temporary directory.
const names = memory.data(32 * 8, 4);
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
  if (count == PREOPENS_MAX) return false;
  store<u32>(names + <usize>(count << 3), name);
  store<u32>(names + <usize>(count << 3), length, 4);
  count++;
  return true;
}

/** Adds the temporary directory, if none has its name and there is room. */
export function addTemporary(): bool {
  for (let i: u32 = 0; i < count; i++) {
    if (preopenLength(i) != TEMPORARY_LENGTH) continue;
    image.readFiles(name, load<u32>(names + <usize>(i << 3)), TEMPORARY_LENGTH);
    if (equalsText(name, TEMPORARY_LENGTH, "/tmp")) return false;
  }
  return addPreopen(0, TEMPORARY_LENGTH);
}



export function preopenLength(index: u32): u32 {
  assert(index < count);
  return load<u32>(names + <usize>(index << 3), 4);
}

/** Copies a name into checked application memory. */
export function copyPreopen(index: u32, to: u32): void {
  const at = load<u32>(names + <usize>(index << 3));
  if (at == 0) app.copyOut(to, temporary, TEMPORARY_LENGTH);
  else image.copyFiles(to, at, preopenLength(index));
}

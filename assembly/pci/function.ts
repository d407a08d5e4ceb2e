// What a driver asks of one PCI function: its capabilities, where a BAR puts its registers, and being switched on.
// Read first: PCI Local Bus 3.0 §6.7 (capabilities), §6.2.5.1 (BARs). Sizes of BARs are not probed: nothing here is
// ever placed anew, and writing all ones into a BAR would take the device away from under its own driver for a moment.

import { readConfig16, readConfig32, readConfig8, writeConfig16 } from "./config-space";
import {
  BAR_0, BAR_IO, BAR_MEMORY_MASK, BAR_TYPE_64, BAR_TYPE_MASK, BARS, CAPABILITIES_MAX, CAPABILITIES_POINTER, COMMAND,
  COMMAND_BUS_MASTER, COMMAND_MEMORY, STATUS, STATUS_CAPABILITIES,
} from "./spec";

/**
 * The next capability with that id behind the one at `after` (0: from the start); 0 if there is none. Every step stays in
 * configuration space, and a list that is a circle ends.
 */
export function nextCapability(fn: u32, id: u32, after: u32): u32 {
  if ((readConfig16(fn, STATUS) & STATUS_CAPABILITIES) == 0) return 0;
  let at = after == 0 ? readConfig8(fn, CAPABILITIES_POINTER) : readConfig8(fn, after + 1);
  for (let i: u32 = 0; i < CAPABILITIES_MAX; i++) {
    at &= 0xfc;
    if (at < 0x40) return 0;
    const header = readConfig32(fn, at);
    if ((header & 0xff) == id) return at;
    at = header >> 8 & 0xff;
  }
  return 0;
}

/** Physical address of a memory BAR; 0 if it is none, or nobody has placed it. */
export function barAddress(fn: u32, bar: u32): u64 {
  if (bar >= BARS) return 0;
  const low = readConfig32(fn, BAR_0 + bar * 4);
  if ((low & BAR_IO) != 0) return 0;
  let address: u64 = low & BAR_MEMORY_MASK;
  if ((low & BAR_TYPE_MASK) == BAR_TYPE_64) {
    if (bar + 1 == BARS) return 0;
    address |= <u64>readConfig32(fn, BAR_0 + bar * 4 + 4) << 32;
  }
  return address;
}

/** Lets the function answer at its BARs and reach memory. */
export function enableFunction(fn: u32): void {
  writeConfig16(fn, COMMAND, readConfig16(fn, COMMAND) | COMMAND_MEMORY | COMMAND_BUS_MASTER);
}

// Finds every function on every bus: bus 0 first, then each bus that a bridge says is behind it.
// Read first: PCI Local Bus 3.0 §6.1, §6.2.1 (multi-function); PCI-to-PCI Bridge 1.2 §3.2.5.4 (secondary bus).

import { PCI_FUNCTIONS_MAX } from "../base/limits";
import { clearBit, setBit, testBit } from "../lib/bitmap";
import { readConfig16, readConfig8 } from "./config-space";
import {
  HEADER_MULTIFUNCTION, HEADER_TYPE, HEADER_TYPE_BRIDGE, HEADER_TYPE_MASK, NO_VENDOR, SECONDARY_BUS, VENDOR_ID,
} from "./spec";

const BUSES: u32 = 256;
const DEVICES: u32 = 32;
const FUNCTIONS: u32 = 8;

/** One bit for each bus that is still to be looked at. */
const wanted = memory.data(32);
const found = memory.data(256 * 4, 4);
let count: u32 = 0;
let missed: u32 = 0;

/** Functions found, in the order of their numbers on each bus. */
export function pciFunctions(): u32 {
  return count;
}

export function pciFunction(index: u32): u32 {
  assert(index < count);
  return load<u32>(found + (<usize>index << 2));
}

/** Functions that did not fit into the table. */
export function pciFunctionsMissed(): u32 {
  return missed;
}

/** Looks at all buses. */
export function scanPci(): void {
  count = 0;
  missed = 0;
  memory.fill(wanted, 0, 32);
  // Every machine with PCI has its host bridge there; one without answers in the same two accesses.
  if (readConfig16(0, VENDOR_ID) != NO_VENDOR) setBit(wanted, 0);
  // A bridge's secondary bus has a higher number than its own (§3.2.5.4), so one pass upwards meets every bus.
  for (let bus: u32 = 0; bus < BUSES; bus++) {
    if (!testBit(wanted, bus)) continue;
    clearBit(wanted, bus);
    scanBus(bus);
  }
}

function scanBus(bus: u32): void {
  for (let device: u32 = 0; device < DEVICES; device++) {
    const first = bus << 8 | device << 3;
    if (readConfig16(first, VENDOR_ID) == NO_VENDOR) continue;
    const functions = (readConfig8(first, HEADER_TYPE) & HEADER_MULTIFUNCTION) != 0 ? FUNCTIONS : 1;
    for (let i: u32 = 0; i < functions; i++) {
      const fn = first | i;
      if (i == 0 || readConfig16(fn, VENDOR_ID) != NO_VENDOR) note(fn, bus);
    }
  }
}

function note(fn: u32, bus: u32): void {
  if ((readConfig8(fn, HEADER_TYPE) & HEADER_TYPE_MASK) == HEADER_TYPE_BRIDGE) {
    const secondary = readConfig8(fn, SECONDARY_BUS);
    if (secondary > bus) setBit(wanted, secondary);
    return;
  }
  if (count == PCI_FUNCTIONS_MAX) {
    missed++;
    return;
  }
  store<u32>(found + (<usize>count << 2), fn);
  count++;
}

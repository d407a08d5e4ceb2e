// Configuration space of one function, by the two ports at 0xCF8 or, where ACPI tells of it, through memory (ECAM).
// A function is a number: bus << 8 | device << 3 | function, as in the address the bus itself uses.
// Read first: PCI Local Bus 3.0 §3.2.2.3.2, PCI Express 5.0 §7.2.2.

import * as io from "../host/io";
import * as mmio from "../host/mmio";
import { mapRegisters } from "../mm/device-window";
import { CONFIG_ADDRESS, CONFIG_DATA, CONFIG_ENABLE } from "./spec";

const ECAM_FUNCTION_BYTES: u32 = 4096;
const ALL_ONES: u32 = 0xffffffff;

let ecamBase: u64 = 0;
let ecamFirstBus: u32 = 0;
let ecamLastBus: u32 = 0;
// ALL_ONES, as a number: a name would need a start function, which the module must not have.
let mappedFunction: u32 = 0xffffffff;
let mappedAt: u64 = 0;

/** From now on buses `first` to `last` are reached through memory at `base`, which is where bus 0 would be. */
export function useEcam(base: u64, first: u32, last: u32): void {
  ecamBase = base;
  ecamFirstBus = first;
  ecamLastBus = last;
  mappedFunction = ALL_ONES;
}

/** The aligned 32-bit word at `offset` (0 to 255); all ones where there is no function. */
export function readConfig32(fn: u32, offset: u32): u32 {
  if (isInEcam(fn)) {
    const at = reach(fn);
    return at == 0 ? ALL_ONES : mmio.read32(at + (offset & 0xfc));
  }
  io.out32(CONFIG_ADDRESS, CONFIG_ENABLE | fn << 8 | (offset & 0xfc));
  return io.in32(CONFIG_DATA);
}

export function readConfig16(fn: u32, offset: u32): u32 {
  return readConfig32(fn, offset) >> ((offset & 2) << 3) & 0xffff;
}

export function readConfig8(fn: u32, offset: u32): u32 {
  return readConfig32(fn, offset) >> ((offset & 3) << 3) & 0xff;
}

export function writeConfig32(fn: u32, offset: u32, value: u32): void {
  if (isInEcam(fn)) {
    const at = reach(fn);
    if (at != 0) mmio.write32(at + (offset & 0xfc), value);
    return;
  }
  io.out32(CONFIG_ADDRESS, CONFIG_ENABLE | fn << 8 | (offset & 0xfc));
  io.out32(CONFIG_DATA, value);
}

/** Exactly 16 bits: the status register beside the command register clears what is written as 1. */
export function writeConfig16(fn: u32, offset: u32, value: u32): void {
  if (isInEcam(fn)) {
    const at = reach(fn);
    if (at != 0) mmio.write16(at + (offset & 0xfe), value);
    return;
  }
  io.out32(CONFIG_ADDRESS, CONFIG_ENABLE | fn << 8 | (offset & 0xfc));
  io.out16(CONFIG_DATA + (offset & 2), value);
}

function isInEcam(fn: u32): bool {
  const bus = fn >> 8;
  return ecamBase != 0 && bus >= ecamFirstBus && bus <= ecamLastBus;
}

/** The function's page, mapped: scanning looks at one function after the other. */
function reach(fn: u32): u64 {
  if (fn != mappedFunction) {
    mappedAt = mapRegisters(ecamBase + <u64>fn * ECAM_FUNCTION_BYTES, ECAM_FUNCTION_BYTES);
    mappedFunction = fn;
  }
  return mappedAt;
}

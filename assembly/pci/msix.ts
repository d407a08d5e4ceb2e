// MSI-X: interrupts as writes to the local APIC, without lines, without anything to acknowledge at the device.
// Read first: PCI Local Bus 3.0 §6.8.2; Intel SDM vol. 3A §11.11 (message address and data).
//
//   table entry, 16 bytes:  u64 message address | u32 message data | u32 control (bit 0: masked)

import * as mmio from "../host/mmio";
import { APIC_BASE, APIC_ID } from "../irq/spec";
import { mapRegisters } from "../mm/device-window";
import { readConfig16, readConfig32, writeConfig16 } from "./config-space";
import { barAddress, nextCapability } from "./function";
import {
  CAPABILITY_MSIX, COMMAND, COMMAND_INTX_DISABLE, MSIX_BAR_MASK, MSIX_CONTROL, MSIX_ENABLE, MSIX_ENTRY_SIZE,
  MSIX_FUNCTION_MASK, MSIX_TABLE, MSIX_TABLE_SIZE_MASK,
} from "./spec";

/**
 * Switches MSI-X on with entry 0 as vector `first` and entry 1 as vector `second`. False if the function has no MSI-X,
 * or a table that is too small or out of reach: then it must be driven by its interrupt line.
 */
export function enableMsix(fn: u32, first: u32, second: u32): bool {
  const capability = nextCapability(fn, CAPABILITY_MSIX, 0);
  if (capability == 0) return false;
  const control = readConfig16(fn, capability + MSIX_CONTROL);
  if ((control & MSIX_TABLE_SIZE_MASK) < 1) return false;
  const where = readConfig32(fn, capability + MSIX_TABLE);
  const bar = barAddress(fn, where & MSIX_BAR_MASK);
  if (bar == 0) return false;
  const table = mapRegisters(bar + (where & ~MSIX_BAR_MASK), 2 * MSIX_ENTRY_SIZE);
  if (table == 0) return false;
  // Masked as a whole while the entries are half written (§6.8.2.2).
  writeConfig16(fn, capability + MSIX_CONTROL, control | MSIX_ENABLE | MSIX_FUNCTION_MASK);
  writeEntry(table, first);
  writeEntry(table + MSIX_ENTRY_SIZE, second);
  writeConfig16(fn, COMMAND, readConfig16(fn, COMMAND) | COMMAND_INTX_DISABLE);
  writeConfig16(fn, capability + MSIX_CONTROL, control & ~MSIX_FUNCTION_MASK | MSIX_ENABLE);
  return true;
}

function writeEntry(entry: u64, vector: u32): void {
  // Fixed delivery, edge, to this processor.
  mmio.write32(entry, <u32>APIC_BASE | mmio.read32(APIC_ID) >> 24 << 12);
  mmio.write32(entry + 4, 0);
  mmio.write32(entry + 8, vector);
  mmio.write32(entry + 12, 0);
}

// What the kernel wants to know of ACPI: where PCI's configuration space lies in memory, a second I/O APIC, and which
// virtio-mmio devices there are. The last are described in AML, a program; it is not run but searched, for what monitors
// write: a device's id "LNRO0005", and behind it a fixed 32-bit memory range and an interrupt (ACPI 6.4 §6.4.3.4, §6.4.3.6).
//
//   0d "LNRO0005" 00 … 86 09 00 | rw | base u32 | length u32    89 06 00 | flags | 1 | interrupt u32

import { readBootMemory } from "../boot-info/boot-memory";
import { addMmioPlace } from "../config/mmio-words";
import { useIoApic } from "../irq/apic";
import {
  EXTENDED_INTERRUPT, EXTENDED_INTERRUPT_LENGTH_LEAST, FADT_DSDT, FADT_X_DSDT, HEADER_BYTES, MADT_ENTRIES, MADT_IO_APIC,
  MADT_IO_APIC_BYTES, MCFG_ENTRIES, MCFG_ENTRY_BYTES, MEMORY_32_FIXED, MEMORY_32_FIXED_LENGTH, SIGNATURE_DSDT,
  SIGNATURE_FADT, SIGNATURE_MADT, SIGNATURE_MCFG, SIGNATURE_SSDT,
} from "./spec";
import { openTable, openTables, tableAt, tables } from "./tables";

const WINDOW: u32 = 1024;
/** A device's description behind its id is shorter than this. */
const DEVICE_BYTES: u32 = 256;
/** "LNRO0005". */
const HARDWARE_ID: u64 = 0x353030304f524e4c;

/** "PNP0A08", a PCI Express host bridge. */
const HOST_BRIDGE: u64 = 0x0038304130504e50;

const window = memory.data(1024, 8);
let isBridgeNamed: bool = false;
let ecamBase: u64 = 0;
let ecamFirst: u32 = 0;
let ecamLast: u32 = 0;

/** Reads the tables, whose root may be at `hint`. Whatever they say, it ends. */
export function readPlaces(hint: u64): void {
  ecamBase = 0;
  isBridgeNamed = false;
  if (!openTables(hint)) return;
  for (let i: u32 = 0; i < tables(); i++) {
    const at = tableAt(i);
    readFadt(at, openTable(at, SIGNATURE_FADT));
    readMadt(at, openTable(at, SIGNATURE_MADT));
    readMcfg(at, openTable(at, SIGNATURE_MCFG));
    searchDevices(at, openTable(at, SIGNATURE_SSDT));
  }
}

/** Where the configuration space of bus 0 would be; 0 without. Buses ecamFirstBus() to ecamLastBus() are there. */
export function ecamAddress(): u64 {
  return ecamBase;
}

/** Whether there is a PCI Express host bridge, whose configuration space may lie where only AML that is run would say. */
export function namesHostBridge(): bool {
  return isBridgeNamed;
}

export function ecamFirstBus(): u32 {
  return ecamFirst;
}

export function ecamLastBus(): u32 {
  return ecamLast;
}

function readFadt(at: u64, bytes: u32): void {
  if (bytes < FADT_DSDT + 4 || !readBootMemory(window, at, min<u32>(bytes, WINDOW))) return;
  let dsdt: u64 = bytes < FADT_X_DSDT + 8 ? 0 : load<u64>(window, FADT_X_DSDT);
  if (dsdt == 0) dsdt = load<u32>(window, FADT_DSDT);
  searchDevices(dsdt, openTable(dsdt, SIGNATURE_DSDT));
}

/** The first I/O APIC is where it always is; a second one, of QEMU's microvm, is wherever this says. */
function readMadt(at: u64, bytes: u32): void {
  let offset = MADT_ENTRIES;
  while (offset + 2 <= bytes && readBootMemory(window, at + offset, 2)) {
    const type = <u32>load<u8>(window);
    const length = <u32>load<u8>(window, 1);
    if (length < 2 || offset + length > bytes) return;
    if (type == MADT_IO_APIC && length >= MADT_IO_APIC_BYTES && readBootMemory(window, at + offset, MADT_IO_APIC_BYTES)) {
      if (load<u32>(window, 8) != 0) useIoApic(load<u32>(window, 4), load<u32>(window, 8));
    }
    offset += length;
  }
}

function readMcfg(at: u64, bytes: u32): void {
  if (bytes < MCFG_ENTRIES + MCFG_ENTRY_BYTES || !readBootMemory(window, at + MCFG_ENTRIES, MCFG_ENTRY_BYTES)) return;
  // Segments beyond the first have no functions that 0xCF8 would not reach either.
  const base = load<u64>(window);
  const first = <u32>load<u8>(window, 10);
  const last = <u32>load<u8>(window, 11);
  if (load<u16>(window, 8) != 0 || first > last || base == 0 || (base & 0xfffff) != 0) return;
  ecamBase = base;
  ecamFirst = first;
  ecamLast = last;
}

/** Looks at the AML of a table, in windows that overlap by one device. */
function searchDevices(at: u64, bytes: u32): void {
  for (let offset = HEADER_BYTES; offset < bytes; offset += WINDOW - DEVICE_BYTES) {
    const part = min<u32>(WINDOW, bytes - offset);
    if (!readBootMemory(window, at + offset, part)) return;
    for (let i: u32 = 0; i + 8 <= part && i < WINDOW - DEVICE_BYTES; i++) {
      if (load<u64>(window + i) == HOST_BRIDGE) isBridgeNamed = true;
      if (load<u64>(window + i) == HARDWARE_ID) readDevice(window + i + 8, min<u32>(part - i - 8, DEVICE_BYTES - 8));
    }
  }
}

function readDevice(at: usize, bytes: u32): void {
  let base: u32 = 0;
  for (let i: u32 = 0; i + 9 <= bytes; i++) {
    const tag = <u32>load<u8>(at + i);
    const length = <u32>load<u16>(at + i, 1);
    if (tag == MEMORY_32_FIXED && length == MEMORY_32_FIXED_LENGTH && i + 12 <= bytes && base == 0) {
      base = load<u32>(at + i, 4);
      i += 11;
    } else if (base != 0 && tag == EXTENDED_INTERRUPT && length >= EXTENDED_INTERRUPT_LENGTH_LEAST && <u32>load<u8>(at + i, 4) != 0) {
      addMmioPlace(base, load<u32>(at + i, 5));
      return;
    } else if (i + 8 <= bytes && load<u64>(at + i) == HARDWARE_ID) return;
  }
}

// Where device registers are seen. Below 4 GiB they keep their physical address; above, where some monitors put the
// registers of PCI devices, they get addresses in a window that is filled from its beginning and never emptied.
// What lies in RAM is no register, whatever a device or a table says, nor are the interrupt controllers' registers a device's.
//
//   0                4 GiB             2 TiB - 16 GiB (the shim adds 16 GiB)
//   | physical = address |     …       | first far device | second | …   4 MiB in all

import * as vm from "../host/vm";
import { PAGE_SIZE } from "../base/limits";
import { alignDown, alignUp } from "../lib/align";
import { touchesDeviceMemory } from "./device-memory";
import { touchesUsable } from "./memory-map";

const FOUR_GIB: u64 = 1 << 32;
const PHYSICAL_END: u64 = 1 << 46;
const FAR_WINDOW: u64 = (2 << 40) - (16 << 30);
const FAR_BYTES: u64 = 0x400000;
/** The I/O APIC's page and the local APIC's (SDM vol. 3A §11.4.1), which are mapped from the start. */
const IOAPIC_PAGE: u64 = 0xfec00000;
const APIC_PAGE: u64 = 0xfee00000;
const PRESENT_WRITABLE_UNCACHED: u32 = 7;

let farUsed: u64 = 0;

/** Maps `bytes` bytes of registers at `physical`; the address to use with host/mmio, or 0 if that is refused. */
export function mapRegisters(physical: u64, bytes: u32): u64 {
  if (physical == 0 || bytes == 0 || physical >= PHYSICAL_END) return 0;
  const start = alignDown(physical, PAGE_SIZE);
  const end = alignUp(physical + bytes, PAGE_SIZE);
  if (touchesUsable(start, end) || touchesDeviceMemory(start, end)) return 0;
  if (touchesPage(start, end, IOAPIC_PAGE) || touchesPage(start, end, APIC_PAGE)) return 0;
  const length = <u32>(end - start);
  if (end <= FOUR_GIB) return vm.map(<usize>start, length, PRESENT_WRITABLE_UNCACHED) == 0 ? physical : 0;
  if (start < FOUR_GIB || farUsed + length > FAR_BYTES) return 0;
  const at = FAR_WINDOW + farUsed;
  if (vm.mapFar(at, start, length) != 0) return 0;
  farUsed += length;
  return at + (physical - start);
}

function touchesPage(start: u64, end: u64, page: u64): bool {
  return start <= page && page < end;
}

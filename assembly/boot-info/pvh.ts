// PVH: from hvm_start_info to the command line's address and the memory map.
// Read first: Xen, xen/include/public/arch-x86/hvm/start_info.h. Version 0 has no memory map, and without one a guest
// would have to ask a hypervisor that is not there: it is refused.
//
//   hvm_start_info   0 magic  4 version  12 nr_modules  16 modlist_paddr  24 cmdline_paddr  32 rsdp_paddr
//                    40 memmap_paddr  48 memmap_entries   (both from version 1)

import { BOOT_MODULES_MAX, MEMORY_MAP_ENTRIES_MAX } from "../base/limits";
import { addReserved, addUsable } from "../mm/memory-map";
import { readBootMemory } from "./boot-memory";
import { addModule } from "./modules";
import {
  BOOT_INFO_BROKEN_MAP, BOOT_INFO_NO_MEMORY_MAP, BOOT_INFO_OK, BOOT_INFO_TOO_MANY_MODULES, BOOT_INFO_UNREADABLE,
} from "./result";
import {
  HVM_MEMMAP_ENTRY_SIZE, HVM_MODLIST_ENTRY_SIZE, HVM_START_INFO_SIZE_V0, HVM_START_INFO_SIZE_V1,
  XEN_HVM_MEMMAP_TYPE_RAM, XEN_HVM_START_MAGIC_VALUE,
} from "./spec";

const info = memory.data(56, 8);
const entry = memory.data(32, 8);

/** Copies hvm_start_info at physical `address`; the other functions read the copy. */
export function openPvh(address: u32): u32 {
  memory.fill(info, 0, HVM_START_INFO_SIZE_V1);
  if (!readBootMemory(info, address, HVM_START_INFO_SIZE_V0)) return BOOT_INFO_UNREADABLE;
  if (load<u32>(info) != XEN_HVM_START_MAGIC_VALUE) return BOOT_INFO_UNREADABLE;
  if (load<u32>(info, 4) == 0) return BOOT_INFO_OK;
  return readBootMemory(info, address, HVM_START_INFO_SIZE_V1) ? BOOT_INFO_OK : BOOT_INFO_UNREADABLE;
}

/** Physical address of the command line; 0 if there is none. */
export function pvhCommandLine(): u64 {
  return load<u64>(info, 24);
}

/** Physical address of ACPI's root pointer; 0 if the monitor does not say. */
export function pvhRsdp(): u64 {
  return load<u64>(info, 32);
}

/** Adds the machine's RAM and its reservations to the memory map. */
export function addPvhMemory(): u32 {
  const result = addModules();
  if (result != BOOT_INFO_OK) return result;
  const table = load<u64>(info, 40);
  const entries = load<u32>(info, 48);
  if (table == 0 || entries == 0) return BOOT_INFO_NO_MEMORY_MAP;
  if (entries > MEMORY_MAP_ENTRIES_MAX) return BOOT_INFO_BROKEN_MAP;
  for (let i: u32 = 0; i < entries; i++) {
    if (!readEntry(table, i, HVM_MEMMAP_ENTRY_SIZE)) return BOOT_INFO_UNREADABLE;
    const start = load<u64>(entry);
    const length = load<u64>(entry, 8);
    if (load<u32>(entry, 16) == XEN_HVM_MEMMAP_TYPE_RAM) addUsable(start, length);
    else addReserved(start, length);
  }
  return BOOT_INFO_OK;
}

function addModules(): u32 {
  const count = load<u32>(info, 12);
  if (count > BOOT_MODULES_MAX) return BOOT_INFO_TOO_MANY_MODULES;
  for (let i: u32 = 0; i < count; i++) {
    if (!readEntry(load<u64>(info, 16), i, HVM_MODLIST_ENTRY_SIZE)) return BOOT_INFO_UNREADABLE;
    addReserved(load<u64>(entry), load<u64>(entry, 8));
    addModule(load<u64>(entry), load<u64>(entry, 8));
  }
  return BOOT_INFO_OK;
}

function readEntry(table: u64, index: u32, size: u32): bool {
  const at = table + <u64>index * size;
  return at >= table && readBootMemory(entry, at, size);
}

// Multiboot 1: from multiboot_info to the command line's address and the memory map.
// Read first: Multiboot Specification 0.6.96, §3.3.
// The monitor is not trusted to be right: lengths are bounded, and every structure is copied before it is looked at.
//
//   multiboot_info   0 flags  8 mem_upper (KiB from 1 MiB)  16 cmdline  20 mods_count  24 mods_addr
//                    44 mmap_length  48 mmap_addr

import { BOOT_MODULES_MAX, KERNEL_START, MEMORY_MAP_ENTRIES_MAX } from "../base/limits";
import { addReserved, addUsable } from "../mm/memory-map";
import { readBootMemory } from "./boot-memory";
import { addModule } from "./modules";
import {
  BOOT_INFO_BROKEN_MAP, BOOT_INFO_NO_MEMORY_MAP, BOOT_INFO_OK, BOOT_INFO_TOO_MANY_MODULES, BOOT_INFO_UNREADABLE,
} from "./result";
import {
  MULTIBOOT_INFO_CMDLINE, MULTIBOOT_INFO_MEMORY, MULTIBOOT_INFO_MEM_MAP, MULTIBOOT_INFO_MODS, MULTIBOOT_INFO_SIZE,
  MULTIBOOT_MEMORY_AVAILABLE, MULTIBOOT_MMAP_SIZE, MULTIBOOT_MMAP_SIZE_MIN, MULTIBOOT_MODULE_SIZE,
} from "./spec";

const info = memory.data(52, 4);
const entry = memory.data(24, 8);

/** Copies multiboot_info at physical `address`; the other functions read the copy. */
export function openMultiboot(address: u32): u32 {
  return readBootMemory(info, address, MULTIBOOT_INFO_SIZE) ? BOOT_INFO_OK : BOOT_INFO_UNREADABLE;
}

function has(flag: u32): bool {
  return (load<u32>(info) & flag) != 0;
}

/** Physical address of the command line; 0 if there is none. */
export function multibootCommandLine(): u64 {
  return has(MULTIBOOT_INFO_CMDLINE) ? load<u32>(info, 16) : 0;
}

/** Adds the machine's RAM and its reservations to the memory map. */
export function addMultibootMemory(): u32 {
  const result = addModules();
  if (result != BOOT_INFO_OK) return result;
  if (has(MULTIBOOT_INFO_MEM_MAP) && load<u32>(info, 44) != 0) return addMemoryMap();
  if (!has(MULTIBOOT_INFO_MEMORY)) return BOOT_INFO_NO_MEMORY_MAP;
  addUsable(KERNEL_START, <u64>load<u32>(info, 8) << 10);
  return BOOT_INFO_OK;
}

function addMemoryMap(): u32 {
  const end = <u64>load<u32>(info, 48) + <u64>load<u32>(info, 44);
  let at = <u64>load<u32>(info, 48);
  for (let i: u32 = 0; at < end; i++) {
    if (i == MEMORY_MAP_ENTRIES_MAX || at + MULTIBOOT_MMAP_SIZE > end) return BOOT_INFO_BROKEN_MAP;
    if (!readBootMemory(entry, at, MULTIBOOT_MMAP_SIZE)) return BOOT_INFO_UNREADABLE;
    const size = load<u32>(entry);
    if (size < MULTIBOOT_MMAP_SIZE_MIN) return BOOT_INFO_BROKEN_MAP;
    const start = load<u64>(entry, 4);
    const length = load<u64>(entry, 12);
    if (load<u32>(entry, 20) == MULTIBOOT_MEMORY_AVAILABLE) addUsable(start, length);
    else addReserved(start, length);
    at += <u64>size + 4;
  }
  return BOOT_INFO_OK;
}

function addModules(): u32 {
  if (!has(MULTIBOOT_INFO_MODS)) return BOOT_INFO_OK;
  const count = load<u32>(info, 20);
  if (count > BOOT_MODULES_MAX) return BOOT_INFO_TOO_MANY_MODULES;
  for (let i: u32 = 0; i < count; i++) {
    const at = <u64>load<u32>(info, 24) + <u64>i * MULTIBOOT_MODULE_SIZE;
    if (!readBootMemory(entry, at, MULTIBOOT_MODULE_SIZE)) return BOOT_INFO_UNREADABLE;
    const start = load<u32>(entry);
    const end = load<u32>(entry, 4);
    if (end < start) return BOOT_INFO_BROKEN_MAP;
    addReserved(start, end - start);
    addModule(start, end - start);
  }
  return BOOT_INFO_OK;
}

// The two boot protocols. Constants only.
// Read first: Multiboot Specification 0.6.96, section 3.3 (Boot information format);
// Xen, xen/include/public/arch-x86/hvm/start_info.h.

// multiboot_info (Multiboot §3.3): bytes up to mmap_addr.
export const MULTIBOOT_INFO_SIZE: u32 = 52;
export const MULTIBOOT_INFO_MEMORY: u32 = 1 << 0;
export const MULTIBOOT_INFO_CMDLINE: u32 = 1 << 2;
export const MULTIBOOT_INFO_MODS: u32 = 1 << 3;
export const MULTIBOOT_INFO_MEM_MAP: u32 = 1 << 6;

// A memory map entry: u32 size (not counting itself), u64 base, u64 length, u32 type.
export const MULTIBOOT_MMAP_SIZE: u32 = 24;
export const MULTIBOOT_MMAP_SIZE_MIN: u32 = 20;
export const MULTIBOOT_MEMORY_AVAILABLE: u32 = 1;

// A module: u32 mod_start, u32 mod_end, u32 string, u32 reserved.
export const MULTIBOOT_MODULE_SIZE: u32 = 16;

// hvm_start_info (start_info.h): 40 bytes in version 0, 56 in version 1.
export const XEN_HVM_START_MAGIC_VALUE: u32 = 0x336ec578;
export const HVM_START_INFO_SIZE_V0: u32 = 40;
export const HVM_START_INFO_SIZE_V1: u32 = 56;

// hvm_memmap_table_entry: u64 addr, u64 size, u32 type, u32 reserved.
export const HVM_MEMMAP_ENTRY_SIZE: u32 = 24;
export const XEN_HVM_MEMMAP_TYPE_RAM: u32 = 1;

// hvm_modlist_entry: u64 paddr, u64 size, u64 cmdline_paddr, u64 reserved.
export const HVM_MODLIST_ENTRY_SIZE: u32 = 32;

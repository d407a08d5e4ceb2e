// What reading boot information can end in. Both protocols answer with these, and kernel/boot.ts has the words.

export const BOOT_INFO_OK: u32 = 0;
/** A structure cannot be reached, or does not carry its magic number. */
export const BOOT_INFO_UNREADABLE: u32 = 1;
/** There is no memory map and no substitute for it. */
export const BOOT_INFO_NO_MEMORY_MAP: u32 = 2;
/** The memory map contradicts itself, or has more entries than any real one. */
export const BOOT_INFO_BROKEN_MAP: u32 = 3;
/** More modules than are accounted for. */
export const BOOT_INFO_TOO_MANY_MODULES: u32 = 4;

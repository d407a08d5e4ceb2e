// Every fixed maximum of the kernel, and why it is what it is. Nothing grows at run time.

/** 4 KiB, the unit of page tables and of the frame pool. */
export const PAGE_SIZE: u32 = 4096;
/** 64 KiB, the unit of a WebAssembly memory. */
export const WASM_PAGE_SIZE: u32 = 65536;
/** 2 MiB, the large page of x86-64. */
export const LARGE_PAGE_SIZE: u32 = 0x200000;
/** The kernel's own memory: statics, then the frame pool, up to the image. */
export const KERNEL_START: u32 = 0x100000;
export const KERNEL_END: u32 = 0x200000;

/** Ranges in the memory map, before they are merged. BIOS maps have at most 128; modules come on top. */
export const MEMORY_RANGES_MAX: u32 = 192;
/** Entries read of a monitor's memory map; more is a broken map, as a dropped reservation would be unsafe. */
export const MEMORY_MAP_ENTRIES_MAX: u32 = 128;
/** Boot modules whose memory is left alone. */
export const BOOT_MODULES_MAX: u32 = 32;
/** Bytes of one command line; what QEMU and Firecracker allow at most. */
export const COMMAND_LINE_MAX: u32 = 4096;

/** Bytes of input held for the application; a power of two. */
export const INPUT_RING_SIZE: u32 = 4096;
/** Bytes copied at a time between application memory and a device. */
export const BOUNCE_SIZE: u32 = 4096;
/** Vectors in one read or write; what POSIX systems allow (IOV_MAX). */
export const IO_VECTORS_MAX: u32 = 1024;
/** Subscriptions in one poll_oneoff. They are read one at a time, so this bounds time, not memory. */
export const SUBSCRIPTIONS_MAX: u32 = 4096;
/** Deadlines waited for at the same time. */
export const DEADLINES_MAX: u32 = 16;

/** Files, directories and links in an image: each takes 32 bytes and a hash slot of the kernel's own memory. */
export const FILES_MAX: u32 = 16384;
/** Directories that an image opens for the application. */
export const PREOPENS_MAX: u32 = 32;
/** Open descriptors, the standard streams and preopened directories among them; what POSIX asks for is 20. */
export const DESCRIPTORS_MAX: u32 = 256;
/** Bytes of one name and of one path, as on Linux. */
export const NAME_MAX: u32 = 255;
export const PATH_MAX: u32 = 4096;
/** Symbolic links followed in one path, as on Linux. */
export const LINKS_MAX: u32 = 40;

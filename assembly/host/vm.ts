// The two services of ring 0 that change page tables.

/**
 * Maps (or with `flags` 0 unmaps) whole 4 KiB pages of physical memory in the kernel's window, at their own address.
 * Flags: bit 0 present, bit 1 writable, bit 2 uncached. 0: done. -1: refused (page 0, the image, unaligned, no table left).
 */
@external("vm", "map") export declare function map(physical: usize, bytes: u32, flags: u32): i32;

/** Says once where the application's memory lies and how far it may grow. 0: done. -1: refused. */
@external("vm", "setApplication") export declare function setApplication(base: u64, bytes: u64): i32;

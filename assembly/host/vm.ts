// The services of ring 0 that change page tables.

/**
 * Maps (or with `flags` 0 unmaps) whole 4 KiB pages of physical memory in the kernel's window, at their own address.
 * Flags: bit 0 present, bit 1 writable, bit 2 uncached, bit 3 whole 2 MiB blocks that stay mapped. 0: done. -1: refused
 * (page 0, the image, unaligned, no table left, a block that is mapped already).
 */
@external("vm", "map") export declare function map(physical: usize, bytes: u32, flags: u32): i32;

/** Says once where the application's memory lies and how far it may grow. 0: done. -1: refused. */
@external("vm", "setApplication") export declare function setApplication(base: u64, bytes: u64): i32;

/**
 * Maps whole pages of device registers that lie above 4 GiB, uncached, at `at` in the far window (mm/device-window.ts).
 * 0: done. -1: refused (outside the window, unaligned, no table left).
 */
@external("vm", "mapFar") export declare function mapFar(at: u64, physical: u64, bytes: u32): i32;

/** Bytes that the application's memories could still grow by. */
@external("vm", "growable") export declare function growable(): u64;

/** Takes whole pages, at most growable(), away from the top of that: their physical address. 0 bytes: where the top is. */
@external("vm", "takeTop") export declare function takeTop(bytes: u32): u64;

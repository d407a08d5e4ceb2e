// Port I/O: the `in` and `out` instructions, with the ports ring 3 has been given.
// Nothing here knows what a port means; the drivers do.

@external("io", "in8") export declare function in8(port: u32): u32;
@external("io", "in16") export declare function in16(port: u32): u32;
@external("io", "in32") export declare function in32(port: u32): u32;
@external("io", "out8") export declare function out8(port: u32, value: u32): void;
@external("io", "out16") export declare function out16(port: u32, value: u32): void;
@external("io", "out32") export declare function out32(port: u32, value: u32): void;

/** `rep outsb`: `count` bytes from `from` to one port, in one exit to the monitor. */
@external("io", "outs8") export declare function outs8(port: u32, from: usize, count: u32): void;

/** `rep insb`: `count` bytes from one port to `to`, in one exit to the monitor. */
@external("io", "ins8") export declare function ins8(port: u32, to: usize, count: u32): void;

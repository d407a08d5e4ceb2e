// Memory that ring 0 or a device writes too. Plain load and store are wrong there: two optimisers in a row
// remove or hoist them. Each call is one volatile access, and a border: what was read or copied before a store stays before
// it, what comes after a load stays after it. Pointers are guest-physical addresses.

@external("dma", "load8") export declare function load8(from: usize): u32;
@external("dma", "load16") export declare function load16(from: usize): u32;
@external("dma", "load32") export declare function load32(from: usize): u32;
@external("dma", "load64") export declare function load64(from: usize): u64;
@external("dma", "store8") export declare function store8(to: usize, value: u32): void;
@external("dma", "store16") export declare function store16(to: usize, value: u32): void;
@external("dma", "store32") export declare function store32(to: usize, value: u32): void;
@external("dma", "store64") export declare function store64(to: usize, value: u64): void;

/** A full memory fence: earlier accesses are seen by the other side before later ones. */
@external("dma", "fence") export declare function fence(): void;

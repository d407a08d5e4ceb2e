// Device registers, by the address that mm/device-window.ts gave; the local APIC's and the I/O APIC's pages are mapped at
// boot. Each call is exactly one access of that width: registers have side effects.

@external("mmio", "read8") export declare function read8(address: u64): u32;
@external("mmio", "read16") export declare function read16(address: u64): u32;
@external("mmio", "read32") export declare function read32(address: u64): u32;
@external("mmio", "write8") export declare function write8(address: u64, value: u32): void;
@external("mmio", "write16") export declare function write16(address: u64, value: u32): void;
@external("mmio", "write32") export declare function write32(address: u64, value: u32): void;

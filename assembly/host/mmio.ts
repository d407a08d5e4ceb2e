// Device registers below 4 GiB, by physical address; the local APIC's and the I/O APIC's pages are mapped at boot.
// Each call is exactly one access: registers have side effects.

@external("mmio", "read32") export declare function read32(address: u64): u32;
@external("mmio", "write32") export declare function write32(address: u64, value: u32): void;

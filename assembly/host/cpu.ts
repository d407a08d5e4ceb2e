// The processor: its cycle counter, what it says of itself, its random numbers, and how it waits.

/** The time-stamp counter, in cycles. */
@external("cpu", "cycles") export declare function cycles(): u64;

/** CPUID; `register` 0 to 3 selects eax, ebx, ecx, edx. The caller has checked that the leaf exists. */
@external("cpu", "identify") export declare function identify(leaf: u32, subleaf: u32, register: u32): u32;

/** One attempt at RDSEED (kind 0) or RDRAND (kind 1): writes a u64 to `out` and returns 1, or returns 0. */
@external("cpu", "random") export declare function random(kind: u32, out: usize): u32;

/** The spin-loop hint. */
@external("cpu", "pause") export declare function pause(): void;

/** Returns at once if an interrupt is pending, else halts until one is. Does not take it. */
@external("cpu", "wait") export declare function wait(): void;

/** Reads and clears the pending word in one step; bit n stands for vector 32 + n. */
@external("cpu", "takePending") export declare function takePending(): u64;

/** Points KVM's clock MSRs at the shared page. Only where CPUID offers them: elsewhere it faults. */
@external("cpu", "enableKvmclock") export declare function enableKvmclock(): void;

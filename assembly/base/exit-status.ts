// The exit statuses that the kernel itself gives; every other one is the application's.

/** The machine or its command line is unusable: too small, a broken memory map, a word that makes no sense. */
export const EXIT_UNUSABLE: u32 = 125;
/** The kernel failed: a CPU exception or a broken assertion. */
export const EXIT_KERNEL_FAULT: u32 = 126;
/** A WebAssembly trap; 128 + SIGABRT, as other runtimes do. */
export const EXIT_TRAP: u32 = 134;
/** A fatal signal n gives this plus n. */
export const EXIT_SIGNAL: u32 = 128;

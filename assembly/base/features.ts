// What this kernel is built with. An image gets the drivers that its application can use and no others
// (scripts/steps/kernel-features.ts decides, from the application's imports); asc folds these constants away, and with
// them what they guard. Without further options, as in the tests, everything is there.
//
// A feature is left out by giving asc an alias of its name: --use without_network=assembly/base/features/LEFT_OUT.
// Read only by code that would otherwise always run (boot, yield): what an application does not call, the linker drops.

export const LEFT_OUT: bool = true;

/** Drivers of network interfaces. */
export const HAS_NETWORK: bool = !isDefined(without_network);
/** Drivers of block devices. */
export const HAS_BLOCK: bool = !isDefined(without_block);
/** Files and directories: without a call that takes a path or lists one, no descriptor ever stands for any. */
export const HAS_FILES: bool = !isDefined(without_files);
/** Directories that the host shares by 9P; it needs HAS_FILES. */
export const HAS_SHARES: bool = !isDefined(without_shares);
/** The TCP/IP stack behind sockets; it needs HAS_NETWORK. */
export const HAS_SOCKETS: bool = !isDefined(without_sockets);

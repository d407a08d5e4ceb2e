// What the image says of itself: where it ends, the words it was built with, the names of its functions, its files.

/** The first physical byte after the image. */
@external("image", "end") export declare function end(): u32;

/** Copies the built-in command line; returns its length, which may exceed `capacity` (then it was cut). */
@external("image", "commandLine") export declare function commandLine(to: usize, capacity: u32): u32;

/** Copies the name of the function that holds `address`; returns its length, 0 if it is not known. */
@external("image", "symbol") export declare function symbol(address: u64, to: usize, capacity: u32): u32;

/** The first address of the function that holds `address`. */
@external("image", "symbolStart") export declare function symbolStart(address: u64): u64;

/** Bytes of the archive of files (fs/archive.ts) and its physical address; 0 without one. */
@external("image", "files") export declare function files(): u32;
@external("image", "filesAt") export declare function filesAt(): u32;

/**
 * Copies bytes at a physical address of the image or of mapped memory: so an archive is read in place wherever it lies.
 * It checks nothing: what lies outside the archive must not be asked for.
 */
@external("image", "readFiles") export declare function readFiles(to: usize, from: u32, bytes: u32): void;

/** The same, straight into the application's memory; wasi/application-memory.ts has checked the range. */
@external("image", "copyFiles") export declare function copyFiles(to: u32, from: u32, bytes: u32): void;

/** Devices that the application's manifest declares (solo5/spec.ts draws one), copied one at a time by their index. */
@external("image", "declared") export declare function declared(): u32;
@external("image", "readDeclared") export declare function readDeclared(index: u32, to: usize): void;

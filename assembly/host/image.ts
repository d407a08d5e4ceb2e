// What the image says of itself: where it ends, the words it was built with, the names of its functions.

/** The first physical byte after the image. */
@external("image", "end") export declare function end(): u32;

/** Copies the built-in command line; returns its length, which may exceed `capacity` (then it was cut). */
@external("image", "commandLine") export declare function commandLine(to: usize, capacity: u32): u32;

/** Copies the name of the function that holds `address`; returns its length, 0 if it is not known. */
@external("image", "symbol") export declare function symbol(address: u64, to: usize, capacity: u32): u32;

/** The first address of the function that holds `address`. */
@external("image", "symbolStart") export declare function symbolStart(address: u64): u64;

// The application's linear memory. These copies check nothing: wasi/application-memory.ts does, once, before.

@external("app", "copyIn") export declare function copyIn(to: usize, from: u32, bytes: u32): void;
@external("app", "copyOut") export declare function copyOut(to: u32, from: usize, bytes: u32): void;

/** Bytes of linear memory now; 0 before the application is instantiated. */
@external("app", "size") export declare function size(): u64;

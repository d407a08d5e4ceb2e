// The last resort.

/** A triple fault: the machine resets, and a monitor told not to reboot ends. Never returns. */
@external("power", "reset") export declare function reset(): void;

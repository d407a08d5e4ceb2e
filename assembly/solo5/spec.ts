// Numbers and layouts of the Solo5 ABI on wasm32: include/solo5.h, § Results, § Start, § Network, § Block.

/** Results of calls. AGAIN comes from net_read alone. */
export const R_OK: u32 = 0;
export const R_AGAIN: u32 = 1;
export const R_EINVAL: u32 = 2;
export const R_EUNSPEC: u32 = 3;

/** The status of an aborted application. */
export const EXIT_ABORT: u32 = 255;

/** A handle is the number of the device in the manifest, from 1; a set of handles is a u64. */
export const HANDLES_MAX: u32 = 63;
/** A device's name with its NUL. */
export const NAME_BYTES: u32 = 68;

/**
 * What the image says of a declared device, in the order of the manifest:
 *
 *   0    4   type
 *   4   68   name, filled up with NULs
 */
export const DECLARED_BYTES: u32 = 72;
export const DECLARED_NAME: usize = 4;
export const DEVICE_NET: u32 = 1;
export const DEVICE_BLOCK: u32 = 2;

/**
 * struct solo5_start_info         struct solo5_net_info       struct solo5_block_info
 *
 *   0  4  cmdline                   0  6  mac_address           0  8  capacity
 *   4  4  heap_start                8  4  mtu                   8  8  block_size
 *   8  4  heap_size
 */
export const START_INFO_BYTES: u32 = 12;
export const NET_INFO_BYTES: u32 = 12;
export const BLOCK_INFO_BYTES: u32 = 16;

/** An Ethernet header, SOLO5_NET_HLEN: what a frame has beyond the MTU. */
export const NET_HEADER: u32 = 14;
export const MAC_BYTES: u32 = 6;

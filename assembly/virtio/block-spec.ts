// The block device (VirtIO 1.2 §5.2), constants only.

/** Sector numbers count these, whatever the block size (§5.2.4). */
export const SECTOR: u32 = 512;

// Features (§5.2.3). What is not here is not needed: a request has one data segment (SEG_MAX), one queue is used (MQ).
export const FEATURE_SIZE_MAX: u64 = 1 << 1;
export const FEATURE_RO: u64 = 1 << 5;
export const FEATURE_BLK_SIZE: u64 = 1 << 6;
export const FEATURE_FLUSH: u64 = 1 << 9;
export const FEATURE_DISCARD: u64 = 1 << 13;
export const FEATURE_WRITE_ZEROES: u64 = 1 << 14;

// Configuration (§5.2.4).
export const CONFIG_CAPACITY: u32 = 0;
export const CONFIG_SIZE_MAX: u32 = 8;
export const CONFIG_BLK_SIZE: u32 = 20;
export const CONFIG_MAX_DISCARD_SECTORS: u32 = 36;
export const CONFIG_DISCARD_ALIGNMENT: u32 = 44;
export const CONFIG_MAX_WRITE_ZEROES_SECTORS: u32 = 48;

// Types of requests (§5.2.6).
export const TYPE_IN: u32 = 0;
export const TYPE_OUT: u32 = 1;
export const TYPE_FLUSH: u32 = 4;
export const TYPE_GET_ID: u32 = 8;
export const TYPE_DISCARD: u32 = 11;
export const TYPE_WRITE_ZEROES: u32 = 13;

/** The header: u32 type, u32 reserved, u64 sector. */
export const HEADER_BYTES: u32 = 16;
/** The data of DISCARD and WRITE_ZEROES, one segment: u64 sector, u32 sectors, u32 flags. */
export const SEGMENT_BYTES: u32 = 16;
/** The answer to GET_ID: ASCII, filled up with zeros, no zero behind 20 characters. */
export const ID_BYTES: u32 = 20;

// What the device writes last.
export const STATUS_OK: u32 = 0;
export const STATUS_UNSUPP: u32 = 2;
/** Not a status: what stands there until the device has written one. */
export const STATUS_NONE: u32 = 0xff;

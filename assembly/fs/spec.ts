// The tar format: POSIX.1-2017, utility pax, §"ustar Interchange Format" and §"pax Interchange Format"; the two GNU types
// for long names from GNU tar's manual, "Basic Tar Format". Constants only.
//
//   header, 512 bytes: name 0-99 | mode 100-107 | uid 108 | gid 116 | size 124-135 | mtime 136-147 | checksum 148-155 | type 156
//                      | link name 157-256 | magic "ustar" 257 | version 263 | … | prefix 345-499
//   then the contents, filled up to 512 bytes. Two blocks of zeros end the archive.

export const BLOCK_SIZE: u32 = 512;
export const HEADER_NAME_SIZE: u32 = 100;
export const HEADER_MODE_AT: u32 = 100;
export const HEADER_MODE_SIZE: u32 = 8;
/** In the mode: the owner may write. */
export const MODE_OWNER_WRITES: u32 = 0o200;
export const HEADER_SIZE_AT: u32 = 124;
export const HEADER_SIZE_SIZE: u32 = 12;
export const HEADER_TIME_AT: u32 = 136;
export const HEADER_TIME_SIZE: u32 = 12;
export const HEADER_CHECKSUM_AT: u32 = 148;
export const HEADER_CHECKSUM_SIZE: u32 = 8;
export const HEADER_TYPE_AT: u32 = 156;
export const HEADER_LINK_AT: u32 = 157;
export const HEADER_LINK_SIZE: u32 = 100;
export const HEADER_MAGIC_AT: u32 = 257;
export const HEADER_PREFIX_AT: u32 = 345;
export const HEADER_PREFIX_SIZE: u32 = 155;

export const TYPE_OLD_FILE: u32 = 0;
export const TYPE_FILE: u32 = 0x30;
export const TYPE_LINK: u32 = 0x32;
export const TYPE_DIRECTORY: u32 = 0x35;
export const TYPE_CONTIGUOUS: u32 = 0x37;
/** pax: attributes of the next member; of all that follow. */
export const TYPE_ATTRIBUTES: u32 = 0x78;
export const TYPE_GLOBAL: u32 = 0x67;
/** GNU: the contents are the next member's link name, or name. */
export const TYPE_LONG_LINK: u32 = 0x4b;
export const TYPE_LONG_NAME: u32 = 0x4c;

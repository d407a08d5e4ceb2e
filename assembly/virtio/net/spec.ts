// VirtIO 1.2 §5.1, the network device: constants only.

// Feature bits (§5.1.3).
export const NET_F_CSUM: u64 = 1 << 0;
export const NET_F_GUEST_CSUM: u64 = 1 << 1;
export const NET_F_MTU: u64 = 1 << 3;
export const NET_F_MAC: u64 = 1 << 5;
export const NET_F_GUEST_TSO4: u64 = 1 << 7;
export const NET_F_HOST_TSO4: u64 = 1 << 11;
export const NET_F_MRG_RXBUF: u64 = 1 << 15;
export const NET_F_STATUS: u64 = 1 << 16;

// Virtqueues (§5.1.2), without multiqueue.
export const RECEIVE_QUEUE: u32 = 0;
export const TRANSMIT_QUEUE: u32 = 1;

// Configuration (§5.1.4): u8 mac[6], le16 status, le16 max_virtqueue_pairs, le16 mtu.
export const CONFIG_MAC: u32 = 0;
export const CONFIG_STATUS: u32 = 6;
export const CONFIG_MTU: u32 = 10;
export const STATUS_LINK_UP: u32 = 1;

// Before each frame (§5.1.6), in one piece with it or not: u8 flags, u8 gso_type, le16 hdr_len, le16 gso_size,
// le16 csum_start, le16 csum_offset, le16 num_buffers.
export const HEADER_BYTES: u32 = 12;
export const HEADER_FLAGS: u32 = 0;
export const HEADER_GSO_TYPE: u32 = 1;
export const HEADER_HEADER_BYTES: u32 = 2;
export const HEADER_GSO_SIZE: u32 = 4;
export const HEADER_CHECKSUM_START: u32 = 6;
export const HEADER_CHECKSUM_OFFSET: u32 = 8;
export const HEADER_BUFFERS: u32 = 10;
export const FLAG_NEEDS_CHECKSUM: u32 = 1;
export const FLAG_DATA_VALID: u32 = 2;
export const GSO_NONE: u32 = 0;
export const GSO_TCPV4: u32 = 1;

/** The largest frame of all: an IPv4 packet in Ethernet, not yet cut into segments. */
export const FRAME_BYTES_MAX: u32 = 65535 + 14;

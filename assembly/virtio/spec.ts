// VirtIO 1.2, constants only: device status (§2.1), features (§6), split queues (§2.7), PCI (§4.1), memory-mapped (§4.2).
// Constants of single device types are with their drivers.

/** Device ids (§5). */
export const DEVICE_NETWORK: u32 = 1;
export const DEVICE_BLOCK: u32 = 2;
export const DEVICE_CONSOLE: u32 = 3;
export const DEVICE_ENTROPY: u32 = 4;
export const DEVICE_9P: u32 = 9;

// Device status (§2.1).
export const STATUS_ACKNOWLEDGE: u32 = 1;
export const STATUS_DRIVER: u32 = 2;
export const STATUS_DRIVER_OK: u32 = 4;
export const STATUS_FEATURES_OK: u32 = 8;
export const STATUS_NEEDS_RESET: u32 = 64;
export const STATUS_FAILED: u32 = 128;

// Features of every device (§6).
export const FEATURE_INDIRECT_DESC: u64 = 1 << 28;
export const FEATURE_EVENT_IDX: u64 = 1 << 29;
export const FEATURE_VERSION_1: u64 = 1 << 32;

// Descriptors (§2.7.5): u64 address, u32 length, u16 flags, u16 next.
export const DESCRIPTOR_SIZE: u32 = 16;
export const DESC_NEXT: u32 = 1;
export const DESC_WRITE: u32 = 2;
export const DESC_INDIRECT: u32 = 4;
/** Available ring (§2.7.6): u16 flags, u16 index, u16 ring[size], u16 used_event. */
export const AVAIL_NO_INTERRUPT: u32 = 1;
export const AVAIL_INDEX: u32 = 2;
export const AVAIL_RING: u32 = 4;
/** Used ring (§2.7.8): u16 flags, u16 index, { u32 id, u32 length } ring[size], u16 avail_event. */
export const USED_NO_NOTIFY: u32 = 1;
export const USED_INDEX: u32 = 2;
export const USED_RING: u32 = 4;

// Interrupt status, PCI (§4.1.4.5) and MMIO (§4.2.2) alike.
export const ISR_QUEUE: u32 = 1;
export const ISR_CONFIG: u32 = 2;

// PCI (§4.1.2): ids, and the vendor capability's layout (§4.1.4).
export const PCI_VENDOR: u32 = 0x1af4;
export const PCI_TRANSITIONAL_FIRST: u32 = 0x1000;
export const PCI_MODERN_FIRST: u32 = 0x1040;
export const PCI_MODERN_LAST: u32 = 0x107f;
export const PCI_SUBSYSTEM_ID: u32 = 0x2e;
export const CAP_LENGTH: u32 = 2;
export const CAP_TYPE: u32 = 3;
export const CAP_BAR: u32 = 4;
export const CAP_OFFSET: u32 = 8;
export const CAP_BYTES: u32 = 12;
export const CAP_NOTIFY_MULTIPLIER: u32 = 16;
export const CAP_TYPE_COMMON: u32 = 1;
export const CAP_TYPE_NOTIFY: u32 = 2;
export const CAP_TYPE_ISR: u32 = 3;
export const CAP_TYPE_DEVICE: u32 = 4;
export const NO_VECTOR: u32 = 0xffff;

// Common configuration (§4.1.4.3).
export const COMMON_BYTES: u32 = 56;
export const COMMON_DEVICE_FEATURE_SELECT: u32 = 0;
export const COMMON_DEVICE_FEATURE: u32 = 4;
export const COMMON_DRIVER_FEATURE_SELECT: u32 = 8;
export const COMMON_DRIVER_FEATURE: u32 = 12;
export const COMMON_CONFIG_VECTOR: u32 = 16;
export const COMMON_STATUS: u32 = 20;
export const COMMON_GENERATION: u32 = 21;
export const COMMON_QUEUE_SELECT: u32 = 22;
export const COMMON_QUEUE_SIZE: u32 = 24;
export const COMMON_QUEUE_VECTOR: u32 = 26;
export const COMMON_QUEUE_ENABLE: u32 = 28;
export const COMMON_QUEUE_NOTIFY: u32 = 30;
export const COMMON_QUEUE_DESC: u32 = 32;
export const COMMON_QUEUE_DRIVER: u32 = 40;
export const COMMON_QUEUE_DEVICE: u32 = 48;

// Memory-mapped registers (§4.2.2).
export const MMIO_BYTES: u32 = 0x100;
export const MMIO_MAGIC: u32 = 0x000;
export const MMIO_VERSION: u32 = 0x004;
export const MMIO_DEVICE_ID: u32 = 0x008;
export const MMIO_DEVICE_FEATURES: u32 = 0x010;
export const MMIO_DEVICE_FEATURES_SELECT: u32 = 0x014;
export const MMIO_DRIVER_FEATURES: u32 = 0x020;
export const MMIO_DRIVER_FEATURES_SELECT: u32 = 0x024;
export const MMIO_QUEUE_SELECT: u32 = 0x030;
export const MMIO_QUEUE_SIZE_MAX: u32 = 0x034;
export const MMIO_QUEUE_SIZE: u32 = 0x038;
export const MMIO_QUEUE_READY: u32 = 0x044;
export const MMIO_QUEUE_NOTIFY: u32 = 0x050;
export const MMIO_INTERRUPT_STATUS: u32 = 0x060;
export const MMIO_INTERRUPT_ACK: u32 = 0x064;
export const MMIO_STATUS: u32 = 0x070;
export const MMIO_QUEUE_DESC: u32 = 0x080;
export const MMIO_QUEUE_DRIVER: u32 = 0x090;
export const MMIO_QUEUE_DEVICE: u32 = 0x0a0;
export const MMIO_GENERATION: u32 = 0x0fc;
export const MMIO_CONFIG: u32 = 0x100;
export const MMIO_MAGIC_VALUE: u32 = 0x74726976;

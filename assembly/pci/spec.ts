// PCI configuration space. Constants only.
// Read first: PCI Local Bus 3.0 §6 (header, BARs §6.2.5.1, capabilities §6.7, MSI-X §6.8.2), §3.2.2.3.2 (0xCF8);
// PCI Express 5.0 §7.2.2 (ECAM); PCI-to-PCI Bridge 1.2 §3.2.

export const CONFIG_ADDRESS: u32 = 0xcf8;
export const CONFIG_DATA: u32 = 0xcfc;
export const CONFIG_ENABLE: u32 = 0x80000000;

export const VENDOR_ID: u32 = 0x00;
export const DEVICE_ID: u32 = 0x02;
export const COMMAND: u32 = 0x04;
export const STATUS: u32 = 0x06;
export const HEADER_TYPE: u32 = 0x0e;
export const BAR_0: u32 = 0x10;
export const SECONDARY_BUS: u32 = 0x19;
export const CAPABILITIES_POINTER: u32 = 0x34;
export const INTERRUPT_LINE: u32 = 0x3c;
export const INTERRUPT_PIN: u32 = 0x3d;

export const NO_VENDOR: u32 = 0xffff;
export const COMMAND_MEMORY: u32 = 1 << 1;
export const COMMAND_BUS_MASTER: u32 = 1 << 2;
export const COMMAND_INTX_DISABLE: u32 = 1 << 10;
export const STATUS_CAPABILITIES: u32 = 1 << 4;
export const HEADER_TYPE_MASK: u32 = 0x7f;
export const HEADER_TYPE_ENDPOINT: u32 = 0;
export const HEADER_TYPE_BRIDGE: u32 = 1;
export const HEADER_MULTIFUNCTION: u32 = 0x80;

export const BAR_IO: u32 = 1;
export const BAR_TYPE_MASK: u32 = 6;
export const BAR_TYPE_64: u32 = 4;
export const BAR_MEMORY_MASK: u32 = 0xfffffff0;
export const BARS: u32 = 6;

/** Capabilities lie in the 192 bytes behind the header, 4 bytes at least each: a longer list is a circle. */
export const CAPABILITIES_MAX: u32 = 48;
export const CAPABILITY_VENDOR: u32 = 0x09;
export const CAPABILITY_MSIX: u32 = 0x11;

export const MSIX_CONTROL: u32 = 2;
export const MSIX_TABLE: u32 = 4;
export const MSIX_TABLE_SIZE_MASK: u32 = 0x7ff;
export const MSIX_FUNCTION_MASK: u32 = 1 << 14;
export const MSIX_ENABLE: u32 = 1 << 15;
export const MSIX_BAR_MASK: u32 = 7;
export const MSIX_ENTRY_SIZE: u32 = 16;

// ACPI tables. Constants only. Read first: ACPI 6.4 §5.2.5 (RSDP), §5.2.6 (headers), §5.2.7 and §5.2.8 (RSDT, XSDT),
// §5.2.9 (FADT), §5.2.12 (MADT); PCI Firmware Specification 3.2 §4.1.2 (MCFG).

/** "RSD PTR ", on a 16-byte boundary. */
export const RSDP_SIGNATURE: u64 = 0x2052545020445352;
export const RSDP_BYTES: u32 = 36;
/** What revision 0 has, and its checksum covers. */
export const RSDP_BYTES_V1: u32 = 20;
/** u16: where the extended BIOS data area begins, in paragraphs (§5.2.5.1); its first KiB may have the RSDP. */
export const EBDA_SEGMENT: u64 = 0x40e;
export const EBDA_BYTES: u32 = 1024;
export const BIOS_START: u64 = 0xe0000;
export const BIOS_BYTES: u32 = 0x20000;

/** u32 signature, u32 length, u8 revision, u8 checksum, … */
export const HEADER_BYTES: u32 = 36;
export const SIGNATURE_XSDT: u32 = 0x54445358;
export const SIGNATURE_RSDT: u32 = 0x54445352;
export const SIGNATURE_FADT: u32 = 0x50434146; // "FACP"
export const SIGNATURE_DSDT: u32 = 0x54445344;
export const SIGNATURE_SSDT: u32 = 0x54445353;
export const SIGNATURE_MCFG: u32 = 0x4746434d;
export const SIGNATURE_MADT: u32 = 0x43495041; // "APIC"

export const FADT_DSDT: u32 = 40;
export const FADT_X_DSDT: u32 = 140;

// MADT: after 44 bytes, entries of u8 type, u8 length. An I/O APIC: u8 id, u8 0, u32 address, u32 first interrupt.
export const MADT_ENTRIES: u32 = 44;
export const MADT_IO_APIC: u32 = 1;
export const MADT_IO_APIC_BYTES: u32 = 12;

// MCFG: after 44 bytes, entries of u64 base, u16 segment, u8 first bus, u8 last bus, u32 0.
export const MCFG_ENTRIES: u32 = 44;
export const MCFG_ENTRY_BYTES: u32 = 16;

// Resource descriptors (§6.4.3): u8 tag, u16 length.
export const MEMORY_32_FIXED: u32 = 0x86;
export const MEMORY_32_FIXED_LENGTH: u32 = 9;
export const EXTENDED_INTERRUPT: u32 = 0x89;
export const EXTENDED_INTERRUPT_LENGTH_LEAST: u32 = 6;

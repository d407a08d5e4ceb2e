// Interrupt hardware of the PC. Constants only.
// Read first: Intel SDM vol. 3A, chapter 6 (exceptions) and chapter 11 (local APIC); 82093AA data sheet (I/O APIC).

/** Vectors that the pending word can carry. */
export const VECTOR_FIRST: u32 = 32;
export const VECTOR_COUNT: u32 = 64;

// The vectors this kernel gives out. The timer's and COM1's share a priority class, so neither starves the other.
export const VECTOR_TIMER: u32 = 0x40;
export const VECTOR_COM1: u32 = 0x41;
/** Configuration changes of all devices with MSI-X; then the devices' own vectors. */
export const VECTOR_CONFIG: u32 = 0x42;
export const VECTOR_DEVICE_FIRST: u32 = 0x43;
export const VECTOR_DEVICE_COUNT: u32 = 28;
/** SDM vol. 3A §11.9: the low four bits are ones on every processor. No end-of-interrupt is due for it. */
export const VECTOR_SPURIOUS: u32 = 0x5f;

// Local APIC registers (SDM vol. 3A §11.4.1, table 11-1).
export const APIC_BASE: u64 = 0xfee00000;
export const APIC_ID: u64 = APIC_BASE + 0x020;
export const APIC_TPR: u64 = APIC_BASE + 0x080;
export const APIC_EOI: u64 = APIC_BASE + 0x0b0;
export const APIC_SVR: u64 = APIC_BASE + 0x0f0;
/** In service, 32 vectors a register, 16 bytes apart. */
export const APIC_ISR: u64 = APIC_BASE + 0x100;
export const APIC_LVT_TIMER: u64 = APIC_BASE + 0x320;
export const APIC_LVT_LINT0: u64 = APIC_BASE + 0x350;
export const APIC_LVT_LINT1: u64 = APIC_BASE + 0x360;
export const APIC_TIMER_INITIAL: u64 = APIC_BASE + 0x380;
export const APIC_TIMER_CURRENT: u64 = APIC_BASE + 0x390;
export const APIC_TIMER_DIVIDE: u64 = APIC_BASE + 0x3e0;

/** SVR: the APIC is switched on (§11.9). */
export const APIC_SVR_ENABLE: u32 = 1 << 8;
/** LVT: the interrupt is masked (§11.5.1). LVT timer with mode 0 is one-shot. */
export const APIC_LVT_MASKED: u32 = 1 << 16;
/** Divide configuration (§11.5.4): divide by 16. */
export const APIC_DIVIDE_BY_16: u32 = 0x3;
export const APIC_TIMER_DIVISOR: u64 = 16;

// I/O APIC (82093AA §3.0): an index register and a data window.
export const IOAPIC_SELECT: u64 = 0xfec00000;
export const IOAPIC_WINDOW: u64 = 0xfec00010;
/** Redirection entry n is registers 0x10 + 2n (low) and 0x11 + 2n (high); fixed delivery, edge, active high are 0. */
export const IOAPIC_REDIRECTION: u32 = 0x10;
/** Lines of one I/O APIC, and bytes of its registers. */
export const IOAPIC_LINES: u32 = 24;
export const IOAPIC_BYTES: u32 = 0x20;
export const IOAPIC_LEVEL: u32 = 1 << 15;
export const IOAPIC_MASKED: u32 = 1 << 16;
export const IRQ_COM1: u32 = 4;

// 8259A interrupt mask registers.
export const PIC_MASTER_MASK: u32 = 0x21;
export const PIC_SLAVE_MASK: u32 = 0xa1;
export const PIC_ALL_MASKED: u32 = 0xff;

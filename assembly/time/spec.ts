// Clock hardware. Constants only.
// Read first: Linux Documentation/virt/kvm/x86/msr.rst (pvclock structures) and cpuid.rst; Intel SDM vol. 2A, CPUID;
// Intel 8254 data sheet; Motorola MC146818A data sheet.

// CPUID leaf 1, ecx: the machine is virtual, so the leaves from 0x40000000 mean something.
export const CPUID_1_ECX_HYPERVISOR: u32 = 1 << 31;
export const CPUID_HYPERVISOR: u32 = 0x40000000;
export const CPUID_KVM_FEATURES: u32 = 0x40000001;
/** "KVMKVMKVM\0\0\0" in ebx, ecx, edx. */
export const KVM_SIGNATURE_EBX: u32 = 0x4b4d564b;
export const KVM_SIGNATURE_ECX: u32 = 0x564b4d56;
export const KVM_SIGNATURE_EDX: u32 = 0x0000004d;
/** kvmclock at MSRs 0x4b564d00 and 0x4b564d01. */
export const KVM_FEATURE_CLOCKSOURCE2: u32 = 1 << 3;
/** eax: TSC in kHz; ebx: APIC bus in kHz (VMware's leaf, which others give too). */
export const CPUID_HYPERVISOR_FREQUENCY: u32 = 0x40000010;
/** TSC and core crystal: eax denominator, ebx numerator, ecx crystal in Hz. */
export const CPUID_TSC: u32 = 0x15;
/** Processor frequencies: eax base in MHz. */
export const CPUID_PROCESSOR_FREQUENCY: u32 = 0x16;

// pvclock_vcpu_time_info: u32 version, u64 tsc_timestamp at 8, u64 system_time at 16, u32 tsc_to_system_mul at 24,
// i8 tsc_shift at 28, u8 flags at 29. pvclock_wall_clock: u32 version, u32 sec at 4, u32 nsec at 8.
export const PVCLOCK_TSC_TIMESTAMP: usize = 8;
export const PVCLOCK_SYSTEM_TIME: usize = 16;
export const PVCLOCK_MULTIPLIER: usize = 24;
export const PVCLOCK_SHIFT: usize = 28;
export const PVCLOCK_WALL_SECONDS: usize = 4;
export const PVCLOCK_WALL_NANOSECONDS: usize = 8;

// 8254 and its gate.
export const PIT_HZ: u64 = 1193182;
export const PIT_CHANNEL_2: u32 = 0x42;
export const PIT_COMMAND: u32 = 0x43;
/** Channel 2, low byte then high byte, mode 0, binary. */
export const PIT_CHANNEL_2_ONE_SHOT: u32 = 0xb0;
export const PIT_CHANNEL_2_LATCH: u32 = 0x80;
export const PIT_GATE: u32 = 0x61;
export const PIT_GATE_CHANNEL_2: u32 = 1;
export const PIT_GATE_SPEAKER: u32 = 2;

// MC146818A and the century register of PC BIOSes.
export const RTC_INDEX: u32 = 0x70;
export const RTC_DATA: u32 = 0x71;
export const RTC_SECONDS: u32 = 0x00;
export const RTC_MINUTES: u32 = 0x02;
export const RTC_HOURS: u32 = 0x04;
export const RTC_DAY: u32 = 0x07;
export const RTC_MONTH: u32 = 0x08;
export const RTC_YEAR: u32 = 0x09;
export const RTC_STATUS_A: u32 = 0x0a;
export const RTC_STATUS_B: u32 = 0x0b;
export const RTC_CENTURY: u32 = 0x32;
export const RTC_A_UPDATE_IN_PROGRESS: u32 = 0x80;
export const RTC_B_24_HOUR: u32 = 0x02;
export const RTC_B_BINARY: u32 = 0x04;
export const RTC_HOURS_PM: u32 = 0x80;

export const NANOSECONDS_PER_SECOND: u64 = 1000000000;
/** The local APIC timer's clock, before its divider, in every monitor that is known (QEMU, KVM). */
export const APIC_BUS_HZ: u64 = 1000000000;

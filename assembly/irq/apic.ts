// The local APIC, the I/O APIC and the old 8259s, which are masked. All of it is set up when the first wait needs it:
// an application that never waits never pays for it (each access is an exit to the monitor).
// Read first: Intel SDM vol. 3A, chapter 11; 82093AA data sheet, section 3.

import * as io from "../host/io";
import * as mmio from "../host/mmio";
import { mapRegisters } from "../mm/device-window";
import {
  APIC_EOI, APIC_ID, APIC_ISR, APIC_LVT_LINT0, APIC_LVT_LINT1, APIC_LVT_MASKED, APIC_SVR, APIC_SVR_ENABLE, IOAPIC_BYTES, IOAPIC_LEVEL,
  IOAPIC_LINES, IOAPIC_MASKED, IOAPIC_REDIRECTION, IOAPIC_SELECT, IOAPIC_WINDOW, PIC_ALL_MASKED, PIC_MASTER_MASK, PIC_SLAVE_MASK, VECTOR_SPURIOUS,
} from "./spec";

let ready: bool = false;
let isDeaf: bool = false;
/** A second I/O APIC: its registers, 0 without, and the number of its first line. */
let secondAt: u64 = 0;
let secondFirst: u32 = 0;

/** Masks the PIC, shuts the APIC's direct inputs and switches the APIC on, once. */
export function prepareInterrupts(): void {
  if (ready) return;
  ready = true;
  // Firmware leaves the 8259s wired through LINT0 with vectors that are exceptions now: both ways are closed.
  io.out8(PIC_MASTER_MASK, PIC_ALL_MASKED);
  io.out8(PIC_SLAVE_MASK, PIC_ALL_MASKED);
  mmio.write32(APIC_LVT_LINT0, APIC_LVT_MASKED);
  mmio.write32(APIC_LVT_LINT1, APIC_LVT_MASKED);
  mmio.write32(APIC_SVR, APIC_SVR_ENABLE | VECTOR_SPURIOUS);
}

/** Tells the APIC that the interrupt in service has been handled; until then it holds back its priority class. */
export function endOfInterrupt(): void {
  mmio.write32(APIC_EOI, 0);
}

/** Whether the APIC waits for the end of an interrupt with that vector. */
export function isInService(vector: u32): bool {
  return (mmio.read32(APIC_ISR + <u64>(vector >> 5 << 4)) >> (vector & 31) & 1) != 0;
}

/** Sends the edge-triggered, active-high interrupt line `irq` to this processor as `vector`. */
export function routeIrq(irq: u32, vector: u32): void {
  redirect(irq, vector);
}

/**
 * The same for a level-triggered line. QEMU and KVM take any line for active-high, and say so in their ACPI tables for
 * the lines that PCI devices are given.
 */
export function routeLevelIrq(irq: u32, vector: u32): void {
  redirect(irq, vector | IOAPIC_LEVEL);
}

/** Listens to a level-triggered line no more. */
export function maskLevelIrq(irq: u32, vector: u32): void {
  isDeaf = true;
  redirect(irq, vector | IOAPIC_LEVEL | IOAPIC_MASKED);
}

/** Whether a line is masked behind which devices may still have something to say. */
export function isDeafToLine(): bool {
  return isDeaf;
}

/** There is another I/O APIC at `address`, for lines from `first` on. */
export function useIoApic(address: u64, first: u32): void {
  secondAt = address;
  secondFirst = first;
}

function redirect(irq: u32, entry: u32): void {
  const isSecond = secondAt != 0 && irq >= secondFirst;
  if (isSecond) irq -= secondFirst;
  if (irq >= IOAPIC_LINES || (isSecond && mapRegisters(secondAt, IOAPIC_BYTES) == 0)) return;
  const select = isSecond ? secondAt : IOAPIC_SELECT;
  const window = select + (IOAPIC_WINDOW - IOAPIC_SELECT);
  const low = IOAPIC_REDIRECTION + irq * 2;
  // The destination first: the write to the low half unmasks.
  mmio.write32(select, low + 1);
  mmio.write32(window, mmio.read32(APIC_ID) & 0xff000000);
  mmio.write32(select, low);
  mmio.write32(window, entry);
}

// The end of the machine: every way out, one after the other, until one of them works.
// The ports are those of QEMU's isa-debug-exit, the ACPI blocks of
// QEMU's pc and q35 and of Cloud Hypervisor, and the keyboard controller that Firecracker listens to.

import * as io from "../host/io";
import * as power from "../host/power";
import { COM1, COM2, COM3, drain } from "./serial";

const ISA_DEBUG_EXIT: u32 = 0xf4;
/** The largest status isa-debug-exit can carry for us; QEMU ends with 2x + 1 in 8 bits. */
const DEBUG_EXIT_MAX: u32 = 126;
const DEBUG_EXIT_LARGER: u32 = 127;
/** ACPI PM1a control of QEMU's pc and q35; SLP_EN with sleep type 0 (S5). */
const ACPI_PM1A: u32 = 0x604;
const ACPI_PM1A_SLEEP: u32 = 0x2000;
/** Cloud Hypervisor's shutdown port: S5 in bits 2-4, SLP_EN in bit 5. */
const CLOUD_HYPERVISOR: u32 = 0x600;
const CLOUD_HYPERVISOR_SLEEP: u32 = 0x34;
/** The 8042's command port; 0xfe pulses the reset line. */
const KEYBOARD_CONTROLLER: u32 = 0x64;
const KEYBOARD_RESET: u32 = 0xfe;

/** Lets the UARTs finish, then switches the machine off with `status`. Never returns. */
export function powerOff(status: u32): void {
  drain(COM1);
  drain(COM2);
  drain(COM3);
  powerOffNow(status);
}

/** The same without waiting for anything: for a fault inside a fault. Never returns. */
export function powerOffNow(status: u32): void {
  io.out8(ISA_DEBUG_EXIT, status <= DEBUG_EXIT_MAX ? status : DEBUG_EXIT_LARGER);
  io.out16(ACPI_PM1A, ACPI_PM1A_SLEEP);
  io.out8(CLOUD_HYPERVISOR, CLOUD_HYPERVISOR_SLEEP);
  io.out8(KEYBOARD_CONTROLLER, KEYBOARD_RESET);
  power.reset();
  unreachable();
}

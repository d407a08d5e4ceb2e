// A virtio device as the kernel knows it: how its registers are reached, what was negotiated, who drives it.
// Found by find.ts, reached through transport.ts, started by start.ts.
//
//   table: VIRTIO_DEVICES_MAX records of VirtioDevice

import { VIRTIO_DEVICES_MAX } from "../base/limits";

export const TRANSPORT_PCI: u32 = 1;
export const TRANSPORT_MMIO: u32 = 2;

@final @unmanaged
export class VirtioDevice {
  /** PCI: the common configuration. MMIO: the first register. */
  registers: u64;
  /** PCI only: where queues are notified, and the interrupt status byte. */
  notify: u64;
  isr: u64;
  /** The device's own configuration, and how many bytes of it there are; 0 and 0 without. */
  config: u64;
  configBytes: u32;
  notifyMultiplier: u32;
  notifyBytes: u32;
  /** What both sides agreed on. */
  features: u64;
  transport: u32;
  /** Device id (spec.ts). */
  type: u32;
  /** PCI: the function. MMIO: unused. */
  fn: u32;
  /** Interrupt line: PCI INTx or MMIO. */
  line: u32;
  /** The vector of its queues; 0 while interrupts are not connected. */
  vector: u32;
  /** It uses MSI-X: nothing has to be acknowledged. */
  isMsix: u32;
  /** Its configuration or status may have changed since it was looked at: an interrupt said so. */
  isChanged: u32;
  /** A driver has it. */
  isTaken: u32;
}

// VIRTIO_DEVICES_MAX of them.
const table = memory.data(72 * 88, 8);
let count: u32 = 0;

export function virtioDevices(): u32 {
  return count;
}

export function virtioDevice(index: u32): VirtioDevice {
  assert(index < count && offsetof<VirtioDevice>() == 88);
  return changetype<VirtioDevice>(table + <usize>index * offsetof<VirtioDevice>());
}

/** A cleared record at the end of the table; null if the table is full. */
export function addVirtioDevice(): VirtioDevice | null {
  if (count == VIRTIO_DEVICES_MAX) return null;
  count++;
  const device = virtioDevice(count - 1);
  memory.fill(changetype<usize>(device), 0, offsetof<VirtioDevice>());
  return device;
}

/** Takes the last record back: it turned out not to be usable. */
export function dropVirtioDevice(): void {
  assert(count != 0);
  count--;
}

/** The first device of a type that no driver has, from index `from`; its index, or virtioDevices() if there is none. */
export function nextVirtioDevice(type: u32, from: u32): u32 {
  let index = from;
  while (index < count && (virtioDevice(index).type != type || virtioDevice(index).isTaken != 0)) index++;
  return index;
}

// The two ways to a device's registers, PCI and memory-mapped, under one set of names. Each function here is one
// register of VirtIO 1.2 §4.1.4.3 (PCI) or §4.2.2 (MMIO). What is written into them is start.ts's and queue.ts's matter.

import * as mmio from "../host/mmio";
import { TRANSPORT_PCI, VirtioDevice } from "./device";
import {
  COMMON_CONFIG_VECTOR, COMMON_DEVICE_FEATURE, COMMON_DEVICE_FEATURE_SELECT, COMMON_DRIVER_FEATURE,
  COMMON_DRIVER_FEATURE_SELECT, COMMON_GENERATION, COMMON_QUEUE_DESC, COMMON_QUEUE_DEVICE, COMMON_QUEUE_DRIVER,
  COMMON_QUEUE_ENABLE, COMMON_QUEUE_NOTIFY, COMMON_QUEUE_SELECT, COMMON_QUEUE_SIZE, COMMON_QUEUE_VECTOR, COMMON_STATUS,
  ISR_CONFIG, ISR_QUEUE, MMIO_DEVICE_FEATURES, MMIO_DEVICE_FEATURES_SELECT, MMIO_DRIVER_FEATURES, MMIO_DRIVER_FEATURES_SELECT,
  MMIO_GENERATION, MMIO_INTERRUPT_ACK, MMIO_INTERRUPT_STATUS, MMIO_QUEUE_DESC, MMIO_QUEUE_DEVICE, MMIO_QUEUE_DRIVER,
  MMIO_QUEUE_NOTIFY, MMIO_QUEUE_READY, MMIO_QUEUE_SELECT, MMIO_QUEUE_SIZE, MMIO_QUEUE_SIZE_MAX, MMIO_STATUS,
} from "./spec";

function isPci(device: VirtioDevice): bool {
  return device.transport == TRANSPORT_PCI;
}

export function readStatus(device: VirtioDevice): u32 {
  return isPci(device) ? mmio.read8(device.registers + COMMON_STATUS) : mmio.read32(device.registers + MMIO_STATUS);
}

export function writeStatus(device: VirtioDevice, status: u32): void {
  if (isPci(device)) mmio.write8(device.registers + COMMON_STATUS, status);
  else mmio.write32(device.registers + MMIO_STATUS, status);
}

export function readDeviceFeatures(device: VirtioDevice): u64 {
  return <u64>readFeatures(device, 1) << 32 | readFeatures(device, 0);
}

function readFeatures(device: VirtioDevice, half: u32): u32 {
  if (isPci(device)) {
    mmio.write32(device.registers + COMMON_DEVICE_FEATURE_SELECT, half);
    return mmio.read32(device.registers + COMMON_DEVICE_FEATURE);
  }
  mmio.write32(device.registers + MMIO_DEVICE_FEATURES_SELECT, half);
  return mmio.read32(device.registers + MMIO_DEVICE_FEATURES);
}

export function writeDriverFeatures(device: VirtioDevice, features: u64): void {
  for (let half: u32 = 0; half < 2; half++) {
    const word = <u32>(features >> (half << 5));
    if (isPci(device)) {
      mmio.write32(device.registers + COMMON_DRIVER_FEATURE_SELECT, half);
      mmio.write32(device.registers + COMMON_DRIVER_FEATURE, word);
    } else {
      mmio.write32(device.registers + MMIO_DRIVER_FEATURES_SELECT, half);
      mmio.write32(device.registers + MMIO_DRIVER_FEATURES, word);
    }
  }
}

/** Changes with every change of the configuration; a reader of several fields compares it before and after. */
export function readGeneration(device: VirtioDevice): u32 {
  return isPci(device) ? mmio.read8(device.registers + COMMON_GENERATION) : mmio.read32(device.registers + MMIO_GENERATION);
}

/** Selects a queue; the most descriptors it can have, 0 if it does not exist. */
export function selectQueue(device: VirtioDevice, queue: u32): u32 {
  if (isPci(device)) {
    mmio.write16(device.registers + COMMON_QUEUE_SELECT, queue);
    return mmio.read16(device.registers + COMMON_QUEUE_SIZE);
  }
  mmio.write32(device.registers + MMIO_QUEUE_SELECT, queue);
  return mmio.read32(device.registers + MMIO_QUEUE_SIZE_MAX);
}

/** Hands the selected queue over: its size and where its three parts lie. */
export function enableQueue(device: VirtioDevice, size: u32, descriptors: usize, available: usize, used: usize): void {
  if (isPci(device)) {
    mmio.write16(device.registers + COMMON_QUEUE_SIZE, size);
    writeAddress(device.registers + COMMON_QUEUE_DESC, descriptors);
    writeAddress(device.registers + COMMON_QUEUE_DRIVER, available);
    writeAddress(device.registers + COMMON_QUEUE_DEVICE, used);
    mmio.write16(device.registers + COMMON_QUEUE_ENABLE, 1);
    return;
  }
  mmio.write32(device.registers + MMIO_QUEUE_SIZE, size);
  writeAddress(device.registers + MMIO_QUEUE_DESC, descriptors);
  writeAddress(device.registers + MMIO_QUEUE_DRIVER, available);
  writeAddress(device.registers + MMIO_QUEUE_DEVICE, used);
  mmio.write32(device.registers + MMIO_QUEUE_READY, 1);
}

/** Queues lie below 4 GiB; the upper half is written because a reset need not clear it. */
function writeAddress(register: u64, address: usize): void {
  mmio.write32(register, <u32>address);
  mmio.write32(register + 4, 0);
}

/** Where a notification of the selected queue is written, with the queue's number; 0 if outside the device's registers. */
export function notifyAddress(device: VirtioDevice): u64 {
  if (!isPci(device)) return device.registers + MMIO_QUEUE_NOTIFY;
  const offset = <u64>mmio.read16(device.registers + COMMON_QUEUE_NOTIFY) * device.notifyMultiplier;
  return offset + 2 <= device.notifyBytes ? device.notify + offset : 0;
}

export function writeNotification(device: VirtioDevice, address: u64, queue: u32): void {
  if (isPci(device)) mmio.write16(address, queue);
  else mmio.write32(address, queue);
}

/** PCI with MSI-X: which entry of the table the configuration uses; what reads back is what the device took. */
export function setConfigVector(device: VirtioDevice, entry: u32): u32 {
  mmio.write16(device.registers + COMMON_CONFIG_VECTOR, entry);
  return mmio.read16(device.registers + COMMON_CONFIG_VECTOR);
}

/** The same for the selected queue. */
export function setQueueVector(device: VirtioDevice, entry: u32): u32 {
  mmio.write16(device.registers + COMMON_QUEUE_VECTOR, entry);
  return mmio.read16(device.registers + COMMON_QUEUE_VECTOR);
}

/** MMIO: reasons that come while others are acknowledged keep the line up, and a line that is up has no edge. */
const ACKNOWLEDGEMENTS_MAX: u32 = 8;

/** Reads why the device interrupted (ISR_QUEUE, ISR_CONFIG) and lets its line fall. */
export function acknowledgeInterrupt(device: VirtioDevice): u32 {
  if (isPci(device)) {
    const reasons = mmio.read8(device.isr);
    // Where nobody answers all bits are set.
    return (reasons & ~(ISR_QUEUE | ISR_CONFIG)) == 0 ? reasons : 0;
  }
  let all: u32 = 0;
  for (let i: u32 = 0; i < ACKNOWLEDGEMENTS_MAX; i++) {
    const reasons = mmio.read32(device.registers + MMIO_INTERRUPT_STATUS);
    if (reasons == 0) break;
    mmio.write32(device.registers + MMIO_INTERRUPT_ACK, reasons);
    all |= reasons;
  }
  return all;
}

/** The device's own configuration; zeros behind its end. Wider fields are read in parts (§4.1.3.1, §4.2.2.2). */
export function readConfiguration8(device: VirtioDevice, offset: u32): u32 {
  return offset < device.configBytes ? mmio.read8(device.config + offset) : 0;
}

export function readConfiguration16(device: VirtioDevice, offset: u32): u32 {
  return offset + 2 <= device.configBytes ? mmio.read16(device.config + offset) : 0;
}

export function readConfiguration32(device: VirtioDevice, offset: u32): u32 {
  return offset + 4 <= device.configBytes ? mmio.read32(device.config + offset) : 0;
}

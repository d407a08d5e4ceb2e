// Finds the machine's virtio devices and how to reach their registers: memory-mapped ones that the command line or ACPI
// names, then PCI functions. Read first: VirtIO 1.2 §4.1.2 (PCI discovery), §4.1.4 (capabilities), §4.2.2 (MMIO).
// Everything a device says of itself is checked before it is believed; one that makes no sense is left alone.

import * as mmio from "../host/mmio";
import { beginLog, beginMessage, isVerbose, sendLine, sendLog } from "../base/log";
import { decimal, hex, text } from "../base/line";
import { mmioWordBase, mmioWordLine, mmioWords } from "../config/mmio-words";
import { mapRegisters } from "../mm/device-window";
import { barAddress, enableFunction, nextCapability } from "../pci/function";
import { pciFunction, pciFunctions, scanPci } from "../pci/scan";
import { readConfig16, readConfig32, readConfig8 } from "../pci/config-space";
import { CAPABILITIES_MAX, CAPABILITY_VENDOR, DEVICE_ID, HEADER_TYPE, HEADER_TYPE_ENDPOINT, HEADER_TYPE_MASK, INTERRUPT_LINE, VENDOR_ID } from "../pci/spec";
import { addVirtioDevice, dropVirtioDevice, TRANSPORT_MMIO, TRANSPORT_PCI, VirtioDevice } from "./device";
import {
  CAP_BAR, CAP_BYTES, CAP_NOTIFY_MULTIPLIER, CAP_OFFSET, CAP_TYPE, CAP_TYPE_COMMON, CAP_TYPE_DEVICE, CAP_TYPE_ISR,
  CAP_TYPE_NOTIFY, COMMON_BYTES, MMIO_BYTES, MMIO_CONFIG, MMIO_DEVICE_ID, MMIO_MAGIC, MMIO_MAGIC_VALUE, MMIO_VERSION,
  PCI_MODERN_FIRST, PCI_MODERN_LAST, PCI_SUBSYSTEM_ID, PCI_TRANSITIONAL_FIRST, PCI_VENDOR,
} from "./spec";

/** A region of registers longer than this is not believed; the notification regions of QEMU are 16 KiB. */
const REGION_MAX: u32 = 0x100000;
/** Configuration that is looked at: no device type here has more. */
const CONFIG_MAX: u32 = 0x100;

/** Devices on the command line. */
export function findMmioDevices(): void {
  for (let i: u32 = 0; i < mmioWords(); i++) addMmioDevice(mmioWordBase(i), mmioWordLine(i));
}

/** A memory-mapped device at `base` with interrupt line `line`, if there is one. */
export function addMmioDevice(base: u64, line: u32): void {
  const registers = mapRegisters(base, MMIO_BYTES + CONFIG_MAX);
  if (registers == 0 || mmio.read32(registers + MMIO_MAGIC) != MMIO_MAGIC_VALUE) return;
  const type = mmio.read32(registers + MMIO_DEVICE_ID);
  // 0: a slot without a device (§4.2.2.2).
  if (type == 0) return;
  if (mmio.read32(registers + MMIO_VERSION) != 2) {
    beginMessage();
    text("the virtio-mmio device at ");
    hex(base);
    text(" is a legacy one; run QEMU with -global virtio-mmio.force-legacy=false");
    return sendLine();
  }
  const device = addVirtioDevice();
  if (device === null) return;
  device.transport = TRANSPORT_MMIO;
  device.type = type;
  device.line = line;
  device.registers = registers;
  device.config = registers + MMIO_CONFIG;
  device.configBytes = CONFIG_MAX;
  report(device, base);
}

/** Devices on all PCI buses. */
export function findPciDevices(): void {
  scanPci();
  for (let i: u32 = 0; i < pciFunctions(); i++) {
    const fn = pciFunction(i);
    if (readConfig16(fn, VENDOR_ID) != PCI_VENDOR) continue;
    const id = readConfig16(fn, DEVICE_ID);
    if (id < PCI_TRANSITIONAL_FIRST || id > PCI_MODERN_LAST) continue;
    if ((readConfig8(fn, HEADER_TYPE) & HEADER_TYPE_MASK) != HEADER_TYPE_ENDPOINT) continue;
    addPciDevice(fn, id >= PCI_MODERN_FIRST ? id - PCI_MODERN_FIRST : readConfig16(fn, PCI_SUBSYSTEM_ID));
  }
}

function addPciDevice(fn: u32, type: u32): void {
  const device = addVirtioDevice();
  if (device === null) return;
  device.transport = TRANSPORT_PCI;
  device.type = type;
  device.fn = fn;
  device.line = readConfig8(fn, INTERRUPT_LINE);
  enableFunction(fn);
  let capability: u32 = 0;
  for (let i: u32 = 0; i < CAPABILITIES_MAX; i++) {
    capability = nextCapability(fn, CAPABILITY_VENDOR, capability);
    if (capability == 0) break;
    useCapability(device, capability);
  }
  if (device.registers != 0 && device.notify != 0 && device.isr != 0) return report(device, fn);
  dropVirtioDevice();
  beginMessage();
  text("the virtio device at PCI ");
  decimal(fn >> 8);
  text(":");
  decimal(fn >> 3 & 31);
  text(".");
  decimal(fn & 7);
  text(" has no modern registers; run QEMU with disable-modern=off on its -device");
  sendLine();
}

/** Of each kind the first that can be used counts (§4.1.4: devices may offer several). */
function useCapability(device: VirtioDevice, at: u32): void {
  const kind = readConfig8(device.fn, at + CAP_TYPE);
  const bar = readConfig8(device.fn, at + CAP_BAR);
  const offset = readConfig32(device.fn, at + CAP_OFFSET);
  const bytes = readConfig32(device.fn, at + CAP_BYTES);
  if (kind == CAP_TYPE_COMMON) {
    if (device.registers == 0 && bytes >= COMMON_BYTES) device.registers = reach(device.fn, bar, offset, COMMON_BYTES, 4);
  } else if (kind == CAP_TYPE_NOTIFY) {
    // How far the last queue's notification lies is not known yet: the whole region is mapped, and notifyAddress() asks.
    if (device.notify != 0 || bytes < 2 || bytes > REGION_MAX) return;
    device.notify = reach(device.fn, bar, offset, bytes, 2);
    device.notifyBytes = bytes;
    device.notifyMultiplier = readConfig32(device.fn, at + CAP_NOTIFY_MULTIPLIER);
  } else if (kind == CAP_TYPE_ISR) {
    if (device.isr == 0 && bytes >= 1) device.isr = reach(device.fn, bar, offset, 1, 1);
  } else if (kind == CAP_TYPE_DEVICE) {
    if (device.config != 0) return;
    device.configBytes = min<u32>(bytes, CONFIG_MAX);
    if (device.configBytes != 0) device.config = reach(device.fn, bar, offset, device.configBytes, 4);
    if (device.config == 0) device.configBytes = 0;
  }
}

/** Maps a part of a BAR; 0 if the BAR is not placed or the part is not aligned as its kind must be (§4.1.4). */
function reach(fn: u32, bar: u32, offset: u32, bytes: u32, alignment: u32): u64 {
  const base = barAddress(fn, bar);
  return base == 0 || (offset & alignment - 1) != 0 ? 0 : mapRegisters(base + offset, bytes);
}

function report(device: VirtioDevice, at: u64): void {
  if (!isVerbose()) return;
  beginLog();
  text("virtio device of type ");
  decimal(device.type);
  text(device.transport == TRANSPORT_PCI ? " on PCI, function " : " at ");
  hex(at);
  text(", interrupt line ");
  decimal(device.line);
  sendLog();
}

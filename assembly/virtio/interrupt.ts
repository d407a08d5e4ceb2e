// Interrupts of virtio devices. An interrupt only ends a halt and says "look again"; what is to be looked at, the rings,
// the driver knows. So a handler here does nothing but let a line fall, and note that a configuration may have changed.
//
//   MSI-X  entry 0: VECTOR_CONFIG, for all devices          entry 1: the device's own vector, for all its queues
//   line   INTx (level) or MMIO (edge): one vector for both, and a register to acknowledge

import { prepareInterrupts, routeIrq, routeLevelIrq } from "../irq/apic";
import { setHandler, setLevelHandler } from "../irq/dispatch";
import { VECTOR_CONFIG, VECTOR_DEVICE_COUNT, VECTOR_DEVICE_FIRST } from "../irq/spec";
import { enableMsix } from "../pci/msix";
import { TRANSPORT_PCI, VirtioDevice, virtioDevice, virtioDevices } from "./device";
import { ISR_CONFIG, NO_VECTOR } from "./spec";
import { acknowledgeInterrupt, setConfigVector, setQueueVector } from "./transport";

let nextVector: u32 = 0;

/** Gives the device a vector, the first time by finding out how it interrupts at all. */
export function connectInterrupt(device: VirtioDevice): void {
  if (device.vector == 0) chooseVector(device);
  if (device.isMsix == 0) return;
  // A device that has no room for the vector answers so (§4.1.5.1.2): it is looked at when its queues are.
  setConfigVector(device, 0);
}

/** The same for the queue selected now. A reset has made the device forget. */
export function connectQueue(device: VirtioDevice): void {
  if (device.isMsix != 0 && setQueueVector(device, 1) == NO_VECTOR) device.isChanged = 1;
}

function chooseVector(device: VirtioDevice): void {
  prepareInterrupts(); // an APIC that is off loses messages
  // More devices than vectors share them.
  device.vector = VECTOR_DEVICE_FIRST + nextVector++ % VECTOR_DEVICE_COUNT;
  if (device.transport == TRANSPORT_PCI && enableMsix(device.fn, VECTOR_CONFIG, device.vector)) {
    device.isMsix = 1;
    setHandler(VECTOR_CONFIG, configurationChanged, 0);
    setHandler(device.vector, nothingToDo, 0);
    return;
  }
  if (device.transport == TRANSPORT_PCI) {
    // Devices on one line get one vector: the line has one redirection entry.
    device.vector = vectorOfLine(device);
    setLevelHandler(device.vector, lineRose, device.vector);
    routeLevelIrq(device.line, device.vector);
  } else {
    setHandler(device.vector, lineRose, device.vector);
    routeIrq(device.line, device.vector);
  }
}

function vectorOfLine(device: VirtioDevice): u32 {
  for (let i: u32 = 0; i < virtioDevices(); i++) {
    const other = virtioDevice(i);
    if (other.vector != 0 && other.isMsix == 0 && other.transport == TRANSPORT_PCI && other.line == device.line) return other.vector;
  }
  return device.vector;
}

function nothingToDo(_unused: u32): void {}

function configurationChanged(_unused: u32): void {
  for (let i: u32 = 0; i < virtioDevices(); i++) if (virtioDevice(i).isMsix != 0) virtioDevice(i).isChanged = 1;
}

function lineRose(vector: u32): void {
  for (let i: u32 = 0; i < virtioDevices(); i++) {
    const device = virtioDevice(i);
    if (device.vector != vector || device.isMsix != 0) continue;
    if ((acknowledgeInterrupt(device) & ISR_CONFIG) != 0) device.isChanged = 1;
  }
}

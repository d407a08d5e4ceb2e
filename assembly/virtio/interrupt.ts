// Interrupts of virtio devices. An interrupt only ends a halt and says "look again"; what is to be looked at, the rings,
// the driver knows. So a handler here does nothing but let a line fall, and note that a configuration may have changed.
//
//   MSI-X  entry 0: VECTOR_CONFIG, for all devices          entry 1: the device's own vector, for all its queues
//   line   INTx (level) or MMIO (edge): one vector for both, and a register to acknowledge
//
// A level line that interrupts again and again though no device gives anything back would do so for ever, whatever reasons
// its devices say: it is masked, and whoever halts from then on wakes up now and then to look (time/idle.ts).

import { beginMessage, sendLine } from "../base/log";
import { decimal, text } from "../base/line";
import { maskLevelIrq, prepareInterrupts, routeIrq, routeLevelIrq } from "../irq/apic";
import { setHandler, setLevelHandler } from "../irq/dispatch";
import { VECTOR_CONFIG, VECTOR_DEVICE_COUNT, VECTOR_DEVICE_FIRST } from "../irq/spec";
import { enableMsix } from "../pci/msix";
import { TRANSPORT_PCI, VirtioDevice, virtioDevice, virtioDevices } from "./device";
import { requestsTaken } from "./queue";
import { ISR_CONFIG, NO_VECTOR } from "./spec";
import { acknowledgeInterrupt, setConfigVector, setQueueVector } from "./transport";

/** In a row. A line that devices share may be up again before the first look at it is over, but not so often. */
const IN_VAIN_MAX: u32 = 1000;

let nextVector: u32 = 0;
/** Level interrupts since a request came back, and how many had come back then. */
let inVain: u32 = 0;
let takenBefore: u32 = 0;

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
    setLevelHandler(device.vector, levelRose, device.vector);
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
  acknowledge(vector);
}

function levelRose(vector: u32): void {
  acknowledge(vector);
  if (requestsTaken() != takenBefore) inVain = 0;
  takenBefore = requestsTaken();
  if (++inVain == IN_VAIN_MAX) giveUpLine(vector);
}

/** Lets the line of all devices with that vector fall. */
function acknowledge(vector: u32): void {
  for (let i: u32 = 0; i < virtioDevices(); i++) {
    const device = virtioDevice(i);
    if (device.vector != vector || device.isMsix != 0) continue;
    if ((acknowledgeInterrupt(device) & ISR_CONFIG) != 0) device.isChanged = 1;
  }
}

function giveUpLine(vector: u32): void {
  inVain = 0;
  for (let i: u32 = 0; i < virtioDevices(); i++) {
    const device = virtioDevice(i);
    if (device.vector != vector || device.isMsix != 0) continue;
    beginMessage();
    text("interrupt line ");
    decimal(device.line);
    text(" interrupts again and again for nothing: it is not listened to any more, and its devices are slower");
    sendLine();
    return maskLevelIrq(device.line, vector);
  }
}

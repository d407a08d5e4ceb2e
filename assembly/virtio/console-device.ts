// The console device (VirtIO 1.2 §5.3): found, started and started again; one port of it, with a queue for each direction.
// What goes through the queues: console-output.ts, console-input.ts. Who uses them for what: console/.
//
//   one port      queue 0 to us, 1 from us
//   several       queue 2 to us and 3 from us carry control messages; port N > 0 has queues 2N + 2 and 2N + 3
//
// QEMU's virtconsole, the one port of a device that has only one, drops what its reader does not take at once; a port
// with a number above 0 waits for its reader. So where there are several ports the first that the device names is used.

import { takeMemory } from "../mm/heap";
import { nextVirtioDevice, VirtioDevice, virtioDevice, virtioDevices } from "./device";
import { askForPort, NO_PORT, openPort, PORT_MEMORY } from "./console-ports";
import { ownBytes, Queue, sharedBytes } from "./queue";
import { DEVICE_CONSOLE } from "./spec";
import { beginDevice, failDevice, finishDevice, hasFeature, makeQueueIn, needsReset, resetDevice, startQueue } from "./start";
import { readConfiguration32 } from "./transport";

const FEATURE_MULTIPORT: u64 = 1 << 1;
const CONFIG_PORTS_MAX: u32 = 4;
const CONTROL_RECEIVE: u32 = 2;
const QUEUE_SIZE: u32 = 8;
/** Both directions have so many buffers. */
const QUEUE_SIZE_LEAST: u32 = 4;
const QUEUES: u32 = 4;
/** Restarts without a buffer coming back between them. */
const RESTARTS_MAX: u32 = 3;

let console: VirtioDevice | null = null;
/** QUEUES times ownBytes(QUEUE_SIZE), taken before the heap is locked: the device may be started later. */
let own: usize = 0;
let receive: Queue | null = null;
let transmit: Queue | null = null;
let controlReceive: Queue | null = null;
let controlTransmit: Queue | null = null;
/** The port whose queues were made. */
let port: u32 = 0;
let isLive: bool = false;
let restarts: u32 = 0;
let moves: u32 = 0;

/** Memory shared with the device, but for buffers. */
export function queueMemory(): u32 {
  return QUEUES * (sharedBytes(QUEUE_SIZE) + 16) + PORT_MEMORY + 16;
}

/** Takes the first console device; nothing is asked of it yet. False if there is none. */
export function findConsole(): bool {
  const index = nextVirtioDevice(DEVICE_CONSOLE, 0);
  if (index == virtioDevices()) return false;
  console = virtioDevice(index);
  console!.isTaken = 1;
  own = takeMemory(QUEUES * ownBytes(QUEUE_SIZE), 8);
  return true;
}

export function isConsoleLive(): bool {
  return isLive;
}

export function receiveQueue(): Queue {
  return receive!;
}

export function transmitQueue(): Queue {
  return transmit!;
}

/** Starts the device; false if it cannot be used. */
export function startConsoleDevice(): bool {
  isLive = start(console!);
  if (!isLive) failDevice(console!);
  return isLive;
}

/** A buffer came back: the device works. */
export function noteProgress(): void {
  restarts = 0;
}

/** Whether the device has to be started again: a queue was lied to, or the device gave up. */
export function isConsoleBroken(asksDevice: bool): bool {
  if (receive!.broken != 0 || transmit!.broken != 0) return true;
  if (!asksDevice && console!.isChanged == 0) return false;
  console!.isChanged = 0;
  return needsReset(console!);
}

/** Starts a broken device again, with empty queues. False if that does not help: it is not used any more. */
export function restartConsoleDevice(): bool {
  isLive = ++restarts <= RESTARTS_MAX && start(console!);
  if (!isLive) stopConsoleDevice();
  return isLive;
}

/** It must not write into memory that is used for something else. */
export function stopConsoleDevice(): void {
  isLive = false;
  resetDevice(console!);
  failDevice(console!);
}

function ownOf(index: u32): usize {
  return own + <usize>(index * ownBytes(QUEUE_SIZE));
}

function start(device: VirtioDevice): bool {
  if (!beginDevice(device, FEATURE_MULTIPORT)) return false;
  const hasPorts = hasFeature(device, FEATURE_MULTIPORT) && readConfiguration32(device, CONFIG_PORTS_MAX) > 1;
  if (receive === null) {
    port = hasPorts ? 1 : 0;
    const first = port == 0 ? 0 : 2 * port + 2;
    receive = makeQueueIn(ownOf(0), device, first, QUEUE_SIZE);
    transmit = makeQueueIn(ownOf(1), device, first + 1, QUEUE_SIZE);
  }
  if (hasPorts && controlReceive === null) {
    controlReceive = makeQueueIn(ownOf(2), device, CONTROL_RECEIVE, QUEUE_SIZE);
    controlTransmit = makeQueueIn(ownOf(3), device, CONTROL_RECEIVE + 1, QUEUE_SIZE);
    if (controlReceive === null || controlTransmit === null) return false;
  }
  if (receive === null || transmit === null) return false;
  if (receive!.size < QUEUE_SIZE_LEAST || transmit!.size < QUEUE_SIZE_LEAST) return false;
  if (!startQueue(receive!) || !startQueue(transmit!)) return false;
  if (!hasPorts) {
    finishDevice(device);
    return port == 0;
  }
  if (!startQueue(controlReceive!) || !startQueue(controlTransmit!)) return false;
  finishDevice(device);
  const named = askForPort(controlReceive!, controlTransmit!);
  if (named == NO_PORT) return false;
  if (named != port) return moveTo(device, named);
  openPort(controlTransmit!, port);
  return true;
}

/** The device has another port than the one that queues were made for: once more, with its queues. */
function moveTo(device: VirtioDevice, named: u32): bool {
  // A queue's memory serves any number; the number is below that of PCI's and MMIO's registers in every case.
  if (named > 0x3fff || moves++ != 0) return false;
  port = named;
  receive!.number = port == 0 ? 0 : 2 * port + 2;
  transmit!.number = receive!.number + 1;
  return start(device);
}

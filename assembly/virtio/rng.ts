// The entropy device (VirtIO 1.2 §5.4): random numbers from the host, one buffer, one request at a time.
// kernel/devices.ts makes it a source of entropy/source.ts: its bytes are mixed in, never handed out as they are.

import { monotonic } from "../time/clock";
import { idleUntil } from "../time/idle";
import { takeDeviceMemory } from "../mm/device-memory";
import { nextVirtioDevice, VirtioDevice, virtioDevice, virtioDevices } from "./device";
import { notify, NOTHING_USED, Queue, sharedBytes, stage, submit, takeUsed } from "./queue";
import { DEVICE_ENTROPY } from "./spec";
import { beginDevice, failDevice, finishDevice, makeQueue, startQueue } from "./start";
import { prepareToSleep, wakeUp } from "./wait";

const QUEUE_SIZE: u32 = 2;
const BUFFER_BYTES: u32 = 64;
/** A host that has not answered by then will not. */
const PATIENCE: u64 = 1000000000;

let queue: Queue | null = null;
let buffer: usize = 0;

/** Device memory for one. */
export function rngBytes(): u32 {
  return sharedBytes(QUEUE_SIZE) + BUFFER_BYTES + 64;
}

/** Starts the first entropy device; false if there is none that works. */
export function startRng(): bool {
  const index = nextVirtioDevice(DEVICE_ENTROPY, 0);
  if (index == virtioDevices()) return false;
  const device = virtioDevice(index);
  device.isTaken = 1;
  if (!beginDevice(device, 0)) return false;
  queue = makeQueue(device, 0, QUEUE_SIZE);
  buffer = takeDeviceMemory(BUFFER_BYTES, 16);
  if (queue === null || buffer == 0 || !startQueue(queue!)) {
    queue = null;
    return failDevice(device);
  }
  finishDevice(device);
  return true;
}

/** Asks the device for `bytes` bytes (at most 64) and waits; false if it gives none, and it is not asked again. */
export function readRng(to: usize, bytes: u32): bool {
  const from = queue;
  assert(bytes <= BUFFER_BYTES);
  if (from === null) return false;
  let had: u32 = 0;
  while (had < bytes) {
    stage(buffer, bytes - had, true);
    if (!submit(from, 0) || !waitForUsed(from) || from.usedBytes == 0) {
      // It may write into the buffer yet: neither is used again.
      queue = null;
      return false;
    }
    memory.copy(to + had, buffer, from.usedBytes);
    had += from.usedBytes;
  }
  memory.fill(buffer, 0, BUFFER_BYTES);
  return true;
}

function waitForUsed(from: Queue): bool {
  notify(from);
  const end = monotonic() + PATIENCE;
  while (takeUsed(from) == NOTHING_USED) {
    if (from.broken != 0 || monotonic() >= end) return false;
    if (prepareToSleep(from)) idleUntil(end);
    wakeUp(from);
  }
  return true;
}

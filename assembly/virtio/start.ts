// Starting a device: VirtIO 1.2 §3.1.1, step by step. A driver calls
//
//   beginDevice(device, wanted)     reset, acknowledge, agree on features
//   startQueue(queue)               for each of its queues, laid out once with makeQueue
//   finishDevice(device)            the device is live
//
// and does the same again when a device needs a reset: memory is taken the first time only.

import { isVerbose, beginLog, sendLog } from "../base/log";
import { hex, text } from "../base/line";
import { takeDeviceMemory } from "../mm/device-memory";
import { takeMemory } from "../mm/heap";
import { VirtioDevice } from "./device";
import { connectInterrupt, connectQueue } from "./interrupt";
import { layQueue, ownBytes, Queue, resetQueue, sharedBytes } from "./queue";
import {
  FEATURE_EVENT_IDX, FEATURE_INDIRECT_DESC, FEATURE_VERSION_1, STATUS_ACKNOWLEDGE, STATUS_DRIVER, STATUS_DRIVER_OK,
  STATUS_FAILED, STATUS_FEATURES_OK, STATUS_NEEDS_RESET,
} from "./spec";
import {
  enableQueue, notifyAddress, readDeviceFeatures, readStatus, selectQueue, writeDriverFeatures, writeStatus,
} from "./transport";

const FEATURES_OF_QUEUES: u64 = FEATURE_VERSION_1 | FEATURE_EVENT_IDX | FEATURE_INDIRECT_DESC;
/** How often a device is asked whether it has finished its reset. QEMU's has when the write returns. */
const RESET_ATTEMPTS: u32 = 100000;

/**
 * Resets the device and agrees on features: `wanted` of its type, and what queues use. False if it is legacy, will not
 * reset or does not accept its own features; it has been told that it failed.
 */
export function beginDevice(device: VirtioDevice, wanted: u64): bool {
  if (!resetDevice(device)) return failDevice(device);
  writeStatus(device, STATUS_ACKNOWLEDGE);
  writeStatus(device, STATUS_ACKNOWLEDGE | STATUS_DRIVER);
  device.features = readDeviceFeatures(device) & (wanted | FEATURES_OF_QUEUES);
  if ((device.features & FEATURE_VERSION_1) == 0) return failDevice(device);
  writeDriverFeatures(device, device.features);
  const status = STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK;
  writeStatus(device, status);
  if ((readStatus(device) & STATUS_FEATURES_OK) == 0) return failDevice(device);
  device.isChanged = 0;
  connectInterrupt(device);
  return true;
}

/** Stops the device: it forgets its queues and touches no memory any more. False if it does not say so. */
export function resetDevice(device: VirtioDevice): bool {
  writeStatus(device, 0);
  for (let i: u32 = 0; i < RESET_ATTEMPTS; i++) if (readStatus(device) == 0) return true;
  return false;
}

/** Tells the device that its driver has given up. Always false. */
export function failDevice(device: VirtioDevice): bool {
  writeStatus(device, STATUS_FAILED);
  if (isVerbose()) {
    beginLog();
    text("virtio: a device could not be started, features ");
    hex(device.features);
    sendLog();
  }
  return false;
}

export function hasFeature(device: VirtioDevice, feature: u64): bool {
  return (device.features & feature) != 0;
}

/**
 * Memory for queue `number` with at most `sizeMax` descriptors (a power of two), fewer if the device has fewer; null if it
 * has no such queue or there is no memory left. Once for each queue, between beginDevice and startQueue.
 */
export function makeQueue(device: VirtioDevice, number: u32, sizeMax: u32): Queue | null {
  return makeQueueIn(takeMemory(ownBytes(sizeMax), 8), device, number, sizeMax);
}

/** The same for a driver that starts after boot: `own` are ownBytes(sizeMax) bytes of its own, aligned to 8. */
export function makeQueueIn(own: usize, device: VirtioDevice, number: u32, sizeMax: u32): Queue | null {
  const offered = selectQueue(device, number);
  if (offered == 0) return null;
  let size = sizeMax;
  while (size > offered) size >>= 1;
  const shared = takeDeviceMemory(sharedBytes(size), 16);
  return shared == 0 ? null : layQueue(shared, own, device, number, size);
}

/** Empties the queue and hands it to the device. False if the device has no queue of that size (any more). */
export function startQueue(queue: Queue): bool {
  const device = queue.device;
  if (selectQueue(device, queue.number) < queue.size) return false;
  resetQueue(queue, hasFeature(device, FEATURE_INDIRECT_DESC), hasFeature(device, FEATURE_EVENT_IDX));
  connectQueue(device);
  queue.notifyAt = notifyAddress(device);
  if (queue.notifyAt == 0) return false;
  enableQueue(device, queue.size, queue.descriptors, queue.available, queue.used);
  return true;
}

export function finishDevice(device: VirtioDevice): void {
  writeStatus(device, STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK | STATUS_DRIVER_OK);
}

/**
 * Whether the device has given up (§2.1.2), or was reset behind our back: only another start brings it back. A register
 * access: not for hot paths.
 */
export function needsReset(device: VirtioDevice): bool {
  return (readStatus(device) & (STATUS_DRIVER_OK | STATUS_NEEDS_RESET)) != STATUS_DRIVER_OK;
}

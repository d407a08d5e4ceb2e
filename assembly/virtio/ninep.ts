// The 9P transport (VirtIO 1.2 §5, device 9: messages of 9P as they are, over one queue): hands one request to the server
// behind a device and waits for its reply. What the messages say is ninep/'s matter. Read first: block-wait.ts.
//
//   device reads    | request, MESSAGE_BYTES | data to be written, in the application's memory |
//   device writes   | answer, MESSAGE_BYTES  |   or READ_HEADER_BYTES of it | data that is read, in the application's memory |
//   our own         | reply: a copy of the answer, which no device can change while it is looked at |
//
// There is one request at a time, so all devices have the same buffers. A device that does not answer, or says something
// impossible, is reset; whatever the server knew of us is gone then, so every request after that fails.

import * as cpu from "../host/cpu";
import { EXIT_UNUSABLE } from "../base/exit-status";
import { SHARES_MAX } from "../base/limits";
import { text } from "../base/line";
import { beginMessage, sendLine } from "../base/log";
import { fail } from "../base/panic";
import { takeDeviceMemory } from "../mm/device-memory";
import { takeMemory } from "../mm/heap";
import { monotonic } from "../time/clock";
import { addDeadline, removeDeadline } from "../time/deadlines";
import { idle } from "../time/idle";
import { NANOSECONDS_PER_SECOND } from "../time/spec";
import { nextVirtioDevice, VirtioDevice, virtioDevice, virtioDevices } from "./device";
import { notify, NOTHING_USED, Queue, sharedBytes, stage, submit, takeUsed } from "./queue";
import { DEVICE_9P } from "./spec";
import { beginDevice, failDevice, finishDevice, makeQueue, needsReset, resetDevice, startQueue } from "./start";
import { prepareToSleep, wakeUp } from "./wait";

/** The longest request is a symbolic link: a name, a target and some words. Of a directory's list as much comes at a time. */
export const MESSAGE_BYTES: u32 = 8192;
/** What comes before the data of a reply to a read: size, type, tag, count. An error has the same length. */
export const READ_HEADER_BYTES: u32 = 11;
/** A request has at most three parts. */
const QUEUE_SIZE: u32 = 4;
/** As with disks (block-wait.ts). */
const LOOKS_AWAKE: u32 = 20000;
const LOOKS_PER_PAUSE: u32 = 256;
/** Seconds: the host's file system may be a slow one. */
const PATIENCE: u64 = 30;

@final @unmanaged
class Transport {
  device: VirtioDevice;
  /** Valid while the device is not dead. */
  queue: Queue;
  isDead: u32;
}

let table: usize = 0;
let count: u32 = 0;
let request: usize = 0;
let answer: usize = 0;
let reply: usize = 0;

/** Devices that the host shares directories with, as far as there is room for them. */
export function shareDevices(): u32 {
  let found: u32 = 0;
  for (let i: u32 = 0; i < virtioDevices(); i++) if (virtioDevice(i).type == DEVICE_9P) found++;
  return min(found, SHARES_MAX);
}

/** Device memory for them. */
export function shareBytes(): u32 {
  const devices = shareDevices();
  return devices == 0 ? 0 : devices * (sharedBytes(QUEUE_SIZE) + 16) + 2 * MESSAGE_BYTES + 16;
}

/** Starts them, numbered in their order; one that does not start keeps its number and fails every request. */
export function startShareDevices(): void {
  count = 0;
  const devices = shareDevices();
  if (devices == 0) return;
  request = takeDeviceMemory(MESSAGE_BYTES, 16);
  answer = takeDeviceMemory(MESSAGE_BYTES, 16);
  reply = takeMemory(MESSAGE_BYTES, 8);
  table = takeMemory(devices * <u32>offsetof<Transport>(), 8);
  for (let i = nextVirtioDevice(DEVICE_9P, 0); count < devices; i = nextVirtioDevice(DEVICE_9P, i + 1)) {
    const it = changetype<Transport>(table + <usize>(count++ * <u32>offsetof<Transport>()));
    it.device = virtioDevice(i);
    it.device.isTaken = 1;
    it.isDead = request != 0 && answer != 0 && start(it) ? 0 : 1;
  }
}

function start(it: Transport): bool {
  if (!beginDevice(it.device, 0)) return false;
  const queue = makeQueue(it.device, 0, QUEUE_SIZE);
  if (queue === null || queue.size < QUEUE_SIZE || !startQueue(queue)) return failDevice(it.device);
  it.queue = queue;
  finishDevice(it.device);
  return true;
}

/** Where the next request is put together; MESSAGE_BYTES of room. */
export function requestAt(): usize {
  return request;
}

/** The last reply: as many bytes as exchange() said, as far as they are not data. */
export function replyAt(): usize {
  return reply;
}

/**
 * Sends the `bytes` bytes at requestAt(), followed by data at a physical address, or with room for data there. How many
 * bytes the reply has, data included; 0 if there is none, and there never will be one from this device again.
 */
export function exchange(share: u32, bytes: u32, data: u64, dataBytes: u32, isRead: bool): u32 {
  assert(share < count && bytes <= MESSAGE_BYTES);
  const it = changetype<Transport>(table + <usize>(share * <u32>offsetof<Transport>()));
  if (it.isDead != 0) return 0;
  const header = isRead ? READ_HEADER_BYTES : MESSAGE_BYTES;
  stage(request, bytes, false);
  if (dataBytes != 0 && !isRead) stage(data, dataBytes, false);
  stage(answer, header, true);
  if (dataBytes != 0 && isRead) stage(data, dataBytes, true);
  if (!submit(it.queue, 0) || !wait(it)) {
    lose(it);
    return 0;
  }
  const used = it.queue.usedBytes;
  memory.copy(reply, answer, min(used, header));
  return used;
}

/** False if nothing comes. */
function wait(it: Transport): bool {
  const queue = it.queue;
  notify(queue);
  for (let i: u32 = 0; i < LOOKS_AWAKE; i++) {
    if (takeUsed(queue) != NOTHING_USED) return true;
    if (queue.broken != 0) return false;
    if (i % LOOKS_PER_PAUSE == LOOKS_PER_PAUSE - 1) cpu.pause();
  }
  // To whole seconds, so that the timer is not set anew for each wait.
  const end = (monotonic() / NANOSECONDS_PER_SECOND + PATIENCE + 1) * NANOSECONDS_PER_SECOND;
  const deadline = addDeadline(end);
  let hasCome = takeUsed(queue) != NOTHING_USED;
  while (!hasCome && !isLost(it, end)) {
    if (prepareToSleep(queue)) idle();
    wakeUp(queue);
    hasCome = takeUsed(queue) != NOTHING_USED;
  }
  removeDeadline(deadline);
  return hasCome;
}

function isLost(it: Transport, end: u64): bool {
  if (it.queue.broken != 0 || monotonic() >= end) return true;
  if (it.device.isChanged == 0) return false;
  it.device.isChanged = 0;
  return needsReset(it.device);
}

/** Before memory is used again the device must have stopped. */
function lose(it: Transport): void {
  it.isDead = 1;
  if (!resetDevice(it.device)) fail("a shared directory's device keeps memory that is not its own: it does not stop when it is reset", EXIT_UNUSABLE);
  beginMessage();
  text("a shared directory is lost: its device does not answer, or not as it should");
  sendLine();
}

// The receiving half of a console device. Buffers are posted when input is first asked for: until then the monitor keeps
// what there is. A buffer goes back to the device when all of it has been read.

import { takeDeviceMemory } from "../mm/device-memory";
import { receiveQueue } from "./console-device";
import { notify, NOTHING_USED, stage, submit, takeUsed } from "./queue";
import { prepareToSleep, wakeUp } from "./wait";

const BUFFERS: u32 = 4;
/** QEMU reads its own side 4 KiB at a time. */
const BUFFER_BYTES: u32 = 4096;

let buffers: usize = 0;
let isAsked: bool = false;
/** The buffer being read: its slot, or NOTHING_USED; what has been read of it, and what there is. */
let current: u32 = 0xffffffff;
let read: u32 = 0;
let length: u32 = 0;

export function inputMemory(): u32 {
  return BUFFERS * BUFFER_BYTES + 16;
}

/** Lets the device send. False if there is no memory for it. */
export function askForConsoleInput(): bool {
  if (buffers == 0) buffers = takeDeviceMemory(BUFFERS * BUFFER_BYTES, 16);
  if (buffers == 0) return false;
  isAsked = true;
  postInput();
  return true;
}

/** Posts all buffers but the one being read, as after a start of the device. */
export function postInput(): void {
  if (!isAsked) return;
  for (let slot: u32 = 0; slot < BUFFERS; slot++) if (slot != current) post(slot);
  notify(receiveQueue());
}

/** Copies up to `limit` bytes that have come to `to`; how many. */
export function readConsole(to: usize, limit: u32): u32 {
  if (current == NOTHING_USED) {
    current = takeUsed(receiveQueue());
    if (current == NOTHING_USED) return 0;
    read = 0;
    length = receiveQueue().usedBytes;
  }
  const count = min<u32>(limit, length - read);
  memory.copy(to, buffers + <usize>(current * BUFFER_BYTES + read), count);
  read += count;
  if (read == length) {
    post(current);
    current = NOTHING_USED;
    notify(receiveQueue());
  }
  return count;
}

/** Asks for an interrupt when something comes. False if it has: then the caller must not sleep. */
export function prepareToSleepForConsole(): bool {
  return current == NOTHING_USED && prepareToSleep(receiveQueue());
}

export function wakeUpForConsole(): void {
  wakeUp(receiveQueue());
}

function post(slot: u32): void {
  stage(buffers + <usize>(slot * BUFFER_BYTES), BUFFER_BYTES, true);
  submit(receiveQueue(), slot);
}

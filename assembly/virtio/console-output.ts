// The sending half of a console device: bytes gathered in buffers that are handed to the device whole, in order.
// The device may take its time; only when all buffers are with it, or the machine is about to end, is it waited for.
//
//   buffer number:   tail … head - 1: the device's        head: being filled        numbers run freely, slot = number & 3

import * as cpu from "../host/cpu";
import { monotonic } from "../time/clock";
import { idleUntil } from "../time/idle";
import { takeDeviceMemory } from "../mm/device-memory";
import { isConsoleBroken, isConsoleLive, noteProgress, restartConsoleDevice, stopConsoleDevice, transmitQueue } from "./console-device";
import { postInput } from "./console-input";
import { notify, NOTHING_USED, stage, submit, takeUsed } from "./queue";
import { prepareToSleep, wakeUp } from "./wait";

const BUFFERS: u32 = 4;
/** A reader of the monitor's is woken for each: 8 KiB halve the calls that 4 KiB would take, and more brings little. */
const BUFFER_BYTES: u32 = 8192;
/** Looks before going to sleep: a monitor beside us needs some ten microseconds. */
const LOOKS: u32 = 2000;
/** How often a sleeper asks the device whether it has given up, and when it gives the device up itself, in ns. */
const INTERVAL: u64 = 1000000000;
const PATIENCE: u64 = 600000000000;

let buffers: usize = 0;
/** Per slot: bytes in the buffer; 0: the device has given it back. */
const filled = memory.data(4 * 4, 4);
let head: u32 = 0;
let tail: u32 = 0;
let unsent: u32 = 0;

export function outputMemory(): u32 {
  return BUFFERS * BUFFER_BYTES + 16;
}

/** Takes the buffers' memory, once. False if there is none. */
export function prepareOutput(): bool {
  if (buffers == 0) buffers = takeDeviceMemory(BUFFERS * BUFFER_BYTES, 16);
  return buffers != 0;
}

function bufferAt(number: u32): usize {
  return buffers + <usize>((number & (BUFFERS - 1)) * BUFFER_BYTES);
}

function lengthAt(number: u32): usize {
  return filled + <usize>((number & (BUFFERS - 1)) << 2);
}

/** Where the next bytes go. */
export function consoleAt(): usize {
  return bufferAt(head) + load<u32>(lengthAt(head));
}

/** How many may go there, after waiting if there is no room at all; 0 if the device does not work any more. */
export function consoleRoom(): u32 {
  takeBack();
  while (head - tail == BUFFERS) if (!waitForOne()) return 0;
  return BUFFER_BYTES - load<u32>(lengthAt(head));
}

/** `bytes` bytes have been put there. */
export function consolePut(bytes: u32): void {
  const length = load<u32>(lengthAt(head)) + bytes;
  assert(length <= BUFFER_BYTES);
  store<u32>(lengthAt(head), length);
  if (length == BUFFER_BYTES) handOver();
}

/** Hands over what has been put and tells the device. */
export function consoleFlush(): void {
  if (head - tail != BUFFERS && load<u32>(lengthAt(head)) != 0) handOver();
  notify(transmitQueue());
}

/** Waits until the device has taken everything; false if it does not work any more. */
export function consoleFinish(): bool {
  consoleFlush();
  takeBack();
  while (head != tail) if (!waitForOne()) return false;
  return true;
}

/** The oldest bytes that the device has not taken, when it is not used any more: where they are; unsentBytes() counts them. */
export function nextUnsent(): usize {
  // The one that was being filled is the last.
  while (tail != head + 1) {
    const number = tail++;
    unsent = load<u32>(lengthAt(number));
    store<u32>(lengthAt(number), 0);
    if (unsent != 0) return bufferAt(number);
  }
  return 0;
}

export function unsentBytes(): u32 {
  return unsent;
}

function handOver(): void {
  stage(bufferAt(head), load<u32>(lengthAt(head)), false);
  // There are more descriptors than buffers; only a broken queue takes nothing, and its restart hands over again.
  submit(transmitQueue(), head & (BUFFERS - 1));
  head++;
}

/** Takes back what the device is done with; whether there was any. */
function takeBack(): bool {
  let any = false;
  for (let slot = takeUsed(transmitQueue()); slot != NOTHING_USED; slot = takeUsed(transmitQueue())) {
    store<u32>(filled + <usize>(slot << 2), 0);
    any = true;
  }
  while (tail != head && load<u32>(lengthAt(tail)) == 0) tail++;
  if (any) noteProgress();
  return any;
}

/** Waits for a buffer to come back, restarting the device where that helps. False if it is given up. */
function waitForOne(): bool {
  notify(transmitQueue());
  for (let i: u32 = 0; i < LOOKS; i++) {
    if (takeBack()) return true;
    if (isConsoleBroken(false) && !restartConsole()) return false;
    cpu.pause();
  }
  const end = monotonic() + PATIENCE;
  while (!takeBack()) {
    const now = monotonic();
    if (now >= end) {
      stopConsoleDevice();
      return false;
    }
    if (prepareToSleep(transmitQueue())) idleUntil(now + INTERVAL);
    wakeUp(transmitQueue());
    if (isConsoleBroken(true) && !restartConsole()) return false;
  }
  return true;
}

/** The device starts anew: what it had and did not give back is handed over once more, and it may be said twice. */
export function restartConsole(): bool {
  if (!isConsoleLive() || !restartConsoleDevice()) return false;
  for (let number = tail; number != head; number++) {
    const bytes = load<u32>(lengthAt(number));
    if (bytes == 0) continue;
    stage(bufferAt(number), bytes, false);
    submit(transmitQueue(), number & (BUFFERS - 1));
  }
  notify(transmitQueue());
  postInput();
  return true;
}

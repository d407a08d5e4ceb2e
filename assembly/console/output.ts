// Standard output: COM1, or a console device. Starting a device takes some seventy accesses and COM1 takes eight bytes in
// one, so where the program that runs the monitor reads both (it listens to control lines) COM1 comes first, and the
// device is started when as much has been said as its start costs: never more than twice the cheaper of the two. The
// control line `console N` says that output goes on there after N bytes of COM1. Elsewhere the device has all of it.
//
// The kernel's own lines never come here: base/log.ts says them on a serial port, whatever state a device is in.

import { BOUNCE_SIZE } from "../base/limits";
import { beginLine, decimal, text } from "../base/line";
import { hasControl, say, sendControl } from "../base/log";
import { COM1, transmit } from "../base/serial";
import { findConsole, isConsoleLive, queueMemory, startConsoleDevice } from "../virtio/console-device";
import { inputMemory } from "../virtio/console-input";
import {
  consoleAt, consoleFinish, consoleFlush, consolePut, consoleRoom, nextUnsent, outputMemory, prepareOutput, unsentBytes,
} from "../virtio/console-output";

/** What COM1 takes in the time of the device's start. */
const COM1_BYTES: u32 = 512;

/** There is a device, and it has not been started. */
let isWaiting: bool = false;
let isReplaced: bool = false;
let sent: u32 = 0;
const bounce = memory.data(4096);

/** Device memory for a console. */
export function consoleMemory(): u32 {
  return queueMemory() + outputMemory() + inputMemory();
}

/** Finds the console device; before the application starts. */
export function initialiseOutput(): void {
  isWaiting = findConsole();
  if (!hasControl()) useConsole();
}

/** Starts the device if there is one; whether standard input and output are there. */
export function useConsole(): bool {
  if (!isWaiting) return isConsoleLive();
  isWaiting = false;
  if (!prepareOutput() || !startConsoleDevice()) return false;
  if (hasControl()) {
    beginLine();
    text("console ");
    decimal(sent);
    sendControl();
  }
  return true;
}

/** A write of `bytes` bytes begins. */
export function beginOutput(bytes: u32): void {
  if (isWaiting && <u64>sent + bytes > COM1_BYTES) useConsole();
}

/** Room for the next bytes, at outputAt(); never 0. */
export function outputRoom(): u32 {
  if (!isConsoleLive()) return BOUNCE_SIZE;
  const room = consoleRoom();
  if (room != 0) return room;
  replaceConsole();
  return BOUNCE_SIZE;
}

export function outputAt(): usize {
  return isConsoleLive() ? consoleAt() : bounce;
}

/** `bytes` bytes, at most outputRoom(), have been put at outputAt(). */
export function putOutput(bytes: u32): void {
  if (isConsoleLive()) return consolePut(bytes);
  transmit(COM1, bounce, bytes);
  if (isWaiting) sent += bytes;
}

/** The write is complete: what has been put is on its way. */
export function flushOutput(): void {
  if (isConsoleLive()) consoleFlush();
}

/** The machine is about to be switched off: everything has to be gone. */
export function finishOutput(): void {
  if (isConsoleLive() && !consoleFinish()) replaceConsole();
}

/** The device is given up: COM1 takes over, with what the device has not taken. */
export function replaceConsole(): void {
  if (isReplaced) return;
  isReplaced = true;
  say("the console device does not work any more; its output follows on COM1");
  if (hasControl()) {
    beginLine();
    text("serial");
    sendControl();
  }
  for (let at = nextUnsent(); at != 0; at = nextUnsent()) transmit(COM1, at, unsentBytes());
}

// Standard input, from a console device where there is one, else from COM1. Nothing is received before the application
// first asks; then the control line `ready` asks the program that runs the monitor for it.

import { beginLine, text } from "../base/line";
import { hasControl, sendControl } from "../base/log";
import { isConsoleBroken, isConsoleLive } from "../virtio/console-device";
import { askForConsoleInput, prepareToSleepForConsole, readConsole, wakeUpForConsole } from "../virtio/console-input";
import { restartConsole } from "../virtio/console-output";
import { replaceConsole, useConsole } from "./output";
import { accept, inputEnded, receivedBytes, receivedRoom } from "./received";
import { expectUart, openUartInput, pumpUart } from "./uart-input";

const BATCH: u32 = 256;
const batch = memory.data(256);

let isOpen: bool = false;
let isOnDevice: bool = false;

/** Bytes that can be read now, after what the device holds has been taken in. */
export function inputAvailable(): u32 {
  if (receivedBytes() == 0 && !inputEnded()) pump();
  return receivedBytes();
}

/**
 * Makes arriving bytes end a halt. False if there are some already, or the input has ended: then the caller must not
 * halt. Before each halt: what ended the last one may have been something else.
 */
export function prepareToWaitForInput(): bool {
  if (!isOpen) open();
  if (!isOnDevice) expectUart();
  else if (!prepareToSleepForConsole()) wakeUpForConsole();
  // A byte that came before the interrupt was asked for makes none.
  return inputAvailable() == 0 && !inputEnded();
}

function open(): void {
  isOpen = true;
  isOnDevice = useConsole() && askForConsoleInput();
  if (!isOnDevice) openUartInput();
  if (!hasControl()) return;
  beginLine();
  text("ready");
  sendControl();
}

function pump(): void {
  if (!isOpen) open();
  if (!isOnDevice) return pumpUart();
  while (receivedRoom() != 0) {
    const count = readConsole(batch, min<u32>(BATCH, receivedRoom()));
    if (count == 0) break;
    for (let i: u32 = 0; i < count; i++) accept(<u32>load<u8>(batch + i));
  }
  if (receivedBytes() != 0 || inputEnded()) return wakeUpForConsole();
  if (isConsoleLive() && (!isConsoleBroken(false) || restartConsole())) return;
  // It is given up: by standard output, or now.
  replaceConsole();
  isOnDevice = false;
  openUartInput();
}

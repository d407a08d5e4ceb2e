// The control messages of a console device with several ports, as far as one port needs them: which port there is, and
// that we have opened it. Read first: VirtIO 1.2 §5.3.6.2 (multiport device operation).
//
//   message, 8 bytes:  u32 port | u16 event | u16 value

import * as cpu from "../host/cpu";
import * as dma from "../host/dma";
import { takeDeviceMemory } from "../mm/device-memory";
import { notify, NOTHING_USED, Queue, stage, submit, takeUsed } from "./queue";

const EVENT_DEVICE_READY: u32 = 0;
const EVENT_PORT_ADD: u32 = 1;
const EVENT_PORT_READY: u32 = 3;
const EVENT_PORT_OPEN: u32 = 6;

/** Buffers for messages to us; a port may have a name, which is longer than a bare message. */
const RECEIVED: u32 = 4;
const RECEIVED_BYTES: u32 = 64;
const MESSAGE_BYTES: u32 = 8;
const SENT: u32 = 3;
/** Looks at the queue before a device counts as one without ports: some 10 ms. */
const LOOKS: u32 = 200000;

export const PORT_MEMORY: u32 = RECEIVED * RECEIVED_BYTES + SENT * MESSAGE_BYTES;
/** There is no port. */
export const NO_PORT: u32 = 0xffffffff;

let area: usize = 0;

/** Asks a live device for its ports; the number of the first that it names, or NO_PORT. */
export function askForPort(receive: Queue, transmit: Queue): u32 {
  if (area == 0) area = takeDeviceMemory(PORT_MEMORY, 16);
  if (area == 0) return NO_PORT;
  for (let i: u32 = 0; i < min<u32>(RECEIVED, receive.size); i++) {
    stage(area + i * RECEIVED_BYTES, RECEIVED_BYTES, true);
    submit(receive, i);
  }
  notify(receive);
  send(transmit, 0, 0, EVENT_DEVICE_READY);
  notify(transmit);
  for (let i: u32 = 0; i < LOOKS && receive.broken == 0; i++) {
    const buffer = takeUsed(receive);
    if (buffer == NOTHING_USED) {
      cpu.pause();
      continue;
    }
    const at = area + buffer * RECEIVED_BYTES;
    if (receive.usedBytes >= MESSAGE_BYTES && dma.load16(at + 4) == EVENT_PORT_ADD) return dma.load32(at);
  }
  return NO_PORT;
}

/** Tells the device that the port is ready and open. */
export function openPort(transmit: Queue, port: u32): void {
  send(transmit, 1, port, EVENT_PORT_READY);
  send(transmit, 2, port, EVENT_PORT_OPEN);
  notify(transmit);
}

function send(transmit: Queue, slot: u32, port: u32, event: u32): void {
  const at = area + RECEIVED * RECEIVED_BYTES + slot * MESSAGE_BYTES;
  dma.store32(at, port);
  dma.store16(at + 4, event);
  dma.store16(at + 6, 1);
  stage(at, MESSAGE_BYTES, false);
  submit(transmit, slot);
}

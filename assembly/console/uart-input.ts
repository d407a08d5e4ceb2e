// The receiving half of COM1. What is sent before it is opened waits in the monitor, but for one byte that the UART has
// taken already: setting the port up drops it, unless it is kept (base/serial.ts).
// Read first: PC16550D data sheet, sections 8.4 (FIFO control), 8.5 (interrupt identification).
//
// The interrupt only ends the halt. Every byte is taken by pumpUart(), which empties the UART: only then does its line
// fall, and only a line that has fallen makes the next edge.

import * as io from "../host/io";
import { bootProtocol, PROTOCOL_MULTIBOOT } from "../abi/shared-page";
import {
  COM1, IER, IIR, LCR, LCR_8N1, LSR, LSR_ABSENT, LSR_DATA_READY, MCR, NO_BYTE, openPort, portBase, RBR, takeEarlyByte,
} from "../base/serial";
import { setHandler } from "../irq/dispatch";
import { prepareInterrupts, routeIrq } from "../irq/apic";
import { IRQ_COM1, VECTOR_COM1 } from "../irq/spec";
import { accept, receivedRoom } from "./received";

const IER_RECEIVED_DATA: u32 = 0x01;
const MCR_DTR_RTS_OUT2: u32 = 0x0b;
const LCR_DIVISOR_LATCH: u32 = 0x80;
const IIR_ID_MASK: u32 = 0x0f;
/** At least as many bytes as the trigger level are in the FIFO. */
const IIR_RECEIVED_DATA: u32 = 0x04;
const TRIGGER_LEVEL: u32 = 14;

const batch = memory.data(16);
let isInterruptReady: bool = false;
let isTriggerTrusted: bool = false;

/** Makes arriving bytes end a halt. */
export function expectUart(): void {
  if (isInterruptReady) return;
  isInterruptReady = true;
  prepareInterrupts();
  setHandler(VECTOR_COM1, inputArrived, 0);
  routeIrq(IRQ_COM1, VECTOR_COM1);
  const base = portBase(COM1);
  io.out8(base + MCR, MCR_DTR_RTS_OUT2);
  io.out8(base + IER, IER_RECEIVED_DATA);
}

function inputArrived(_unused: u32): void {
  // The halt is over; whoever waits takes the bytes.
}

/** Sets the port up for receiving, once. */
export function openUartInput(): void {
  openPort(COM1);
  // 115200 baud. The rate does not matter, but fewer bytes than the trigger level are only announced after four
  // character times without another: 0.3 ms now, 4 ms at the 9600 baud that monitors start with.
  const base = portBase(COM1);
  io.out8(base + LCR, LCR_8N1 | LCR_DIVISOR_LATCH);
  io.out8(base + RBR, 1);
  io.out8(base + IER, 0);
  io.out8(base + LCR, LCR_8N1);
  // Firecracker and Cloud Hypervisor announce "trigger level reached" for a single byte. They speak PVH only; whatever
  // speaks Multiboot (QEMU, real hardware) models the level.
  isTriggerTrusted = bootProtocol() == PROTOCOL_MULTIBOOT;
  const early = takeEarlyByte();
  if (early != NO_BYTE) accept(early);
}

/**
 * Moves bytes in until there are no more, or no room. A monitor refills the FIFO soon after a
 * byte was taken from it, so whether it has reached the trigger level again is asked after the first single byte and then
 * after every fourth: 14 bytes cost two accesses then, where single ones cost two each.
 */
export function pumpUart(): void {
  const base = portBase(COM1);
  let singles: u32 = 0;
  while (receivedRoom() != 0) {
    if (singles == 0 || (singles & 3) == 1) while (takeBatch()) singles = 0;
    if (receivedRoom() == 0) break;
    const status = io.in8(base + LSR);
    if (status == LSR_ABSENT || (status & LSR_DATA_READY) == 0) break;
    accept(io.in8(base + RBR));
    singles++;
  }
}

/** Takes as many bytes as the trigger level, if there are that many and they fit. */
function takeBatch(): bool {
  if (!isTriggerTrusted || !isInterruptReady || receivedRoom() < TRIGGER_LEVEL) return false;
  const base = portBase(COM1);
  if ((io.in8(base + IIR) & IIR_ID_MASK) != IIR_RECEIVED_DATA) return false;
  io.ins8(base + RBR, batch, TRIGGER_LEVEL);
  for (let i: u32 = 0; i < TRIGGER_LEVEL; i++) accept(<u32>load<u8>(batch + i));
  return true;
}

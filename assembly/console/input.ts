// The receiving half of COM1: standard input. Nothing is received before the application first asks; then the control
// line `ready` asks the program that runs the monitor for it. What is sent earlier waits in the monitor, but for one byte
// that the UART has taken already: setting the port up drops it, unless it is kept (base/serial.ts).
// Read first: PC16550D data sheet, sections 8.4 (FIFO control), 8.5 (interrupt identification).
//
// The interrupt only ends the halt. Every byte is taken by pumpInput(), which empties the UART: only then does its line
// fall, and only a line that has fallen makes the next edge.

import * as io from "../host/io";
import { bootProtocol, PROTOCOL_MULTIBOOT } from "../abi/shared-page";
import { INPUT_RING_SIZE } from "../base/limits";
import { beginLine, text } from "../base/line";
import { hasControl, sendControl } from "../base/log";
import {
  COM1, IER, IIR, LCR, LCR_8N1, LSR, LSR_ABSENT, LSR_DATA_READY, MCR, NO_BYTE, openPort, portBase, RBR, takeEarlyByte,
} from "../base/serial";
import { isInputFramed } from "../config/configuration";
import { setHandler } from "../irq/dispatch";
import { prepareInterrupts, routeIrq } from "../irq/apic";
import { IRQ_COM1, VECTOR_COM1 } from "../irq/spec";
import { initialiseRing, RingBuffer, ringFill, ringPut, ringRoom, ringTake } from "../lib/ring-buffer";
import { takeMemory } from "../mm/heap";
import { decodeFrame, FRAME_END, FRAME_NOTHING } from "./framing";

const IER_RECEIVED_DATA: u32 = 0x01;
const MCR_DTR_RTS_OUT2: u32 = 0x0b;
const LCR_DIVISOR_LATCH: u32 = 0x80;
const IIR_ID_MASK: u32 = 0x0f;
/** At least as many bytes as the trigger level are in the FIFO. */
const IIR_RECEIVED_DATA: u32 = 0x04;
const TRIGGER_LEVEL: u32 = 14;

const ring = memory.data(16, 4);
const batch = memory.data(16);
let isOpen: bool = false;
let isInterruptReady: bool = false;
let hasEnded: bool = false;
let isTriggerTrusted: bool = false;

/** Takes the ring's memory. Before the heap is locked. */
export function initialiseInput(): void {
  initialiseRing(changetype<RingBuffer>(ring), takeMemory(INPUT_RING_SIZE, 16), INPUT_RING_SIZE);
}

/** Bytes that can be read now, after what the UART holds has been taken in. */
export function inputAvailable(): u32 {
  const buffer = changetype<RingBuffer>(ring);
  if (ringFill(buffer) == 0 && !hasEnded) pumpInput();
  return ringFill(buffer);
}

/** Whether the input has ended; bytes may still be waiting. */
export function inputEnded(): bool {
  return hasEnded;
}

/** Moves up to `limit` bytes of input to `to`; returns how many. */
export function takeInput(to: usize, limit: u32): u32 {
  return ringTake(changetype<RingBuffer>(ring), to, limit);
}

/**
 * Makes arriving bytes end a halt. The caller looks at inputAvailable() again after it, before it halts: a byte that
 * came before the interrupt was routed makes no edge.
 */
export function expectInput(): void {
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

function open(): void {
  isOpen = true;
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
  if (!hasControl()) return;
  beginLine();
  text("ready");
  sendControl();
}

/**
 * Moves bytes from the UART to the ring until one is empty or the other full. A monitor refills the FIFO soon after a
 * byte was taken from it, so whether it has reached the trigger level again is asked after the first single byte and then
 * after every fourth: 14 bytes cost two accesses then, where single ones cost two each.
 */
function pumpInput(): void {
  if (!isOpen) open();
  const base = portBase(COM1);
  const buffer = changetype<RingBuffer>(ring);
  let singles: u32 = 0;
  while (!hasEnded && ringRoom(buffer) != 0) {
    if (singles == 0 || (singles & 3) == 1) while (takeBatch()) singles = 0;
    if (hasEnded || ringRoom(buffer) == 0) break;
    const status = io.in8(base + LSR);
    if (status == LSR_ABSENT || (status & LSR_DATA_READY) == 0) break;
    accept(io.in8(base + RBR));
    singles++;
  }
}

/** Takes as many bytes as the trigger level, if there are that many and they fit. */
function takeBatch(): bool {
  if (!isTriggerTrusted || !isInterruptReady || hasEnded) return false;
  if (ringRoom(changetype<RingBuffer>(ring)) < TRIGGER_LEVEL) return false;
  const base = portBase(COM1);
  if ((io.in8(base + IIR) & IIR_ID_MASK) != IIR_RECEIVED_DATA) return false;
  io.ins8(base + RBR, batch, TRIGGER_LEVEL);
  for (let i: u32 = 0; i < TRIGGER_LEVEL; i++) accept(<u32>load<u8>(batch + i));
  return true;
}

function accept(byte: u32): void {
  if (hasEnded) return;
  const decoded = isInputFramed() ? decodeFrame(byte) : byte;
  if (decoded == FRAME_END) hasEnded = true;
  else if (decoded != FRAME_NOTHING) ringPut(changetype<RingBuffer>(ring), decoded);
}

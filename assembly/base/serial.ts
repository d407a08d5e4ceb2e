// The transmitting half of the 16550 UARTs, polled. Every word the kernel says leaves through here, even while
// it crashes, so this needs no interrupt, no clock and no memory but its own.
// Read first: PC16550D data sheet, section 8 (registers). Receiving is console/input.ts.
//
// A port access can cost 25-45 us under a nested monitor. So a port is set up when it is first used, the FIFO's
// room is counted rather than asked for, and up to 16 bytes leave in one access.

import * as cpu from "../host/cpu";
import * as io from "../host/io";

export const COM1: u32 = 0;
export const COM2: u32 = 1;
export const COM3: u32 = 2;
/** No port: what is written there is dropped. */
export const NO_PORT: u32 = 3;

// Registers, as offsets from the port's base (PC16550D, table II).
export const RBR: u32 = 0;
export const THR: u32 = 0;
export const IER: u32 = 1;
export const IIR: u32 = 2;
export const FCR: u32 = 2;
export const LCR: u32 = 3;
export const MCR: u32 = 4;
export const LSR: u32 = 5;

/** LCR: 8 data bits, no parity, 1 stop bit. */
export const LCR_8N1: u32 = 0x03;
/** FCR: FIFOs on, the transmitter's cleared, receiver trigger at 14 bytes. */
const FCR_ENABLE_CLEAR_TRANSMIT_TRIGGER_14: u32 = 0xc5;
export const LSR_DATA_READY: u32 = 0x01;
const LSR_THR_EMPTY: u32 = 0x20;
const LSR_TRANSMITTER_EMPTY: u32 = 0x40;
/** What an empty bus reads as. */
export const LSR_ABSENT: u32 = 0xff;

const FIFO_SIZE: u32 = 16;
/** Reads of the line status before a port counts as dead; with 1 us each this is a quarter of a minute. */
const READY_POLLS: u32 = 1 << 24;

const STATE_UNUSED: u32 = 0;
const STATE_READY: u32 = 1;
const STATE_DEAD: u32 = 2;

// Per port: u8 state, u8 free bytes in the transmit FIFO.
const states = memory.data(4);
const rooms = memory.data(4);

/** There was no early byte. */
export const NO_BYTE: u32 = 0x100;
let keepsEarly: bool = false;
/** EARLY and the byte, or 0. */
const EARLY: u32 = 0x100;
let earlyByte: u32 = 0;

/** The first I/O port of COM1, COM2 or COM3. */
export function portBase(port: u32): u32 {
  return port == COM1 ? 0x3f8 : port == COM2 ? 0x2f8 : 0x3e8;
}

/** Has openPort() keep a byte that COM1 has received before. */
export function keepEarlyByte(): void {
  keepsEarly = true;
}

/** The byte that COM1 had received before it was set up, or NO_BYTE. Once. */
export function takeEarlyByte(): u32 {
  const byte = earlyByte;
  earlyByte = 0;
  return byte == 0 ? NO_BYTE : byte & 0xff;
}

/** Sets the port up for 8n1 with FIFOs, once. The divisor stays: monitors send at once whatever it says. */
export function openPort(port: u32): void {
  if (<u32>load<u8>(states + port) != STATE_UNUSED) return;
  const base = portBase(port);
  io.out8(base + LCR, LCR_8N1);
  if (port == COM1 && keepsEarly) {
    // Switching the FIFOs on drops what is in the receiver.
    const status = io.in8(base + LSR);
    if (status != LSR_ABSENT && (status & LSR_DATA_READY) != 0) earlyByte = EARLY | io.in8(base + RBR);
  }
  io.out8(base + FCR, FCR_ENABLE_CLEAR_TRANSMIT_TRIGGER_14);
  store<u8>(states + port, STATE_READY);
  store<u8>(rooms + port, FIFO_SIZE);
}

/** Sends `count` bytes; waits while the other side is slow, and drops them if there is no port or it is dead. */
export function transmit(port: u32, from: usize, count: u32): void {
  if (port >= NO_PORT || count == 0) return;
  openPort(port);
  const data = portBase(port) + THR;
  let room = <u32>load<u8>(rooms + port);
  while (count != 0 && <u32>load<u8>(states + port) == STATE_READY) {
    if (room == 0) {
      if (!waitFor(port, LSR_THR_EMPTY)) return;
      room = FIFO_SIZE;
    }
    const part = min<u32>(room, count);
    io.outs8(data, from, part);
    from += part;
    count -= part;
    room -= part;
    store<u8>(rooms + port, room);
  }
}

/** Waits until what was sent has left the UART; the machine is about to be switched off. */
export function drain(port: u32): void {
  if (port < NO_PORT && <u32>load<u8>(states + port) == STATE_READY) waitFor(port, LSR_TRANSMITTER_EMPTY);
}

function waitFor(port: u32, bit: u32): bool {
  const status = portBase(port) + LSR;
  for (let i: u32 = 0; i < READY_POLLS; i++) {
    const value = io.in8(status);
    if (value == LSR_ABSENT) break;
    if ((value & bit) != 0) return true;
    cpu.pause();
  }
  store<u8>(states + port, STATE_DEAD);
  return false;
}

// What has come in on standard input and was not read yet, without its frame; and whether it has ended.

import { INPUT_RING_SIZE } from "../base/limits";
import { isInputFramed } from "../config/configuration";
import { initialiseRing, RingBuffer, ringFill, ringPut, ringRoom, ringTake } from "../lib/ring-buffer";
import { takeMemory } from "../mm/heap";
import { decodeFrame, FRAME_END, FRAME_NOTHING } from "./framing";

const ring = memory.data(16, 4);
let hasEnded: bool = false;

function buffer(): RingBuffer {
  return changetype<RingBuffer>(ring);
}

/** Takes the ring's memory. Before the heap is locked. */
export function initialiseReceived(): void {
  initialiseRing(buffer(), takeMemory(INPUT_RING_SIZE, 16), INPUT_RING_SIZE);
}

/** Takes in one byte as it came over the line; there is room for it. */
export function accept(byte: u32): void {
  if (hasEnded) return;
  const decoded = isInputFramed() ? decodeFrame(byte) : byte;
  if (decoded == FRAME_END) hasEnded = true;
  else if (decoded != FRAME_NOTHING) ringPut(buffer(), decoded);
}

/** Bytes that can still be accepted; 0 when the input has ended. */
export function receivedRoom(): u32 {
  return hasEnded ? 0 : ringRoom(buffer());
}

export function receivedBytes(): u32 {
  return ringFill(buffer());
}

/** Whether the input has ended; bytes may still be waiting. */
export function inputEnded(): bool {
  return hasEnded;
}

/** Moves up to `limit` bytes of input to `to`; returns how many. */
export function takeInput(to: usize, limit: u32): u32 {
  return ringTake(buffer(), to, limit);
}

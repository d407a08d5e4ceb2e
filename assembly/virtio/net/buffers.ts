// Receive buffers: which are posted, and taking the next frame out of them. One frame lies in one buffer, or with
// MRG_RXBUF in several (VirtIO 1.2 §5.1.6.4): the first begins with the header, which says in how many.
// What is done with a frame: receive.ts.
//
// Buffers lie side by side and are posted in that order, so a frame over several is in one piece but where it wraps round.

import * as dma from "../../host/dma";
import { notify, NOTHING_USED, stage, submit, takeUsed } from "../queue";
import { hasFeature } from "../start";
import { Nic } from "./nic";
import { FRAME_BYTES_MAX, HEADER_BUFFERS, HEADER_BYTES, HEADER_FLAGS, NET_F_MRG_RXBUF } from "./spec";

export const NO_FRAME: u32 = 0xffffffff;

// The pieces of the frame taken last: which buffer, and how many bytes of it. QUEUE_SIZE of each.
const pieceBuffer = memory.data(128 * 4, 4);
const pieceBytes = memory.data(128 * 4, 4);
let pieces: u32 = 0;

/** Posts all buffers: the queue has just been emptied. */
export function postBuffers(nic: Nic): void {
  for (let i: u32 = 0; i < nic.bufferCount; i++) post(nic, i);
}

function post(nic: Nic, buffer: u32): void {
  stage(nic.buffers + <usize>(buffer * nic.bufferBytes), nic.bufferBytes, true);
  const isPosted = submit(nic.receive, buffer);
  assert(isPosted, "the receive queue has a place for each buffer");
}

/**
 * Takes the next frame: its length without the header, or NO_FRAME. Its pieces stay the kernel's until returnFrame().
 * A device that says what cannot be leaves the queue broken.
 */
export function takeFrame(nic: Nic): u32 {
  const queue = nic.receive;
  const first = takeUsed(queue);
  if (first == NOTHING_USED) return NO_FRAME;
  let bytes = queue.usedBytes;
  keepPiece(0, first, bytes);
  pieces = 1;
  if (bytes < HEADER_BYTES) return breakReceive(nic);
  if (hasFeature(nic.device, NET_F_MRG_RXBUF)) {
    const count = dma.load16(frameStart(nic) + HEADER_BUFFERS);
    if (count - 1 >= nic.bufferCount) return breakReceive(nic);
    while (pieces < count) {
      // All of a frame's buffers come back together (§5.1.6.3.2).
      const buffer = takeUsed(queue);
      if (buffer == NOTHING_USED) return breakReceive(nic);
      keepPiece(pieces, buffer, queue.usedBytes);
      bytes += queue.usedBytes;
      pieces++;
    }
  }
  return bytes - HEADER_BYTES;
}

function keepPiece(index: u32, buffer: u32, bytes: u32): void {
  store<u32>(pieceBuffer + (index << 2), buffer);
  store<u32>(pieceBytes + (index << 2), bytes);
}

function breakReceive(nic: Nic): u32 {
  nic.receive.broken = 1;
  pieces = 0;
  return NO_FRAME;
}

/** Flags of the frame's header. */
export function frameFlags(nic: Nic): u32 {
  return dma.load8(frameStart(nic) + HEADER_FLAGS);
}

/** Of the frame that is out; 0 while none is. */
export function framePieces(): u32 {
  return pieces;
}

/** Where a piece's part of the frame lies: the header is left out. */
export function framePiece(nic: Nic, index: u32): usize {
  const at = nic.buffers + <usize>(load<u32>(pieceBuffer + (index << 2)) * nic.bufferBytes);
  return index == 0 ? at + HEADER_BYTES : at;
}

export function framePieceBytes(index: u32): u32 {
  const bytes = load<u32>(pieceBytes + (index << 2));
  return index == 0 ? bytes - HEADER_BYTES : bytes;
}

function frameStart(nic: Nic): usize {
  return nic.buffers + <usize>(load<u32>(pieceBuffer) * nic.bufferBytes);
}

/** The frame in one piece: where it lies, or gathered; 0 if it is larger than any. */
export function wholeFrame(nic: Nic, bytes: u32): usize {
  if (isInOnePiece(nic)) return framePiece(nic, 0);
  if (bytes > FRAME_BYTES_MAX) return 0;
  let to = nic.gather;
  for (let i: u32 = 0; i < pieces; i++) {
    memory.copy(to, framePiece(nic, i), framePieceBytes(i));
    to += framePieceBytes(i);
  }
  return nic.gather;
}

function isInOnePiece(nic: Nic): bool {
  const first = load<u32>(pieceBuffer);
  for (let i: u32 = 1; i < pieces; i++) {
    if (load<u32>(pieceBytes + (i - 1 << 2)) != nic.bufferBytes || load<u32>(pieceBuffer + (i << 2)) != first + i) return false;
  }
  return true;
}

/** Posts the buffers of the frame taken last again. The device is told now and then, or when nothing more is there. */
export function returnFrame(nic: Nic): void {
  for (let i: u32 = 0; i < pieces; i++) post(nic, load<u32>(pieceBuffer + (i << 2)));
  pieces = 0;
  const queue = nic.receive;
  if ((queue.availableIndex - queue.notifiedIndex & 0xffff) >= nic.bufferCount >> 2) notify(queue);
}

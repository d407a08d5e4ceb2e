// Frames that have come: to the application, which asks for them one by one, or to a receiver, which is called with them.

import * as app from "../../host/app";
import { hasUsed, notify } from "../queue";
import { frameFlags, framePiece, framePieceBytes, framePieces, NO_FRAME, returnFrame, takeFrame, wholeFrame } from "./buffers";
import { ETHERNET_HEADER_BYTES, Nic, nicAt, nicCount } from "./nic";
import { reclaimSlots } from "./slots";
import { FLAG_DATA_VALID, FLAG_NEEDS_CHECKSUM } from "./spec";
import { lookCloser, tend } from "./start";

/** Of so many looks in vain by somebody who never sleeps, one is a closer look: what was lost on the way is repeated. */
const LOOKS_IN_VAIN: u32 = 1 << 16;

let receiver: u32 = 0;

/** Who gets the frames that pollNic() finds: fn(nic, at, bytes, checksumValid), as receiveFrame of net/device.ts. */
export function setReceiver(fn: (nic: u32, at: usize, bytes: u32, checksumValid: u32) => void): void {
  // A function value is a static object whose first word is the index in the table.
  receiver = load<u32>(changetype<usize>(fn));
}

/** Whether a frame has come that nobody has taken. */
export function hasFrame(index: u32): bool {
  return hasUsed(nicAt(index).receive);
}

/**
 * Copies the next frame to the application, where `capacity` bytes have been checked to be its own; the frame's length,
 * or -1 if there is none. Frames that are no frames or do not fit are dropped.
 */
export function receiveToApplication(index: u32, to: u32, capacity: u32): i32 {
  const nic = nicAt(index);
  for (let i: u32 = 0; i < nic.bufferCount; i++) {
    const bytes = takeFrame(nic);
    if (bytes == NO_FRAME) break;
    const isGood = bytes >= ETHERNET_HEADER_BYTES && bytes <= capacity;
    if (isGood) copyOut(nic, to);
    else nic.dropped++;
    returnFrame(nic);
    if (isGood) return bytes;
  }
  nothingCame(nic);
  return -1;
}

function copyOut(nic: Nic, to: u32): void {
  for (let i: u32 = 0; i < framePieces(); i++) {
    const bytes = framePieceBytes(i);
    app.copyOut(to, framePiece(nic, i), bytes);
    to += bytes;
  }
}

function nothingCame(nic: Nic): void {
  tend(nic);
  notify(nic.receive);
  nic.emptyLooks++;
  if ((nic.emptyLooks & LOOKS_IN_VAIN - 1) == 0) lookCloser(nic);
}

/** Hands all frames that have come to the receiver, and tells the owners of what has been sent. How many came. */
export function pollNic(index: u32): u32 {
  const nic = nicAt(index);
  let frames: u32 = 0;
  // A bound, so that a busy link leaves time for others.
  while (frames < nic.bufferCount) {
    const bytes = takeFrame(nic);
    if (bytes == NO_FRAME) break;
    frames++;
    const at: usize = bytes < ETHERNET_HEADER_BYTES ? 0 : wholeFrame(nic, bytes);
    if (at == 0) {
      nic.dropped++;
    } else {
      const isValid = (frameFlags(nic) & (FLAG_DATA_VALID | FLAG_NEEDS_CHECKSUM)) != 0;
      call_indirect<void>(receiver, index, at, bytes, <u32>isValid);
    }
    returnFrame(nic);
  }
  // The receiver may have sent through any of them.
  if (frames != 0) for (let i: u32 = 0; i < nicCount(); i++) notify(nicAt(i).transmit);
  reclaimSlots(nic);
  if (frames == 0) nothingCame(nic);
  return frames;
}

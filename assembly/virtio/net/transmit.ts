// Sending frames: from the application, copied once, and from the stack, whose payload the device reads where it lies.
// A lack of room is no error: the frame is dropped, or the stack keeps it. Nothing here waits.

import * as app from "../../host/app";
import { notify, stage, submit } from "../queue";
import { hasFeature } from "../start";
import { framePieces } from "./buffers";
import { ETHERNET_HEADER_BYTES, Nic, nicAt } from "./nic";
import { giveSlot, NO_SLOT, setOwner, takeSlot, tell } from "./slots";
import {
  FLAG_NEEDS_CHECKSUM, GSO_TCPV4, HEADER_BYTES, HEADER_CHECKSUM_OFFSET, HEADER_CHECKSUM_START, HEADER_FLAGS,
  HEADER_GSO_SIZE, HEADER_GSO_TYPE, HEADER_HEADER_BYTES, NET_F_CSUM, NET_F_GUEST_CSUM, NET_F_HOST_TSO4,
} from "./spec";
import { tend, tendFull } from "./start";

/** A payload up to so many bytes is cheaper to copy than to describe and to keep. */
const COPIED_BYTES_MAX: u32 = 256;

/** The device writes checksums into what is sent; it cuts TCP segments; it may vouch for checksums of what has come. */
export function nicWritesChecksums(index: u32): bool {
  return hasFeature(nicAt(index).device, NET_F_CSUM);
}

export function nicCutsSegments(index: u32): bool {
  return hasFeature(nicAt(index).device, NET_F_CSUM) && hasFeature(nicAt(index).device, NET_F_HOST_TSO4);
}

export function nicVouchesForChecksums(index: u32): bool {
  return hasFeature(nicAt(index).device, NET_F_GUEST_CSUM);
}

/**
 * Sends a frame of the application, whose `bytes` bytes at `from` have been checked to be its own. False: dropped, for
 * lack of room or because no frame has that size.
 */
export function sendFromApplication(index: u32, from: u32, bytes: u32): bool {
  const nic = nicAt(index);
  if (bytes < ETHERNET_HEADER_BYTES || bytes > ETHERNET_HEADER_BYTES + nic.mtu) return false;
  const slot = slotFor(nic);
  if (slot == NO_SLOT) return false;
  const at = slotAt(nic, slot);
  clearHeader(at);
  app.copyIn(at + HEADER_BYTES, from, bytes);
  stage(at, HEADER_BYTES + bytes, false);
  return send(nic, slot);
}

/** Sends a frame of the stack; net/device.ts says what each argument and the result mean. */
export function nicTransmit(
  index: u32, header: usize, headerBytes: u32, payload: usize, payloadBytes: u32, checksumStart: u32, checksumOffset: u32,
  segmentSize: u32, owner: usize,
): u32 {
  const nic = nicAt(index);
  const room = nic.slotBytes - HEADER_BYTES;
  const isCopied = owner == 0 || payloadBytes <= COPIED_BYTES_MAX;
  assert(headerBytes >= ETHERNET_HEADER_BYTES && headerBytes + (isCopied ? payloadBytes : 0) <= room, "no frame to be sent");
  const slot = slotFor(nic);
  if (slot == NO_SLOT) return 0;
  const at = slotAt(nic, slot);
  clearHeader(at);
  if (checksumStart != 0) {
    store<u8>(at + HEADER_FLAGS, FLAG_NEEDS_CHECKSUM);
    store<u16>(at + HEADER_CHECKSUM_START, checksumStart);
    store<u16>(at + HEADER_CHECKSUM_OFFSET, checksumOffset);
  }
  if (segmentSize != 0) {
    store<u8>(at + HEADER_GSO_TYPE, GSO_TCPV4);
    store<u16>(at + HEADER_HEADER_BYTES, headerBytes);
    store<u16>(at + HEADER_GSO_SIZE, segmentSize);
  }
  memory.copy(at + HEADER_BYTES, header, headerBytes);
  if (isCopied) {
    memory.copy(at + HEADER_BYTES + headerBytes, payload, payloadBytes);
    stage(at, HEADER_BYTES + headerBytes + payloadBytes, false);
  } else {
    stage(at, HEADER_BYTES + headerBytes, false);
    stage(payload, payloadBytes, false);
  }
  if (!send(nic, slot)) return 0;
  if (isCopied) tell(owner);
  else setOwner(nic, slot, owner);
  return 1;
}

function slotAt(nic: Nic, slot: u32): usize {
  return nic.slots + <usize>(slot * nic.slotBytes);
}

function clearHeader(at: usize): void {
  store<u64>(at, 0);
  store<u32>(at + 8, 0);
}

/** A slot, after looking after a device that is in the way of one. */
function slotFor(nic: Nic): u32 {
  tend(nic);
  const slot = nic.isDead != 0 ? NO_SLOT : takeSlot(nic);
  if (slot != NO_SLOT) {
    nic.fullSince = 0;
  } else {
    nic.dropped++;
    tendFull(nic);
  }
  return slot;
}

/** Hands what is staged to the device. False, and the slot is free again, if the queue has no room for its parts. */
function send(nic: Nic, slot: u32): bool {
  const queue = nic.transmit;
  if (submit(queue, slot)) {
    // What a receiver sends goes out together, at the end of pollNic().
    if (framePieces() == 0) notify(queue);
    return true;
  }
  nic.dropped++;
  giveSlot(nic, slot);
  return false;
}

// Starting network devices, and starting one again that has given up or said what cannot be: frames under way are lost,
// as on any network. Read first: ../start.ts, VirtIO 1.2 §5.1.5.

import { NICS_MAX } from "../../base/limits";
import { beginLog, isVerbose, sendLog } from "../../base/log";
import { decimal, text } from "../../base/line";
import { beginRandom, endRandom, nextRandom } from "../../entropy/random";
import { takeDeviceMemory } from "../../mm/device-memory";
import { takeMemory } from "../../mm/heap";
import { monotonic } from "../../time/clock";
import { nextVirtioDevice, VirtioDevice, virtioDevice, virtioDevices } from "../device";
import { forceNotify, notify } from "../queue";
import { DEVICE_NETWORK } from "../spec";
import { beginDevice, failDevice, finishDevice, hasFeature, makeQueue, needsReset, resetDevice, startQueue } from "../start";
import { readConfiguration16, readConfiguration8, readGeneration, selectQueue } from "../transport";
import { framePieces, postBuffers } from "./buffers";
import { addNic, BUFFER_BYTES, dropNic, ETHERNET_HEADER_BYTES, GATHER_BYTES, Nic, nicAt, nicCount, POOL_BYTES, QUEUE_SIZE } from "./nic";
import { freeAllSlots } from "./slots";
import {
  CONFIG_MAC, CONFIG_MTU, CONFIG_STATUS, FRAME_BYTES_MAX, HEADER_BYTES, NET_F_CSUM, NET_F_GUEST_CSUM, NET_F_GUEST_TSO4,
  NET_F_HOST_TSO4, NET_F_MAC, NET_F_MRG_RXBUF, NET_F_MTU, NET_F_STATUS, RECEIVE_QUEUE, STATUS_LINK_UP, TRANSMIT_QUEUE,
} from "./spec";

const WANTED: u64 = NET_F_MTU | NET_F_MAC | NET_F_MRG_RXBUF | NET_F_STATUS;
const OFFLOADS: u64 = NET_F_CSUM | NET_F_GUEST_CSUM | NET_F_HOST_TSO4 | NET_F_GUEST_TSO4;
const MTU_DEFAULT: u32 = 1500;
/** What a device may say (§5.1.4), and the jumbo frames that there is room for. */
const MTU_LEAST: u32 = 68;
const MTU_MOST: u32 = 9000;
/** Buffers of the usual size that hold the largest frame of all. */
const BUFFERS_OF_LARGEST: u32 = (HEADER_BYTES + FRAME_BYTES_MAX + BUFFER_BYTES - 1) / BUFFER_BYTES;
/** Readings of a configuration that changes meanwhile (§2.5.1). */
const READINGS_MAX: u32 = 16;
/** In ns. A cable behind which nobody takes frames holds them up as well: those are lost, as on any network. */
const PATIENCE: u64 = 5000000000;

let hasOffloads: bool = false;

/**
 * Before startNetwork(): the layer above takes frames whose checksums the device has not written yet, and segments
 * larger than the MTU. Somebody who gets plain frames must not.
 */
export function askForOffloads(): void {
  hasOffloads = true;
}

/** Starts all network devices, at most NICS_MAX; how many work, in the order of the devices. */
export function startNetwork(): u32 {
  let index = nextVirtioDevice(DEVICE_NETWORK, 0);
  while (index != virtioDevices() && nicCount() < NICS_MAX) {
    const device = virtioDevice(index);
    device.isTaken = 1;
    const nic = addNic()!;
    nic.device = device;
    if (!makeNic(nic)) {
      dropNic();
      failDevice(device);
    }
    index = nextVirtioDevice(DEVICE_NETWORK, index);
  }
  return nicCount();
}

function makeNic(nic: Nic): bool {
  if (!agree(nic)) return false;
  const receive = makeQueue(nic.device, RECEIVE_QUEUE, QUEUE_SIZE);
  const transmit = makeQueue(nic.device, TRANSMIT_QUEUE, QUEUE_SIZE);
  nic.buffers = takeDeviceMemory(POOL_BYTES, 64);
  nic.slots = takeDeviceMemory(POOL_BYTES, 64);
  nic.gather = takeDeviceMemory(GATHER_BYTES, 64);
  if (receive === null || transmit === null || nic.buffers == 0 || nic.slots == 0 || nic.gather == 0) return false;
  nic.receive = receive;
  nic.transmit = transmit;
  nic.freeSlots = takeMemory(QUEUE_SIZE * 2, 8);
  nic.owners = takeMemory(QUEUE_SIZE * 4, 8);
  return bringUp(nic);
}

/** Features. Frames of 64 KiB are only taken where they fit: a device waits for ever for more buffers than there are. */
function agree(nic: Nic): bool {
  const device = nic.device;
  const wanted = hasOffloads ? WANTED | OFFLOADS : WANTED;
  if (!beginDevice(device, wanted)) return false;
  if (!hasFeature(device, NET_F_GUEST_TSO4)) return true;
  if (hasFeature(device, NET_F_MRG_RXBUF) && selectQueue(device, RECEIVE_QUEUE) >= BUFFERS_OF_LARGEST) return true;
  return beginDevice(device, wanted & ~NET_F_GUEST_TSO4);
}

/** From features agreed on to a live device. Those above keep the address and the MTU that they were told at the first start. */
function bringUp(nic: Nic): bool {
  if (nic.mtu == 0) readConfiguration(nic);
  else readLink(nic);
  const frameBytes = HEADER_BYTES + ETHERNET_HEADER_BYTES + nic.mtu;
  const largest = max<u32>(BUFFER_BYTES, frameBytes + 63 & ~63);
  nic.slotBytes = largest;
  nic.slotCount = min<u32>(nic.transmit.size, POOL_BYTES / largest);
  // Where few buffers are all that the queue takes, or frames cannot be spread over several, each holds a whole frame.
  const canSpread = hasFeature(nic.device, NET_F_MRG_RXBUF) && nic.receive.size * BUFFER_BYTES >= 4 * largest;
  nic.bufferBytes = canSpread ? BUFFER_BYTES : largest;
  nic.bufferCount = min<u32>(nic.receive.size, POOL_BYTES / nic.bufferBytes);
  freeAllSlots(nic);
  if (!startQueue(nic.receive) || !startQueue(nic.transmit)) return false;
  postBuffers(nic);
  finishDevice(nic.device);
  notify(nic.receive);
  return true;
}

/** MAC, MTU and link, all of one moment; a device that never holds still is believed as it is. */
function readConfiguration(nic: Nic): void {
  const device = nic.device;
  for (let i: u32 = 0; i < READINGS_MAX; i++) {
    const generation = readGeneration(device);
    if (hasFeature(device, NET_F_MAC)) {
      for (let j: u32 = 0; j < 6; j++) store<u8>(nicMacOf(nic) + j, readConfiguration8(device, CONFIG_MAC + j));
    }
    const mtu = hasFeature(device, NET_F_MTU) ? readConfiguration16(device, CONFIG_MTU) : MTU_DEFAULT;
    nic.mtu = mtu < MTU_LEAST ? MTU_DEFAULT : min<u32>(mtu, MTU_MOST);
    readLink(nic);
    if (readGeneration(device) == generation) break;
  }
  if (!hasFeature(device, NET_F_MAC) && nic.mac == 0) makeMac(nic);
}

export function nicMacOf(nic: Nic): usize {
  return changetype<usize>(nic) + offsetof<Nic>("mac");
}

/** A device without an address gets one by chance, marked as locally administered (§5.1.5); or a fixed one. */
function makeMac(nic: Nic): void {
  if (beginRandom(6)) {
    nextRandom(nicMacOf(nic), 6);
    endRandom();
  }
  store<u8>(nicMacOf(nic), load<u8>(nicMacOf(nic)) & ~1 | 2);
}

/** Without the feature a link counts as up (§5.1.4.2). */
function readLink(nic: Nic): void {
  const device = nic.device;
  nic.isUp = !hasFeature(device, NET_F_STATUS) || (readConfiguration16(device, CONFIG_STATUS) & STATUS_LINK_UP) != 0 ? 1 : 0;
}

/** Looks after a device that said something changed, and one that was caught lying. Not while somebody reads a frame. */
export function tend(nic: Nic): void {
  if (nic.isDead != 0 || framePieces() != 0) return;
  if (nic.receive.broken != 0 || nic.transmit.broken != 0) return restart(nic);
  if (nic.device.isChanged != 0) lookCloser(nic);
}

/** No slot is free. A device that has kept all of them for so long has lost them, and is started anew. */
export function tendFull(nic: Nic): void {
  const now = monotonic();
  if (nic.fullSince == 0) nic.fullSince = now;
  if (now - nic.fullSince < PATIENCE || nic.isDead != 0 || framePieces() != 0) return;
  nic.fullSince = 0;
  restart(nic);
}

/** Asks the device how it is, and tells it again what it may have missed. Costs register accesses. */
export function lookCloser(nic: Nic): void {
  if (nic.isDead != 0) return;
  nic.device.isChanged = 0;
  if (needsReset(nic.device)) return restart(nic);
  readLink(nic);
  forceNotify(nic.receive);
  if (nic.transmit.outstanding != 0) forceNotify(nic.transmit);
}

function restart(nic: Nic): void {
  nic.restarts++;
  if (isVerbose()) {
    beginLog();
    text("virtio: a network device is reset, for the ");
    decimal(nic.restarts);
    text(". time");
    sendLog();
  }
  if (agree(nic) && bringUp(nic)) return;
  nic.isDead = 1;
  nic.isUp = 0;
  nic.receive.broken = 1;
  nic.transmit.broken = 1;
  // Whoever lent a payload may use it for something else only when the device cannot read it any more.
  if (resetDevice(nic.device)) freeAllSlots(nic);
  failDevice(nic.device);
}

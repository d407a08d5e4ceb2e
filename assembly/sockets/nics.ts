// Joins the network devices to the TCP/IP stack: drivers know no stack, and the stack no drivers.
// Read first: net/device.ts (what the stack asks of a device), virtio/net.ts (the driver).
//
//   before startDevices()   askForOffloads()
//   after it                initialiseNetwork(), joinNetwork()
//   in the loop             turn.ts

import { NETWORK_INTERFACES_MAX } from "../base/limits";
import { addDevice, DEVICE_CHECKSUM, DEVICE_RECEIVE_CHECKSUM, DEVICE_TSO4, receiveFrame, released } from "../net/device";
import { get48 } from "../net/wire/order";
import {
  nicCount, nicCutsSegments, nicMac, nicMtu, nicTransmit, nicVouchesForChecksums, nicWritesChecksums,
  pollNic, setReceiver, setReleased,
} from "../virtio/net";

/** The stack's index of the first NIC; the others follow. */
let first: u32 = 0;
let joined: u32 = 0;

/** Adds all NICs that the stack has a place for, beside the loopback. */
export function joinNetwork(): void {
  setReceiver(frameCame);
  setReleased(released);
  joined = min<u32>(nicCount(), NETWORK_INTERFACES_MAX - 1);
  for (let nic: u32 = 0; nic < joined; nic++) {
    let features: u32 = 0;
    if (nicWritesChecksums(nic)) features |= DEVICE_CHECKSUM;
    if (nicCutsSegments(nic)) features |= DEVICE_TSO4;
    if (nicVouchesForChecksums(nic)) features |= DEVICE_RECEIVE_CHECKSUM;
    const index = addDevice(get48(nicMac(nic)), nicMtu(nic), features, nicTransmit, nic);
    if (nic == 0) first = index;
  }
}

export function joinedNics(): u32 {
  return joined;
}

/** The same as a set, one bit each. */
export function nicSet(): u32 {
  return (1 << joined) - 1;
}

/** Hands the stack what has come; how many frames. */
export function pollNics(): u32 {
  let frames: u32 = 0;
  for (let nic: u32 = 0; nic < joined; nic++) frames += pollNic(nic);
  return frames;
}

function frameCame(nic: u32, at: usize, bytes: u32, checksumValid: u32): void {
  receiveFrame(first + nic, at, bytes, checksumValid);
}

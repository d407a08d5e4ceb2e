// The table of network interfaces: what each device can do, how to send through it, and its IPv4 address.
// Drivers use device.ts; this is the stack's side of it. Who configures an address: configure.ts.
//
//   index 0 is the loopback; the first real device is 1 and is called eth0.

import { NETWORK_INTERFACES_MAX } from "../base/limits";

/** The device puts checksums into packets that are sent. */
export const DEVICE_CHECKSUM: u32 = 1 << 0;
/** The device cuts a large TCP segment over IPv4 into packets. */
export const DEVICE_TSO4: u32 = 1 << 1;
/** The device may say that a received packet's checksum is right. */
export const DEVICE_RECEIVE_CHECKSUM: u32 = 1 << 2;
/** No Ethernet: frames have a header, and nobody looks at its addresses. */
export const DEVICE_LOOPBACK: u32 = 1 << 3;

export const LOOPBACK: u32 = 0;

@final @unmanaged
export class Interface {
  /** 48 bits, the first byte highest. */
  mac: u64;
  /** Bytes of the largest packet, without the Ethernet header. */
  mtu: u32;
  features: u32;
  /** Of the driver's transmit function, its index in the function table. */
  transmit: u32;
  /** What the driver's function gets as `device`. */
  driver: u32;
  /** Host order; 0 while there is none. */
  address: u32;
  /** One bits where the network's part is. */
  mask: u32;
}

// NETWORK_INTERFACES_MAX records of 32 bytes.
const interfaces = memory.data(8 * 32, 8);
let count: u32 = 0;

export function interfaceCount(): u32 {
  return count;
}

export function interfaceAt(index: u32): Interface {
  assert(index < count, "no such network interface");
  return changetype<Interface>(interfaces + <usize>index * offsetof<Interface>());
}

/** The next free record, cleared. */
export function addInterface(): Interface {
  assert(count < NETWORK_INTERFACES_MAX, "too many network interfaces");
  assert(offsetof<Interface>() == 32);
  count++;
  return interfaceAt(count - 1);
}

/** Whether `address` is one of ours. */
export function isOwnAddress(address: u32): bool {
  if (address == 0) return false;
  for (let i: u32 = 0; i < count; i++) {
    if (interfaceAt(i).address == address) return true;
  }
  return false;
}

/** Hands one frame to a device; device.ts has the meaning of every argument and of the result. */
export function transmit(
  index: u32, header: usize, headerBytes: u32, payload: usize, payloadBytes: u32, checksumStart: u32, checksumOffset: u32,
  segmentSize: u32, owner: usize,
): bool {
  const to = interfaceAt(index);
  return call_indirect<u32>(
    to.transmit, to.driver, header, headerBytes, payload, payloadBytes, checksumStart, checksumOffset, segmentSize, owner,
  ) != 0;
}

// What the stack asks of a network device, and what it offers to drivers: addDevice, receiveFrame, released.
// Nothing here knows a driver. The other side of the table is interface.ts.
//
// A driver's transmit function is called as
//
//   transmit(device, header, headerBytes, payload, payloadBytes, checksumStart, checksumOffset, segmentSize, owner): u32
//
//   device          the driver's own number, as given to addDevice
//   header          at most FRAME_HEADER_BYTES_MAX bytes from the Ethernet header on, or a whole small frame;
//                   copied before the call returns
//   payload         0 or more bytes that follow the header, in one piece, in memory that a device may read; they stay as
//                   they are until the driver calls released(owner). With owner 0 nobody is told: they are copied too
//   checksumStart   0, or where the device begins to sum (DEVICE_CHECKSUM only); the sum, complemented, goes to
//                   checksumStart + checksumOffset, where the pseudo-header's sum already is
//   segmentSize     0, or the bytes of TCP data in each packet (DEVICE_TSO4 only)
//   result          1: accepted, and released(owner) is called exactly once, perhaps before the call returns
//                   0: no room now; nothing was taken, and released is not called
//
// Frames shorter than 60 bytes are the device's business. A driver may transmit from inside receiveFrame.

import { receiveEthernet } from "./ethernet/input";
import { addInterface, interfaceCount } from "./interface";

export { DEVICE_CHECKSUM, DEVICE_RECEIVE_CHECKSUM, DEVICE_TSO4 } from "./interface";
export { released } from "./owner";

/** Ethernet, IPv4 and TCP headers take 14 + 20 + 60; the rest is for small datagrams. */
export const FRAME_HEADER_BYTES_MAX: u32 = 128;

/** A device that says less cannot carry IPv4 (RFC 791 §3.2). */
const MTU_MIN: u32 = 68;
/** And no packet is larger. */
const MTU_MAX: u32 = 65535;

export type TransmitFunction = (
  device: u32, header: usize, headerBytes: u32, payload: usize, payloadBytes: u32, checksumStart: u32, checksumOffset: u32,
  segmentSize: u32, owner: usize,
) => u32;

/**
 * Adds a device; returns its index, for receiveFrame. After initialiseNetwork(). `mac` has the first byte highest
 * (wire/order.ts, get48); `mtu` is without the Ethernet header. pollNetwork() configures it.
 */
export function addDevice(mac: u64, mtu: u32, features: u32, transmit: TransmitFunction, driver: u32): u32 {
  const added = addInterface();
  added.mac = mac;
  added.mtu = max<u32>(MTU_MIN, min<u32>(mtu, MTU_MAX));
  added.features = features;
  // A function value is a static object whose first word is the index in the table.
  added.transmit = load<u32>(changetype<usize>(transmit));
  added.driver = driver;
  return interfaceCount() - 1;
}

/**
 * A frame of `bytes` bytes from the Ethernet header on has come. The bytes are the caller's again when this returns.
 * `checksumValid` 1: the device has verified the transport's checksum, or the packet never left this machine's host.
 */
export function receiveFrame(index: u32, at: usize, bytes: u32, checksumValid: u32): void {
  receiveEthernet(index, at, bytes, checksumValid != 0);
}

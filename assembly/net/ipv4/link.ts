// From an IPv4 packet to a frame on a link: the next hop, its MAC address, and the device; or the queue until the
// neighbour has answered.
// Read first: RFC 1122 §2.3.2, §3.3.1; RFC 1112 §6.4.

import { ADDRESS_BROADCAST, isBroadcastOf, isMulticast } from "../address";
import { resolve, UNRESOLVED } from "../arp/cache";
import { holdPacket } from "../arp/queue";
import { DEVICE_LOOPBACK, Interface, interfaceAt, transmit } from "../interface";
import { ETHERTYPE_IPV4, MAC_BROADCAST, putEthernetHeader } from "../wire/ethernet";
import { nextHop } from "./routes";

/** The MAC addresses of groups: the low 23 bits of the address follow. */
const MAC_MULTICAST: u64 = 0x01005e000000;

/**
 * Sends a frame of which all but the Ethernet header is there, through interface `index`; arguments as in device.ts.
 * True: taken, and `owner` is released exactly once. False: no room.
 */
export function sendOnLink(
  index: u32, destination: u32, frame: usize, headerBytes: u32, payload: usize, payloadBytes: u32, checksumStart: u32,
  checksumOffset: u32, segmentSize: u32, owner: usize,
): bool {
  const by = interfaceAt(index);
  const isNeighbour = !isForAll(by, destination);
  const hop = isNeighbour ? nextHop(destination, index) : 0;
  const mac = isNeighbour ? resolve(index, hop) : groupMac(by, destination);
  if (mac != UNRESOLVED) {
    putEthernetHeader(frame, mac, by.mac, ETHERTYPE_IPV4);
    return transmit(
      index, frame, headerBytes, payload, payloadBytes, checksumStart, checksumOffset, segmentSize, owner,
    );
  }
  putEthernetHeader(frame, 0, by.mac, ETHERTYPE_IPV4);
  return holdPacket(
    index, hop, frame, headerBytes, payload, payloadBytes, checksumStart, checksumOffset, segmentSize, owner,
  );
}

/** Whether no neighbour has to be asked: the loopback, broadcasts, groups. */
function isForAll(by: Interface, destination: u32): bool {
  return (by.features & DEVICE_LOOPBACK) != 0 || destination == ADDRESS_BROADCAST || isMulticast(destination)
    || isBroadcastOf(destination, by.address, by.mask);
}

function groupMac(by: Interface, destination: u32): u64 {
  if ((by.features & DEVICE_LOOPBACK) != 0) return 0;
  return isMulticast(destination) ? MAC_MULTICAST | <u64>(destination & 0x7fffff) : MAC_BROADCAST;
}

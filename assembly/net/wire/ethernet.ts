// The Ethernet II header. Pure; no policy.
// Read first: IEEE 802.3 §3.1.1, §3.2.6 (type field); RFC 894.
//
//   0 destination u48   6 source u48   12 type u16   14 payload

import { get16, get48, put16, put48 } from "./order";

export const ETHERNET_HEADER_BYTES: u32 = 14;
export const ETHERTYPE_IPV4: u32 = 0x0800;
export const ETHERTYPE_ARP: u32 = 0x0806;
export const ETHERTYPE_IPV6: u32 = 0x86dd;

export const MAC_BROADCAST: u64 = 0xffffffffffff;
/** The group bit: the lowest bit of the first byte (§3.2.3). */
const MAC_GROUP: u64 = 1 << 40;

export function ethernetDestination(at: usize): u64 {
  return get48(at);
}

export function ethernetSource(at: usize): u64 {
  return get48(at + 6);
}

export function ethernetType(at: usize): u32 {
  return get16(at + 12);
}

export function putEthernetHeader(at: usize, destination: u64, source: u64, type: u32): void {
  put48(at, destination);
  put48(at + 6, source);
  put16(at + 12, type);
}

/** Whether it is a group's address (broadcast among them), which never is a sender's. */
export function isGroupMac(mac: u64): bool {
  return (mac & MAC_GROUP) != 0;
}

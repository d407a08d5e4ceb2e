// ARP for IPv4 over Ethernet. Pure; no policy.
// Read first: RFC 826, "Packet format"; RFC 5227 §1.1 (probe, announcement).
//
//    0 hardware 1 u16   2 protocol 0x0800 u16   4 hardware bytes 6 u8   5 protocol bytes 4 u8   6 operation u16
//    8 sender MAC u48   14 sender address u32   18 target MAC u48   24 target address u32

import { ETHERTYPE_IPV4 } from "./ethernet";
import { get16, get32, get48, get8, put16, put32, put48, put8 } from "./order";

export const ARP_BYTES: u32 = 28;
export const ARP_REQUEST: u32 = 1;
export const ARP_REPLY: u32 = 2;
const HARDWARE_ETHERNET: u32 = 1;
const HARDWARE_BYTES: u32 = 6;
const PROTOCOL_BYTES: u32 = 4;

/** Whether `bytes` bytes are a request or reply about IPv4 on Ethernet. */
export function isArpForIpv4(at: usize, bytes: u32): bool {
  if (bytes < ARP_BYTES) return false;
  if (get16(at) != HARDWARE_ETHERNET || get16(at + 2) != ETHERTYPE_IPV4) return false;
  return get8(at + 4) == HARDWARE_BYTES && get8(at + 5) == PROTOCOL_BYTES;
}

export function arpOperation(at: usize): u32 {
  return get16(at + 6);
}

export function arpSenderMac(at: usize): u64 {
  return get48(at + 8);
}

export function arpSenderAddress(at: usize): u32 {
  return get32(at + 14);
}

export function arpTargetAddress(at: usize): u32 {
  return get32(at + 24);
}

export function putArp(at: usize, operation: u32, senderMac: u64, sender: u32, targetMac: u64, target: u32): void {
  put16(at, HARDWARE_ETHERNET);
  put16(at + 2, ETHERTYPE_IPV4);
  put8(at + 4, HARDWARE_BYTES);
  put8(at + 5, PROTOCOL_BYTES);
  put16(at + 6, operation);
  put48(at + 8, senderMac);
  put32(at + 14, sender);
  put48(at + 18, targetMac);
  put32(at + 24, target);
}

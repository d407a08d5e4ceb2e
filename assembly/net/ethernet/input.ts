// A received frame: is it for us, and which protocol does it carry? The place where IPv6 would branch off.
// Read first: IEEE 802.3 §3.2; RFC 894; RFC 1122 §2.4.

import { arpInput } from "../arp/input";
import {
  count, COUNTER_ETHERNET_BAD_SOURCE, COUNTER_ETHERNET_IPV6, COUNTER_ETHERNET_NOT_OURS, COUNTER_ETHERNET_RECEIVED,
  COUNTER_ETHERNET_SHORT, COUNTER_ETHERNET_UNKNOWN_TYPE,
} from "../counters";
import { DEVICE_LOOPBACK, interfaceAt } from "../interface";
import { ipv4Input } from "../ipv4/input";
import {
  ETHERNET_HEADER_BYTES, ethernetDestination, ethernetSource, ethernetType, ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_IPV6,
  isGroupMac,
} from "../wire/ethernet";

/** A frame of `bytes` bytes has come by interface `index`; they are valid until this returns. */
export function receiveEthernet(index: u32, at: usize, bytes: u32, checksumValid: bool): void {
  const from = interfaceAt(index);
  count(COUNTER_ETHERNET_RECEIVED);
  if (bytes < ETHERNET_HEADER_BYTES) return count(COUNTER_ETHERNET_SHORT);
  const isLoopback = (from.features & DEVICE_LOOPBACK) != 0;
  const destination = ethernetDestination(at);
  const toGroup = isGroupMac(destination);
  if (!isLoopback) {
    if (!toGroup && destination != from.mac) return count(COUNTER_ETHERNET_NOT_OURS);
    if (isGroupMac(ethernetSource(at))) return count(COUNTER_ETHERNET_BAD_SOURCE);
  }
  const packet = at + ETHERNET_HEADER_BYTES;
  const packetBytes = bytes - ETHERNET_HEADER_BYTES;
  switch (ethernetType(at)) {
    case ETHERTYPE_IPV4: return ipv4Input(index, packet, packetBytes, toGroup, checksumValid);
    case ETHERTYPE_ARP: return isLoopback ? count(COUNTER_ETHERNET_UNKNOWN_TYPE) : arpInput(index, packet, packetBytes);
    case ETHERTYPE_IPV6: return count(COUNTER_ETHERNET_IPV6);
  }
  // Among them frames with a length in place of the type: nobody speaks IPv4 over IEEE 802.2.
  count(COUNTER_ETHERNET_UNKNOWN_TYPE);
}

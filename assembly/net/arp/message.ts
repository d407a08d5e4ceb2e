// Sending ARP messages. Read first: RFC 826; RFC 5227 §2.1.1 (probe), §2.3 (announcement).

import { count, COUNTER_ARP_SENT } from "../counters";
import { interfaceAt, transmit } from "../interface";
import { ARP_BYTES, ARP_REPLY, ARP_REQUEST, putArp } from "../wire/arp";
import { ETHERNET_HEADER_BYTES, ETHERTYPE_ARP, MAC_BROADCAST, putEthernetHeader } from "../wire/ethernet";

const frame = memory.data(42, 8);

/** "Who has `target`?", to all or to the one it was. */
export function sendArpRequest(index: u32, target: u32, to: u64): void {
  send(index, to, ARP_REQUEST, interfaceAt(index).address, 0, target);
}

export function sendArpReply(index: u32, to: u64, target: u32): void {
  send(index, to, ARP_REPLY, interfaceAt(index).address, to, target);
}

/** "Does anybody have `target`?", from nobody, so that no cache learns from it. */
export function sendArpProbe(index: u32, target: u32): void {
  send(index, MAC_BROADCAST, ARP_REQUEST, 0, 0, target);
}

/** "I have my address", so that caches that say otherwise are put right. */
export function sendArpAnnouncement(index: u32): void {
  send(index, MAC_BROADCAST, ARP_REQUEST, interfaceAt(index).address, 0, interfaceAt(index).address);
}

// A device without room loses the message; whoever needs an answer asks again.
function send(index: u32, to: u64, operation: u32, sender: u32, targetMac: u64, target: u32): void {
  const mac = interfaceAt(index).mac;
  putEthernetHeader(frame, to, mac, ETHERTYPE_ARP);
  putArp(frame + ETHERNET_HEADER_BYTES, operation, mac, sender, targetMac, target);
  count(COUNTER_ARP_SENT);
  transmit(index, frame, ETHERNET_HEADER_BYTES + ARP_BYTES, 0, 0, 0, 0, 0, 0);
}

// What happened, counted: one counter for each reason to drop something, and a few for what went well. Nothing is dropped
// without one. The kernel prints those that are not zero under `verbose`. Other parts of net/ add theirs at the end.

import { decimal, text } from "../base/line";
import { beginLog, sendLog } from "../base/log";
import { logTcpCounters } from "./tcp/counters";

export const COUNTER_ETHERNET_RECEIVED: u32 = 0;
export const COUNTER_ETHERNET_SHORT: u32 = 1;
export const COUNTER_ETHERNET_NOT_OURS: u32 = 2;
export const COUNTER_ETHERNET_BAD_SOURCE: u32 = 3;
export const COUNTER_ETHERNET_UNKNOWN_TYPE: u32 = 4;
export const COUNTER_ETHERNET_IPV6: u32 = 5;
export const COUNTER_DEVICE_FULL: u32 = 6;
export const COUNTER_ARP_RECEIVED: u32 = 7;
export const COUNTER_ARP_SENT: u32 = 8;
export const COUNTER_ARP_MALFORMED: u32 = 9;
export const COUNTER_ARP_CONFLICT: u32 = 10;
export const COUNTER_ARP_HELD_OFF: u32 = 11;
export const COUNTER_ARP_EVICTED: u32 = 12;
export const COUNTER_ARP_FAILED: u32 = 13;
export const COUNTER_ARP_QUEUE_DROPPED: u32 = 14;
export const COUNTER_IPV4_RECEIVED: u32 = 15;
export const COUNTER_IPV4_SENT: u32 = 16;
export const COUNTER_IPV4_MALFORMED: u32 = 17;
export const COUNTER_IPV4_BAD_CHECKSUM: u32 = 18;
export const COUNTER_IPV4_BAD_SOURCE: u32 = 19;
export const COUNTER_IPV4_NOT_OURS: u32 = 20;
export const COUNTER_IPV4_SOURCE_ROUTED: u32 = 21;
export const COUNTER_IPV4_UNKNOWN_PROTOCOL: u32 = 22;
export const COUNTER_IPV4_NO_ROUTE: u32 = 23;
export const COUNTER_IPV4_NO_BUFFER: u32 = 24;
export const COUNTER_IPV4_TOO_BIG: u32 = 25;
export const COUNTER_REASSEMBLY_DONE: u32 = 26;
export const COUNTER_REASSEMBLY_MALFORMED: u32 = 27;
export const COUNTER_REASSEMBLY_OVERLAP: u32 = 28;
export const COUNTER_REASSEMBLY_NO_BUFFER: u32 = 29;
export const COUNTER_REASSEMBLY_TIMED_OUT: u32 = 30;
export const COUNTER_ICMP_RECEIVED: u32 = 31;
export const COUNTER_ICMP_SENT: u32 = 32;
export const COUNTER_ICMP_MALFORMED: u32 = 33;
export const COUNTER_ICMP_BAD_CHECKSUM: u32 = 34;
export const COUNTER_ICMP_IGNORED: u32 = 35;
export const COUNTER_ICMP_RATE_LIMITED: u32 = 36;
export const COUNTER_ICMP_NO_BUFFER: u32 = 37;
export const COUNTER_UDP_RECEIVED: u32 = 38;
export const COUNTER_UDP_SENT: u32 = 39;
export const COUNTER_UDP_MALFORMED: u32 = 40;
export const COUNTER_UDP_BAD_CHECKSUM: u32 = 41;
export const COUNTER_UDP_NO_SOCKET: u32 = 42;
export const COUNTER_UDP_QUEUE_FULL: u32 = 43;
export const COUNTER_UDP_NO_BUFFER: u32 = 44;
export const COUNTER_TCP_MALFORMED: u32 = 45;
export const COUNTER_TCP_BAD_CHECKSUM: u32 = 46;
export const COUNTER_DHCP_RECEIVED: u32 = 47;
export const COUNTER_DHCP_SENT: u32 = 48;
export const COUNTER_DHCP_MALFORMED: u32 = 49;
export const COUNTER_DHCP_IGNORED: u32 = 50;
export const COUNTER_DNS_SENT: u32 = 51;
export const COUNTER_DNS_MALFORMED: u32 = 52;
export const COUNTER_DNS_MISMATCHED: u32 = 53;

const COUNTERS: u32 = 54;
// One u64 each.
const counters = memory.data(54 * 8, 8);

export function count(which: u32): void {
  assert(which < COUNTERS);
  const at = counters + (<usize>which << 3);
  store<u64>(at, load<u64>(at) + 1);
}

export function counterValue(which: u32): u64 {
  assert(which < COUNTERS);
  return load<u64>(counters + (<usize>which << 3));
}

export function counterCount(): u32 {
  return COUNTERS;
}

/** Logs every counter that is not zero. The caller has asked isVerbose(). */
export function logCounters(): void {
  for (let i: u32 = 0; i < COUNTERS; i++) {
    if (counterValue(i) == 0) continue;
    beginLog();
    text("network: ");
    text(counterName(i));
    text(": ");
    decimal(counterValue(i));
    sendLog();
  }
  logTcpCounters();
}

export function counterName(which: u32): string {
  switch (which) {
    case COUNTER_ETHERNET_RECEIVED: return "frames received";
    case COUNTER_ETHERNET_SHORT: return "frames shorter than a header";
    case COUNTER_ETHERNET_NOT_OURS: return "frames for others";
    case COUNTER_ETHERNET_BAD_SOURCE: return "frames from a group address";
    case COUNTER_ETHERNET_UNKNOWN_TYPE: return "frames of an unknown type";
    case COUNTER_ETHERNET_IPV6: return "frames of IPv6";
    case COUNTER_DEVICE_FULL: return "frames the device had no room for";
    case COUNTER_ARP_RECEIVED: return "ARP messages received";
    case COUNTER_ARP_SENT: return "ARP messages sent";
    case COUNTER_ARP_MALFORMED: return "ARP messages malformed";
    case COUNTER_ARP_CONFLICT: return "ARP messages of another host with our address";
    case COUNTER_ARP_HELD_OFF: return "ARP changes too soon after another";
    case COUNTER_ARP_EVICTED: return "ARP entries evicted";
    case COUNTER_ARP_FAILED: return "ARP requests nobody answered";
    case COUNTER_ARP_QUEUE_DROPPED: return "packets dropped while waiting for ARP";
    case COUNTER_IPV4_RECEIVED: return "IPv4 packets received";
    case COUNTER_IPV4_SENT: return "IPv4 packets sent";
    case COUNTER_IPV4_MALFORMED: return "IPv4 packets malformed";
    case COUNTER_IPV4_BAD_CHECKSUM: return "IPv4 packets with a wrong checksum";
    case COUNTER_IPV4_BAD_SOURCE: return "IPv4 packets from an impossible address";
    case COUNTER_IPV4_NOT_OURS: return "IPv4 packets for others";
    case COUNTER_IPV4_SOURCE_ROUTED: return "IPv4 packets with a source route";
    case COUNTER_IPV4_UNKNOWN_PROTOCOL: return "IPv4 packets of an unknown protocol";
    case COUNTER_IPV4_NO_ROUTE: return "IPv4 packets without a route";
    case COUNTER_IPV4_NO_BUFFER: return "IPv4 packets without a buffer to send from";
    case COUNTER_IPV4_TOO_BIG: return "IPv4 packets larger than the path allows";
    case COUNTER_REASSEMBLY_DONE: return "packets put together from fragments";
    case COUNTER_REASSEMBLY_MALFORMED: return "fragments malformed";
    case COUNTER_REASSEMBLY_OVERLAP: return "packets dropped for overlapping fragments";
    case COUNTER_REASSEMBLY_NO_BUFFER: return "fragments without a buffer";
    case COUNTER_REASSEMBLY_TIMED_OUT: return "packets whose fragments did not all come";
    case COUNTER_ICMP_RECEIVED: return "ICMP messages received";
    case COUNTER_ICMP_SENT: return "ICMP messages sent";
    case COUNTER_ICMP_MALFORMED: return "ICMP messages malformed";
    case COUNTER_ICMP_BAD_CHECKSUM: return "ICMP messages with a wrong checksum";
    case COUNTER_ICMP_IGNORED: return "ICMP messages ignored";
    case COUNTER_ICMP_RATE_LIMITED: return "ICMP messages not sent for the rate limit";
    case COUNTER_ICMP_NO_BUFFER: return "ICMP messages without a buffer";
    case COUNTER_UDP_RECEIVED: return "UDP datagrams received";
    case COUNTER_UDP_SENT: return "UDP datagrams sent";
    case COUNTER_UDP_MALFORMED: return "UDP datagrams malformed";
    case COUNTER_UDP_BAD_CHECKSUM: return "UDP datagrams with a wrong checksum";
    case COUNTER_UDP_NO_SOCKET: return "UDP datagrams nobody waits for";
    case COUNTER_UDP_QUEUE_FULL: return "UDP datagrams for a full queue";
    case COUNTER_UDP_NO_BUFFER: return "UDP datagrams without a buffer";
    case COUNTER_TCP_MALFORMED: return "TCP segments malformed";
    case COUNTER_TCP_BAD_CHECKSUM: return "TCP segments with a wrong checksum";
    case COUNTER_DHCP_RECEIVED: return "DHCP messages received";
    case COUNTER_DHCP_SENT: return "DHCP messages sent";
    case COUNTER_DHCP_MALFORMED: return "DHCP messages malformed";
    case COUNTER_DHCP_IGNORED: return "DHCP messages not for us";
    case COUNTER_DNS_SENT: return "DNS queries sent";
    case COUNTER_DNS_MALFORMED: return "DNS answers malformed";
    case COUNTER_DNS_MISMATCHED: return "DNS answers to another question";
  }
  return "";
}

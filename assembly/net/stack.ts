// The network stack as the kernel drives it: made at boot, given turns, asked when it wants the next one.
//
//   driver --receiveFrame--> ethernet --> arp | ipv4 --> icmp | udp | tcp       docs/network.md
//   loop   --pollNetwork---> new devices, loopback, timers, DHCP, DNS
//   application --> udp | tcp --> ipv4/output --> arp --> transmit(driver)
//
// A turn after each batch of received frames and whenever nextNetworkDeadline() has come. Nothing here waits.

import { nextArpDeadline, pollArp } from "./arp/cache";
import { nextClaimDeadline, pollClaims } from "./arp/conflict";
import { ADDRESS_LOOPBACK, maskOfPrefix } from "./address";
import { configureInterface } from "./configure";
import { nextDhcpDeadline, pollDhcp } from "./dhcp/client";
import { nextDnsDeadline, pollDns } from "./dns/resolver";
import { interfaceCount, LOOPBACK } from "./interface";
import { setAddress } from "./ipv4/addresses";
import { initialiseReassembly, nextReassemblyDeadline, pollReassembly } from "./ipv4/reassembly";
import { initialiseLoopback, isLoopbackWaiting, pollLoopback } from "./loopback";
import { now, setNow } from "./now";
import { initialisePackets } from "./packets";
import { tcpNextDeadline, tcpPoll } from "./tcp/timers";
import { initialiseUdp } from "./udp/sockets";

/** Devices that have been configured, the loopback among them. */
let configured: u32 = 0;

/** Takes the stack's memory. Once, before the heap is locked and before any device is added. */
export function initialiseNetwork(): void {
  initialisePackets();
  initialiseReassembly();
  initialiseUdp();
  initialiseLoopback();
  setAddress(LOOPBACK, ADDRESS_LOOPBACK, maskOfPrefix(8), false);
  configured = LOOPBACK + 1;
}

/** One turn: does everything that is due at `nowNs` of the monotonic clock. */
export function pollNetwork(nowNs: u64): void {
  setNow(nowNs);
  while (configured < interfaceCount()) configureInterface(configured++);
  pollLoopback();
  pollArp();
  pollReassembly();
  pollDhcp();
  pollClaims(interfaceCount());
  pollDns();
  // Last: what the others have brought is acknowledged together.
  tcpPoll(nowNs);
}

/** When the next turn is due, in ns of the monotonic clock; u64.MAX_VALUE: only when a frame comes. */
export function nextNetworkDeadline(): u64 {
  if (configured < interfaceCount() || isLoopbackWaiting()) return now();
  let deadline = min<u64>(nextArpDeadline(), nextClaimDeadline());
  deadline = min<u64>(deadline, nextReassemblyDeadline());
  deadline = min<u64>(deadline, nextDhcpDeadline());
  deadline = min<u64>(deadline, nextDnsDeadline());
  return min<u64>(deadline, tcpNextDeadline());
}

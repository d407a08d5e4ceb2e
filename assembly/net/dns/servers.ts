// The name servers that are asked, in turn: those of the command line, else those of the DHCP lease.

import { DNS_SERVERS_MAX } from "../../base/limits";
import { isHostAddress, isLoopback } from "../address";
import { get32 } from "../wire/order";

// DNS_SERVERS_MAX addresses.
const servers = memory.data(3 * 4, 4);
let count: u32 = 0;
let isConfigured: bool = false;

export function dnsServerCount(): u32 {
  return count;
}

export function dnsServer(index: u32): u32 {
  assert(index < count);
  return load<u32>(servers + (<usize>index << 2));
}

/** Adds a server named on the command line: then a lease changes nothing. What is too many is left out. */
export function addConfiguredDnsServer(address: u32): void {
  if (!isConfigured) count = 0;
  isConfigured = true;
  add(address);
}

/** Forgets the servers named so far: a later word of the command line counts. */
export function clearConfiguredDnsServers(): void {
  isConfigured = false;
  count = 0;
}

/** The servers of a lease: `howMany` addresses in network order. */
export function setLeasedDnsServers(at: usize, howMany: u32): void {
  if (isConfigured) return;
  count = 0;
  for (let i: u32 = 0; i < howMany; i++) add(get32(at + (<usize>i << 2)));
}

function add(address: u32): void {
  if (count == DNS_SERVERS_MAX || (!isHostAddress(address) && !isLoopback(address))) return;
  store<u32>(servers + (<usize>count << 2), address);
  count++;
}

// Waiting for what the network itself must get first: an address from DHCP, and addresses of names. So a program that
// connects at once works, and one that never uses the network never waits for it.
// Read first: turn.ts; net/dhcp/client.ts, net/dns/resolver.ts.

import { DNS_ADDRESSES_MAX } from "../base/limits";
import { isLoopback } from "../net/address";
import { isDhcpPending } from "../net/dhcp/client";
import { DNS_FAILED, DNS_PENDING, dnsAddress, dnsAddressCount, dnsClose, dnsLookUp, dnsState } from "../net/dns/resolver";
import { isOwnAddress } from "../net/interface";
import { ANY_INTERFACE, routeTo } from "../net/ipv4/output";
import { NEVER } from "../time/deadlines";
import { sleepUntil, takeTurn } from "./turn";

/** As long as a name waits for the name servers of a lease: four messages to a DHCP server that is not there. */
const DHCP_PATIENCE: u64 = 15000000000;

// DNS_ADDRESSES_MAX of the name that was looked up last.
const addresses = memory.data(8 * 4, 4);
let count: u32 = 0;

/** Until there is a way to this address, or no more hope that DHCP brings one. */
export function awaitRoute(address: u32): void {
  while (routeTo(address, ANY_INTERFACE) == 0 && isDhcpPending(DHCP_PATIENCE)) waitForTurn();
}

/** The same until it is one of ours. */
export function awaitOwnAddress(address: u32): void {
  while (address != 0 && !isOwnAddress(address) && !isLoopback(address) && isDhcpPending(DHCP_PATIENCE)) waitForTurn();
}

/** Looks up the name of `length` characters at `name`: a DNS_* of resolver.ts but DNS_PENDING. */
export function resolve(name: usize, length: u32): u32 {
  count = 0;
  takeTurn();
  const query = dnsLookUp(name, length);
  if (query == 0) return DNS_FAILED;
  while (dnsState(query) == DNS_PENDING) waitForTurn();
  const state = dnsState(query);
  count = dnsAddressCount(query);
  assert(count <= DNS_ADDRESSES_MAX);
  for (let i: u32 = 0; i < count; i++) store<u32>(addresses + (<usize>i << 2), dnsAddress(query, i));
  dnsClose(query);
  return state;
}

/** How many addresses the last name has, and which. */
export function resolvedCount(): u32 {
  return count;
}

export function resolvedAddress(index: u32): u32 {
  assert(index < count);
  return load<u32>(addresses + (<usize>index << 2));
}

function waitForTurn(): void {
  sleepUntil(NEVER);
  takeTurn();
}

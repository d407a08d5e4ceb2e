// Giving an interface an address, and taking it away: the table entry, its routes, its neighbours.
// Read first: routes.ts; arp/conflict.ts for what is said on the link.

import { claimAddress, dropClaim } from "../arp/conflict";
import { forgetNeighbours } from "../arp/cache";
import { interfaceAt, LOOPBACK } from "../interface";
import { addRoute, removeRoutes } from "./routes";

/**
 * Sets the address of an interface and the route to its network; a /32 has none. `isTested`: the link is asked first
 * whether anybody else has it.
 */
export function setAddress(index: u32, address: u32, mask: u32, isTested: bool): void {
  const to = interfaceAt(index);
  const isSame = to.address == address;
  removeRoutes(index);
  to.address = address;
  to.mask = mask;
  if (mask != 0xffffffff) addRoute(address, mask, 0, index);
  // A renewed lease is no new address.
  if (isSame || index == LOOPBACK) return;
  forgetNeighbours(index);
  claimAddress(index, isTested);
}

/** The route for everything else. The gateway may lie outside the interface's network. */
export function setGateway(index: u32, gateway: u32): void {
  if (gateway != 0) addRoute(0, 0, gateway, index);
}

/** Takes the address and everything that came with it. */
export function clearAddress(index: u32): void {
  const to = interfaceAt(index);
  removeRoutes(index);
  forgetNeighbours(index);
  dropClaim(index);
  to.address = 0;
  to.mask = 0;
}

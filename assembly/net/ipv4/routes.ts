// The routing table: the longest prefix that matches wins, of equals the one added first.
// Read first: RFC 1122 §3.3.1; RFC 1812 §5.2.4.3.
//
// A gateway needs no route of its own: it is taken to be on the interface's link. So gateways outside the subnet and
// addresses with a /32 mask work as they are.

import { ROUTES_MAX } from "../../base/limits";

@final @unmanaged
export class Route {
  /** The network's part of the destinations. */
  network: u32;
  mask: u32;
  /** 0: the destination itself is on the link. */
  gateway: u32;
  interface: u32;
}

/** Any interface will do. */
export const ANY_INTERFACE: u32 = 0xffffffff;

// ROUTES_MAX records of 16 bytes.
const routes = memory.data(32 * 16, 4);
let count: u32 = 0;

function routeAt(index: u32): Route {
  return changetype<Route>(routes + <usize>index * offsetof<Route>());
}

export function routeCount(): u32 {
  return count;
}

/** Adds a route; false if the table is full. */
export function addRoute(network: u32, mask: u32, gateway: u32, toInterface: u32): bool {
  assert(offsetof<Route>() == 16);
  if (count == ROUTES_MAX) return false;
  const route = routeAt(count++);
  route.network = network & mask;
  route.mask = mask;
  route.gateway = gateway;
  route.interface = toInterface;
  return true;
}

/** Removes every route through an interface, in order of the rest. */
export function removeRoutes(ofInterface: u32): void {
  let kept: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    if (routeAt(i).interface == ofInterface) continue;
    memory.copy(changetype<usize>(routeAt(kept)), changetype<usize>(routeAt(i)), offsetof<Route>());
    kept++;
  }
  count = kept;
}

/** The best route to an address, through one interface or ANY_INTERFACE; 0 if there is none. */
export function findRoute(destination: u32, through: u32): usize {
  let best: usize = 0;
  for (let i: u32 = 0; i < count; i++) {
    const route = routeAt(i);
    if ((destination & route.mask) != route.network) continue;
    if (through != ANY_INTERFACE && route.interface != through) continue;
    // Masks are ones in front, so the larger number is the longer prefix.
    if (best == 0 || route.mask > changetype<Route>(best).mask) best = changetype<usize>(route);
  }
  return best;
}

/** The address on the link that a packet for `destination` goes to through `through`. */
export function nextHop(destination: u32, through: u32): u32 {
  const found = findRoute(destination, through);
  if (found == 0 || changetype<Route>(found).gateway == 0) return destination;
  return changetype<Route>(found).gateway;
}

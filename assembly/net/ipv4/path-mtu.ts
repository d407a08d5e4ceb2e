// The MTU of paths, as far as it is smaller than the interface's: learnt by ICMP's "fragmentation needed", forgotten after ten
// minutes, in case the path has become better.
// Read first: RFC 1191 §5, §6.3, §7.1.

import { PATH_MTUS_MAX } from "../../base/limits";
import { now } from "../now";

@final @unmanaged
class PathMtu {
  expires: u64;
  destination: u32;
  mtu: u32;
}

/** No limit known: the interface's MTU counts. */
export const PATH_MTU_UNKNOWN: u32 = 0xffffffff;

/**
 * The smallest value that is believed; Linux has the same. RFC 791 allows 68, and whoever can forge an ICMP message would
 * have us send packets of 20 bytes.
 */
export const PATH_MTU_MIN: u32 = 552;
const LIFETIME: u64 = 600000000000;

// PATH_MTUS_MAX records of 16 bytes.
const paths = memory.data(32 * 16, 8);
/** When the last of them is forgotten: nearly always nothing is known, and every packet asks. */
let lastExpiry: u64 = 0;

function pathAt(index: u32): PathMtu {
  return changetype<PathMtu>(paths + <usize>index * offsetof<PathMtu>());
}

/** The MTU of the path to `destination`, or PATH_MTU_UNKNOWN. */
export function pathMtuTo(destination: u32): u32 {
  if (now() >= lastExpiry) return PATH_MTU_UNKNOWN;
  for (let i: u32 = 0; i < PATH_MTUS_MAX; i++) {
    const path = pathAt(i);
    if (path.destination == destination && path.expires > now()) return path.mtu;
  }
  return PATH_MTU_UNKNOWN;
}

/** Lowers the MTU of a path. The caller believes the message: it quoted a packet that we may have sent. */
export function lowerPathMtu(destination: u32, mtu: u32): void {
  assert(offsetof<PathMtu>() == 16);
  mtu = max<u32>(mtu, PATH_MTU_MIN);
  if (mtu >= pathMtuTo(destination)) return;
  let chosen = pathAt(0);
  for (let i: u32 = 0; i < PATH_MTUS_MAX; i++) {
    const path = pathAt(i);
    if (path.destination == destination) {
      chosen = path;
      break;
    }
    // Free records and the one that ends first have the lowest time.
    if (path.expires < chosen.expires) chosen = path;
  }
  chosen.destination = destination;
  chosen.mtu = mtu;
  chosen.expires = now() + LIFETIME;
  lastExpiry = chosen.expires;
}

/** What a router that does not say its MTU may have: the next of RFC 1191's plateaus below `bytes`. */
export function plateauBelow(bytes: u32): u32 {
  if (bytes > 32000) return 32000;
  if (bytes > 17914) return 17914;
  if (bytes > 8166) return 8166;
  if (bytes > 4352) return 4352;
  if (bytes > 2002) return 2002;
  if (bytes > 1492) return 1492;
  if (bytes > 1006) return 1006;
  return PATH_MTU_MIN;
}

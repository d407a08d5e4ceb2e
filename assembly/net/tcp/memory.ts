// All memory of TCP, taken once at boot: tcpInitialise() divides one piece among the tables.
//
//   | connections, a quarter | their heap | half open, 1/32 | waiting, 1/32 | buckets | rings: the rest |
//
// 1 MiB gives 381 connections and 692 KiB of rings: a few that carry bulk, or hundreds that say little. Nothing grows.

import { TCP_CONNECTIONS_MAX, TCP_MEMORY_MIN } from "../../base/limits";
import { CONNECTION_BYTES, initialiseConnections } from "./connection";
import { initialiseDeadlines } from "./deadlines";
import { initialiseEndpoints } from "./endpoint";
import { HALF_OPEN_BYTES, initialiseHalfOpen } from "./half-open";
import { clearPending } from "./pending";
import { initialiseRings } from "./rings";
import { initialiseTimeWait, WAITING_BYTES } from "./time-wait";

let isMade: bool = false;

/** Whether there is a TCP at all. */
export function areTcpTablesMade(): bool {
  return isMade;
}

/** Makes all tables, empty, in the `bytes` bytes at `at` (aligned to 64), which stay TCP's for ever. */
export function tcpInitialise(at: usize, bytes: u32): void {
  assert(bytes >= TCP_MEMORY_MIN && (at & 63) == 0);
  const end = at + bytes;
  const connections = min<u32>(TCP_CONNECTIONS_MAX, (bytes >> 2) / CONNECTION_BYTES);
  const halfOpen = (bytes >> 5) / HALF_OPEN_BYTES;
  const waiting = (bytes >> 5) / WAITING_BYTES;
  let buckets: u32 = 64;
  while (buckets < connections + halfOpen + waiting) buckets <<= 1;
  initialiseConnections(at, connections);
  at = align(at + <usize>connections * CONNECTION_BYTES);
  initialiseDeadlines(at);
  at = align(at + (<usize>connections << 2));
  initialiseHalfOpen(at, halfOpen);
  at = align(at + <usize>halfOpen * HALF_OPEN_BYTES);
  initialiseTimeWait(at, waiting);
  at = align(at + <usize>waiting * WAITING_BYTES);
  initialiseEndpoints(at, buckets);
  at = align(at + (<usize>buckets << 2));
  initialiseRings(at, <u32>(end - at));
  clearPending();
  isMade = true;
}

function align(at: usize): usize {
  return (at + 63) & ~63;
}

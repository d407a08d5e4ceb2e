// What others must not be able to guess: initial sequence numbers, ports, timestamp offsets, SYN cookies' codes.
// All come from one keyed hash whose key is made at the first use.
// Read first: RFC 6528 §3 (ISN = M + F(addresses, ports, secret)); RFC 6056 §3.3.3 (algorithm 3); lib/siphash.ts.

import { sipHash } from "../../lib/siphash";
import { PORT_EPHEMERAL_COUNT, PORT_EPHEMERAL_FIRST, random32 } from "../random";
import { findEndpoint, keyEndpoints } from "./endpoint";
import { now } from "../now";

// One purpose's hashes say nothing about another's.
const PURPOSE_SEQUENCE: u32 = 1;
const PURPOSE_PORT: u32 = 2;
const PURPOSE_TIMESTAMP: u32 = 3;
const PURPOSE_COOKIE: u32 = 4;

// Key (16 bytes) and the key of the endpoints' hash.
const key = memory.data(24, 8);
const input = memory.data(24, 8);
let isKeyed: bool = false;
let nextPort: u32 = 0;

/** Makes the key, if there is none yet. Before the first endpoint is added. */
export function makeSecrets(): void {
  if (isKeyed) return;
  isKeyed = true;
  for (let i: usize = 0; i < 24; i += 4) store<u32>(key + i, random32());
  keyEndpoints(load<u64>(key, 16));
}

/** RFC 6528 §3: a clock of 4 us, and an offset for each pair of addresses and ports. */
export function initialSequence(local: u32, remote: u32, ports: u32): u32 {
  return <u32>(now() >> 12) + <u32>hash(local, remote, ports, PURPOSE_SEQUENCE, 0);
}

/** RFC 7323 §7.1: what is added to the clock in timestamps, so that they do not tell how long the machine runs. */
export function timestampOffset(local: u32, remote: u32, ports: u32): u32 {
  return <u32>hash(local, remote, ports, PURPOSE_TIMESTAMP, 0);
}

/** The code in a SYN cookie (cookies.ts). */
export function cookieHash(local: u32, remote: u32, ports: u32, what: u64): u32 {
  return <u32>hash(local, remote, ports, PURPOSE_COOKIE, what);
}

/** A free port for a connection to remote:port (RFC 6056 §3.3.3); 0 if there is none. */
export function ephemeralPort(local: u32, remote: u32, port: u32): u32 {
  const offset = <u32>hash(local, remote, port, PURPOSE_PORT, 0);
  for (let tries: u32 = 0; tries < PORT_EPHEMERAL_COUNT; tries++) {
    const candidate = PORT_EPHEMERAL_FIRST + (nextPort++ + offset) % PORT_EPHEMERAL_COUNT;
    if (findEndpoint(local, remote, (candidate << 16) | port) != 0) continue;
    // A port that somebody has bound is his, whoever the peer is.
    if (findEndpoint(local, 0, candidate << 16) == 0 && findEndpoint(0, 0, candidate << 16) == 0) return candidate;
  }
  return 0;
}

function hash(local: u32, remote: u32, ports: u32, purpose: u32, what: u64): u64 {
  makeSecrets();
  store<u64>(input, (<u64>local << 32) | remote);
  store<u64>(input, (<u64>ports << 32) | purpose, 8);
  store<u64>(input, what, 16);
  return sipHash(key, input, 3);
}

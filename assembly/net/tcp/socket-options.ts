// Options of a socket. A listener's options become those of the connections that it accepts.
// Read first: socket.ts; RFC 9293 §3.7.4 (Nagle), §3.8.4 (keep-alive).

import { armKeepAlive } from "./keep-alive";
import { output } from "./output";
import { RING_BYTES_MAX, RING_BYTES_MIN } from "./rings";
import { ownedSocket } from "./socket";
import { ESTABLISHED } from "./spec";

/** Small segments do not wait (TCP_NODELAY). */
export function tcpSetNoDelay(number: u32, on: bool): void {
  const c = ownedSocket(number);
  c.noDelay = on;
  if (on) output(c);
}

export function tcpNoDelay(number: u32): bool {
  return ownedSocket(number).noDelay;
}

export function tcpSetKeepAlive(number: u32, on: bool): void {
  const c = ownedSocket(number);
  c.keepAlive = on;
  if (c.state >= ESTABLISHED) armKeepAlive(c);
}

export function tcpKeepAlive(number: u32): bool {
  return ownedSocket(number).keepAlive;
}

/** Seconds without a word before the first probe, seconds between probes, and how many; each at least 1. */
export function tcpSetKeepAliveTimes(number: u32, idle: u32, interval: u32, count: u32): void {
  const c = ownedSocket(number);
  c.keepIdle = max<u32>(idle, 1);
  c.keepInterval = max<u32>(interval, 1);
  c.keepCount = max<u32>(count, 1);
  if (c.state >= ESTABLISHED) armKeepAlive(c);
}

export function tcpKeepAliveIdle(number: u32): u32 {
  return ownedSocket(number).keepIdle;
}

export function tcpKeepAliveInterval(number: u32): u32 {
  return ownedSocket(number).keepInterval;
}

export function tcpKeepAliveCount(number: u32): u32 {
  return ownedSocket(number).keepCount;
}

/**
 * SO_LINGER. On with 0 seconds, tcpClose() resets. With more, the layer above waits that long until tcpUnsent() is 0
 * before it calls tcpClose(), which never waits itself.
 */
export function tcpSetLinger(number: u32, on: bool, seconds: u32): void {
  const c = ownedSocket(number);
  c.lingers = on;
  c.lingerSeconds = seconds;
}

export function tcpLingers(number: u32): bool {
  return ownedSocket(number).lingers;
}

export function tcpLingerSeconds(number: u32): u32 {
  return ownedSocket(number).lingerSeconds;
}

/** Before tcpBind(): share the port with others that have it set too, as long as none of them listens. */
export function tcpSetReuseAddress(number: u32, on: bool): void {
  ownedSocket(number).reuseAddress = on;
}

export function tcpReuseAddress(number: u32): bool {
  return ownedSocket(number).reuseAddress;
}

/** The same, whether one listens or not. Of several that listen one gets all connections. */
export function tcpSetReusePort(number: u32, on: bool): void {
  ownedSocket(number).reusePort = on;
}

export function tcpReusePort(number: u32): bool {
  return ownedSocket(number).reusePort;
}

/** What comes is acknowledged at the end of the turn, not up to 40 ms later. */
export function tcpSetQuickAck(number: u32, on: bool): void {
  ownedSocket(number).quickAck = on;
}

export function tcpQuickAck(number: u32): bool {
  return ownedSocket(number).quickAck;
}

export function tcpSetFastOpen(number: u32, on: bool): void {
  ownedSocket(number).fastOpen = on;
}

export function tcpFastOpen(number: u32): bool {
  return ownedSocket(number).fastOpen;
}

/** Of all packets of the connection: 1 to 255. */
export function tcpSetTimeToLive(number: u32, hops: u32): void {
  ownedSocket(number).timeToLive = <u8>hops;
}

export function tcpTimeToLive(number: u32): u32 {
  return <u32>ownedSocket(number).timeToLive;
}

/** How large the ring for sending may become: rounded up to a power of two within 4 KiB and 1 MiB. */
export function tcpSetSendBuffer(number: u32, bytes: u32): void {
  ownedSocket(number).sendLimit = ringSize(bytes);
}

export function tcpSendBuffer(number: u32): u32 {
  return ownedSocket(number).sendLimit;
}

/** The same for receiving: the window is never larger. What was promised already stays. */
export function tcpSetReceiveBuffer(number: u32, bytes: u32): void {
  const c = ownedSocket(number);
  c.receiveLimit = c.state >= ESTABLISHED && c.rcvShift == 0 ? min<u32>(ringSize(bytes), 65535) : ringSize(bytes);
}

export function tcpReceiveBuffer(number: u32): u32 {
  return ownedSocket(number).receiveLimit;
}

function ringSize(bytes: u32): u32 {
  let size = RING_BYTES_MIN;
  while (size < bytes && size < RING_BYTES_MAX) size <<= 1;
  return size;
}

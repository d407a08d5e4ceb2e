// TCP as the layers above see it: sockets by number, nothing blocks, statuses of status.ts.
// Read first: status.ts. Data goes through stream.ts, options through socket-options.ts; this is the life of a socket.
//
//   tcpOpen -> tcpBind? -> tcpConnect            -> data -> tcpShutdown? -> tcpClose
//                       -> tcpListen -> tcpAccept -> data -> tcpShutdown? -> tcpClose
//
// The caller sets the time first (net/now.ts), and lets the network turn after (net/stack.ts). A number belongs to who got
// it until tcpClose() or tcpAbort(); what is left to do then is done without him.

import { isOwnAddress } from "../interface";
import { isLoopback } from "../address";
import { ANY_INTERFACE, routeTo, sourceAddressFor } from "../ipv4/output";
import { unqueueAccept } from "./accept-queue";
import { Connection, connectionAt, connectionsMax, connectionsUsed, giveConnection, hasBegun, NEVER, takeConnection } from "./connection";
import { sendAck, sendReset } from "./emit";
import { addEndpoint, CONNECTION, findEndpoint, LISTENER, localPort, removeEndpoint, remotePort } from "./endpoint";
import { dropHalfOpenOf } from "./half-open";
import { armKeepAlive } from "./keep-alive";
import { output } from "./output";
import { consumeReceived, dropReceiveRing, isWindowWorthTelling, receiveBuffered } from "./receive-buffer";
import { ephemeralPort, makeSecrets } from "./secrets";
import { hasSendSpace } from "./send-buffer";
import {
  CLOSED, CLOSE_WAIT, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, LAST_ACK, LISTEN, SYN_RECEIVED, SYN_SENT, TIME_WAIT,
} from "./spec";
import {
  TCP_ACCEPTABLE, TCP_ADDRESS_IN_USE, TCP_ADDRESS_UNKNOWN, TCP_CONNECTED, TCP_FAILED, TCP_HUNG_UP, TCP_IN_PROGRESS,
  TCP_INVALID, TCP_NO_PORT, TCP_NOT_CONNECTED, TCP_OK, TCP_PEER_DONE, TCP_READABLE, TCP_UNREACHABLE, TCP_WRITABLE,
} from "./status";
import { beginOpen } from "./syn-sent";
import { endConnection } from "./teardown";
import { now } from "../now";

/** The largest backlog; what is asked beyond it is cut. */
const BACKLOG_MAX: u32 = 4096;

/** The socket with this number; a number that nobody owns is a panic. */
export function ownedSocket(number: u32): Connection {
  const c = connectionAt(number);
  assert(c.isOwned, "socket is not open");
  return c;
}

/** A new socket's number; 0 if there are too many. */
export function tcpOpen(): u32 {
  makeSecrets();
  const at = takeConnection();
  if (at == 0) return 0;
  const c = changetype<Connection>(at);
  c.isOwned = true;
  return c.number;
}

/** Gives the socket an address (0: any) and a port (0: one that is free). */
export function tcpBind(number: u32, address: u32, port: u32): u32 {
  const c = ownedSocket(number);
  if (c.state != CLOSED || c.kind != 0) return TCP_INVALID;
  if (address != 0 && !isOwnAddress(address) && !isLoopback(address)) return TCP_ADDRESS_UNKNOWN;
  if (port == 0) {
    port = ephemeralPort(address, 0, 0);
    if (port == 0) return TCP_NO_PORT;
  } else if (port > 65535) {
    return TCP_INVALID;
  } else if (isPortTaken(c, address, port)) {
    return TCP_ADDRESS_IN_USE;
  }
  c.localAddress = address;
  c.remoteAddress = 0;
  c.ports = port << 16;
  addEndpoint(c, LISTENER);
  return TCP_OK;
}

/** Listens; at most `backlog` connections wait to be accepted. On a listening socket it changes the backlog. */
export function tcpListen(number: u32, backlog: u32): u32 {
  const c = ownedSocket(number);
  if (c.state != CLOSED && c.state != LISTEN) return TCP_INVALID;
  if (c.kind == 0) {
    const status = tcpBind(number, 0, 0);
    if (status != TCP_OK) return status;
  }
  if (c.state != LISTEN && isOtherListening(c)) return TCP_ADDRESS_IN_USE;
  c.backlog = min<u32>(max<u32>(backlog, 1), BACKLOG_MAX);
  c.state = LISTEN;
  return TCP_OK;
}

/** Listens no more: the socket is bound as it was before tcpListen(). */
export function tcpStopListening(number: u32): void {
  const c = ownedSocket(number);
  assert(c.state == LISTEN, "socket does not listen");
  dropWaiting(c);
  c.state = CLOSED;
}

/** The number of a connection that has come; 0: none waits. */
export function tcpAccept(number: u32): u32 {
  const listener = ownedSocket(number);
  if (listener.state != LISTEN) return 0;
  const at = unqueueAccept(listener);
  if (at == 0) return 0;
  const c = changetype<Connection>(at);
  c.isOwned = true;
  return c.number;
}

/** Begins a connection: TCP_IN_PROGRESS, or why not. Called again: how it goes. */
export function tcpConnect(number: u32, address: u32, port: u32): u32 {
  const c = ownedSocket(number);
  if (c.error != TCP_OK) return tcpError(number);
  if (c.state == SYN_SENT || c.state == SYN_RECEIVED) return TCP_IN_PROGRESS;
  if (c.state != CLOSED || c.isActive) return c.state == LISTEN || c.state == CLOSED ? TCP_INVALID : TCP_CONNECTED;
  if (address == 0 || port == 0 || port > 65535) return TCP_INVALID;
  const route = routeTo(address, ANY_INTERFACE);
  if (route == 0) return TCP_UNREACHABLE;
  // To an address of our own one answers from the same.
  const source = isOwnAddress(address) || isLoopback(address) ? address : sourceAddressFor(route);
  const local = c.kind != 0 && c.localAddress != 0 ? c.localAddress : source;
  let from = c.kind != 0 ? localPort(c) : ephemeralPort(local, address, port);
  if (from == 0) return TCP_NO_PORT;
  const ports = (from << 16) | port;
  if (findEndpoint(local, address, ports) != 0) return TCP_ADDRESS_IN_USE;
  if (c.kind != 0) removeEndpoint(c);
  c.localAddress = local;
  c.remoteAddress = address;
  c.ports = ports;
  c.route = route;
  c.isActive = true;
  addEndpoint(c, CONNECTION);
  beginOpen(c);
  return TCP_IN_PROGRESS;
}

/** Ends reading, writing, or both: the rest of what was written is still sent, and then a FIN. */
export function tcpShutdown(number: u32, reading: bool, writing: bool): u32 {
  const c = ownedSocket(number);
  if (c.state == CLOSED || c.state == LISTEN || c.state == SYN_SENT) return TCP_NOT_CONNECTED;
  if (reading && !c.isReadShut) {
    c.isReadShut = true;
    if (c.state != TIME_WAIT) dropReceived(c);
  }
  if (writing) queueFin(c);
  return TCP_OK;
}

/** Ends the socket. What was written is still sent; unread data is answered with a reset (RFC 2525 §2.17). */
export function tcpClose(number: u32): void {
  const c = ownedSocket(number);
  if (c.state == LISTEN) {
    closeListener(c);
  } else if (c.state == CLOSED || c.state == TIME_WAIT) {
    forgetSocket(c);
  } else if (c.state == SYN_SENT) {
    c.isOwned = false;
    endConnection(c, TCP_OK);
  } else if ((c.lingers && c.lingerSeconds == 0) || receiveBuffered(c) != 0) {
    tcpAbort(number);
  } else {
    c.isOwned = false;
    // From now on a peer that keeps its window shut has only so long (acknowledge.ts).
    if (c.unansweredSince != NEVER) c.unansweredSince = now();
    queueFin(c);
    if (c.state == FIN_WAIT_2) armKeepAlive(c);
  }
}

/** Ends the socket at once, with a reset (RFC 9293 §3.10.5). */
export function tcpAbort(number: u32): void {
  const c = ownedSocket(number);
  if (c.state == LISTEN) {
    closeListener(c);
    return;
  }
  if (c.state == CLOSED || c.state == TIME_WAIT) {
    forgetSocket(c);
    return;
  }
  if (c.state != SYN_SENT) sendReset(c);
  c.isOwned = false;
  endConnection(c, TCP_OK);
}

/** What went wrong since the last call; TCP_OK: nothing. */
export function tcpError(number: u32): u32 {
  const c = ownedSocket(number);
  const error = c.error;
  c.error = TCP_OK;
  return error;
}

/** TCP_READABLE and so on, as they are now. */
export function tcpReadiness(number: u32): u32 {
  const c = ownedSocket(number);
  if (c.state == LISTEN) return c.acceptFirst != 0 ? TCP_ACCEPTABLE : 0;
  let bits: u32 = c.error != TCP_OK ? TCP_FAILED | TCP_READABLE | TCP_WRITABLE : 0;
  // A socket that was never connected is hung up, as poll() has it on other systems.
  if (c.state == CLOSED) return bits | TCP_HUNG_UP | (hasBegun(c) ? TCP_READABLE | TCP_WRITABLE : 0);
  if (c.state == SYN_SENT || c.state == SYN_RECEIVED) return bits;
  const peerIsDone = c.state != ESTABLISHED && c.state != FIN_WAIT_1 && c.state != FIN_WAIT_2;
  if (peerIsDone || c.isReadShut) bits |= TCP_READABLE | TCP_PEER_DONE;
  if (receiveBuffered(c) != 0) bits |= TCP_READABLE;
  if (c.isFinQueued || hasSendSpace(c)) bits |= TCP_WRITABLE;
  if (peerIsDone && c.isFinQueued) bits |= TCP_HUNG_UP;
  return bits;
}

export function tcpState(number: u32): u32 {
  return ownedSocket(number).state;
}

export function tcpLocalAddress(number: u32): u32 {
  return ownedSocket(number).localAddress;
}

export function tcpLocalPort(number: u32): u32 {
  return localPort(ownedSocket(number));
}

export function tcpPeerAddress(number: u32): u32 {
  return ownedSocket(number).remoteAddress;
}

export function tcpPeerPort(number: u32): u32 {
  return remotePort(ownedSocket(number));
}

function queueFin(c: Connection): void {
  if (c.isFinQueued) return;
  c.isFinQueued = true;
  if (c.state == ESTABLISHED) c.state = FIN_WAIT_1;
  else if (c.state == CLOSE_WAIT) c.state = LAST_ACK;
  output(c);
}

function dropReceived(c: Connection): void {
  consumeReceived(c, receiveBuffered(c));
  if ((c.state == ESTABLISHED || c.state == FIN_WAIT_1 || c.state == FIN_WAIT_2) && isWindowWorthTelling(c)) sendAck(c);
}

/** Gives back a record that is in no table any more, or only bound. */
function forgetSocket(c: Connection): void {
  if (c.kind != 0) removeEndpoint(c);
  dropReceiveRing(c);
  c.isOwned = false;
  giveConnection(c);
}

/** Who waits to be accepted is refused. */
function dropWaiting(c: Connection): void {
  dropHalfOpenOf(c);
  for (let at = unqueueAccept(c); at != 0; at = unqueueAccept(c)) {
    const waiting = changetype<Connection>(at);
    sendReset(waiting);
    endConnection(waiting, TCP_OK);
  }
}

function closeListener(c: Connection): void {
  dropWaiting(c);
  forgetSocket(c);
}

/**
 * Whether somebody else keeps the port from being bound. Two addresses collide if they are the same or one is "any".
 * SO_REUSEADDR on both sides allows it unless the other listens, and SO_REUSEPORT on both sides always.
 */
function isPortTaken(c: Connection, address: u32, port: u32): bool {
  for (let i: u32 = 1, left = connectionsUsed(); i <= connectionsMax() && left != 0; i++) {
    const other = connectionAt(i);
    if (other.number == 0) continue;
    left--;
    if (other.kind == 0 || other == c || localPort(other) != port) continue;
    if (address != 0 && other.localAddress != 0 && address != other.localAddress) continue;
    if (c.reusePort && other.reusePort) continue;
    if (!c.reuseAddress || !other.reuseAddress || other.state == LISTEN) return true;
  }
  return false;
}

function isOtherListening(c: Connection): bool {
  for (let i: u32 = 1; i <= connectionsMax(); i++) {
    const other = connectionAt(i);
    if (other == c || other.number == 0 || other.state != LISTEN || localPort(other) != localPort(c)) continue;
    if (c.reusePort && other.reusePort) continue;
    if (c.localAddress == 0 || other.localAddress == 0 || c.localAddress == other.localAddress) return true;
  }
  return false;
}

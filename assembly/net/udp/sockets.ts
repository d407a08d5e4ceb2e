// The table of UDP sockets: who is bound where, and to whom connected.
// Read first: RFC 768; RFC 1122 §4.1.3.5. Receiving: input.ts, queue.ts. Sending: output.ts.
//
// A handle is the socket's index plus 1, so that 0 is none.

import { UDP_SOCKETS_MAX } from "../../base/limits";
import { takeMemory } from "../../mm/heap";
import { isOwnAddress } from "../interface";
import { isLoopback } from "../address";
import { ANY_INTERFACE, routeTo, sourceAddressFor, TIME_TO_LIVE } from "../ipv4/output";
import { PORT_EPHEMERAL_COUNT, PORT_EPHEMERAL_FIRST, randomPort } from "../random";
import { giveChain, Packet } from "../packets";

export const UDP_OK: u32 = 0;
/** The port is taken. */
export const UDP_IN_USE: u32 = 1;
/** The address is not one of ours. */
export const UDP_NOT_OURS: u32 = 2;
export const UDP_NO_ROUTE: u32 = 3;
/** No room now; later it may work. */
export const UDP_AGAIN: u32 = 4;
export const UDP_TOO_BIG: u32 = 5;
/** Neither connected nor told where to send to. */
export const UDP_NO_DESTINATION: u32 = 6;
/** To all, without having been allowed. */
export const UDP_NOT_ALLOWED: u32 = 7;

/** RFC 1112 §6.1: not beyond this network, unless somebody says so. */
const GROUP_TIME_TO_LIVE: u32 = 1;

@final @unmanaged
export class UdpSocket {
  isOpen: u32;
  /** 0: any of ours. */
  localAddress: u32;
  /** 0: not bound. */
  localPort: u32;
  /** 0: not connected. */
  remoteAddress: u32;
  remotePort: u32;
  /** Whether localAddress came with connecting and goes with disconnecting. */
  isAddressOfRoute: u32;
  mayBroadcast: u32;
  /** ERROR_* of an ICMP message, until somebody asks (RFC 1122 §4.1.3.3). */
  error: u32;
  /** The first and the last datagram that wait. */
  first: usize;
  last: usize;
  /** Packet buffers they take. */
  buffers: u32;
  /** Whether others that have it set, too, may have the same address and port. */
  sharesAddress: u32;
  /** The same by SO_REUSEPORT, which only those understand who have that set. */
  sharesPort: u32;
  /** Of what goes to a host, and of what goes to a group. */
  timeToLive: u32;
  groupTimeToLive: u32;
  /** Whether what is sent to a group comes back to the members on this machine. */
  loopsGroups: u32;
  /** What shutting down has ended. */
  isReadShut: u32;
  isWriteShut: u32;
}

let sockets: usize = 0;
/** No socket at or after this index is open. */
let end: u32 = 0;

/** Before the heap is locked. */
export function initialiseUdp(): void {
  sockets = takeMemory(UDP_SOCKETS_MAX * <u32>offsetof<UdpSocket>(), 8);
  end = 0;
}

function socketAt(index: u32): UdpSocket {
  return changetype<UdpSocket>(sockets + <usize>index * offsetof<UdpSocket>());
}

/** The open socket of a handle. */
export function udpSocket(handle: u32): UdpSocket {
  assert(handle - 1 < end && socketAt(handle - 1).isOpen != 0, "no such UDP socket");
  return socketAt(handle - 1);
}

/** A new socket; 0 if there are too many. */
export function udpOpen(): u32 {
  for (let i: u32 = 0; i < UDP_SOCKETS_MAX; i++) {
    const socket = socketAt(i);
    if (socket.isOpen != 0) continue;
    memory.fill(changetype<usize>(socket), 0, offsetof<UdpSocket>());
    socket.isOpen = 1;
    socket.timeToLive = TIME_TO_LIVE;
    socket.groupTimeToLive = GROUP_TIME_TO_LIVE;
    socket.loopsGroups = 1;
    end = max<u32>(end, i + 1);
    return i + 1;
  }
  return 0;
}

export function udpClose(handle: u32): void {
  const socket = udpSocket(handle);
  while (socket.first != 0) {
    const datagram = socket.first;
    socket.first = changetype<Packet>(datagram).nextDatagram;
    giveChain(datagram);
  }
  socket.isOpen = 0;
  while (end != 0 && socketAt(end - 1).isOpen == 0) end--;
}

/** Sockets that are open. */
export function udpSocketCount(): u32 {
  let open: u32 = 0;
  for (let i: u32 = 0; i < end; i++) open += socketAt(i).isOpen;
  return open;
}

/** Binds to one of our addresses or (0) all, and to a port or (0) a random one. A socket is bound once. */
export function udpBind(handle: u32, address: u32, port: u32): u32 {
  const socket = udpSocket(handle);
  if (socket.localPort != 0) return UDP_IN_USE;
  if (address != 0 && !isOwnAddress(address) && !isLoopback(address)) return UDP_NOT_OURS;
  if (port == 0) port = freePort(address);
  if (port == 0 || isTaken(address, port, socket)) return UDP_IN_USE;
  socket.localAddress = address;
  socket.localPort = port;
  return UDP_OK;
}

/** Only datagrams from there are received, and errors are reported; address 0 undoes it. */
export function udpConnect(handle: u32, address: u32, port: u32): u32 {
  const socket = udpSocket(handle);
  if (socket.isAddressOfRoute != 0) {
    socket.localAddress = 0;
    socket.isAddressOfRoute = 0;
  }
  socket.remoteAddress = 0;
  socket.remotePort = 0;
  if (address == 0) return UDP_OK;
  const route = routeTo(address, ANY_INTERFACE);
  if (route == 0) return UDP_NO_ROUTE;
  if (socket.localPort == 0) {
    const bound = udpBind(handle, 0, 0);
    if (bound != UDP_OK) return bound;
  }
  if (socket.localAddress == 0) {
    socket.localAddress = isOwnAddress(address) ? address : sourceAddressFor(route);
    socket.isAddressOfRoute = 1;
  }
  socket.remoteAddress = address;
  socket.remotePort = port;
  return UDP_OK;
}

/** Whether it may send to broadcast addresses; at first it may not. */
export function udpAllowBroadcast(handle: u32, allowed: bool): void {
  udpSocket(handle).mayBroadcast = allowed ? 1 : 0;
}

/** Before udpBind(): share the address and port with others that do. A datagram is still for one alone, the first that fits best. */
export function udpShareAddress(handle: u32, shares: bool): void {
  udpSocket(handle).sharesAddress = shares ? 1 : 0;
}

/** The same, among those that have this set. */
export function udpSharePort(handle: u32, shares: bool): void {
  udpSocket(handle).sharesPort = shares ? 1 : 0;
}

/** Ends receiving, sending, or both; false: it is not connected, which ends them all the same, as on Linux. */
export function udpShutdown(handle: u32, reading: bool, writing: bool): bool {
  const socket = udpSocket(handle);
  if (reading) socket.isReadShut = 1;
  if (writing) socket.isWriteShut = 1;
  return socket.remotePort != 0;
}

/** The ERROR_* that an ICMP message reported, forgotten once it is told; 0: none. */
export function udpTakeError(handle: u32): u32 {
  const error = udpSocket(handle).error;
  udpSocket(handle).error = 0;
  return error;
}

/**
 * The handle of the socket for a datagram from `remote` to `local`: one connected to exactly that remote wins over one
 * that is bound to the address, and that over one bound to all. 0: nobody.
 */
export function findUdpSocket(local: u32, localPort: u32, remote: u32, remotePort: u32): u32 {
  let best: u32 = 0;
  let bestScore: u32 = 0;
  for (let i: u32 = 0; i < end; i++) {
    const socket = socketAt(i);
    if (socket.localPort != localPort || socket.isOpen == 0) continue;
    if (socket.localAddress != 0 && socket.localAddress != local) continue;
    if (socket.remotePort != 0 && (socket.remotePort != remotePort || socket.remoteAddress != remote)) continue;
    const score: u32 = 1 + (socket.remotePort != 0 ? 2 : 0) + (socket.localAddress != 0 ? 1 : 0);
    if (score <= bestScore) continue;
    best = i + 1;
    bestScore = score;
  }
  return best;
}

/** Whether others keep the socket `one` from being bound there; null: one that shares nothing. */
function isTaken(address: u32, port: u32, one: UdpSocket | null): bool {
  for (let i: u32 = 0; i < end; i++) {
    const socket = socketAt(i);
    if (socket.isOpen == 0 || socket.localPort != port || (one != null && doShare(socket, one))) continue;
    // What connecting has set does not narrow what the socket is bound to.
    const bound: u32 = socket.isAddressOfRoute != 0 ? 0 : socket.localAddress;
    if (address == 0 || bound == 0 || bound == address) return true;
  }
  return false;
}

function doShare(one: UdpSocket, other: UdpSocket): bool {
  return (one.sharesAddress & other.sharesAddress) != 0 || (one.sharesPort & other.sharesPort) != 0;
}

/** A free port, from a random one onwards (RFC 6056 §3.3.1); 0: none. */
function freePort(address: u32): u32 {
  let offset = randomPort() - PORT_EPHEMERAL_FIRST;
  for (let tries: u32 = 0; tries < PORT_EPHEMERAL_COUNT; tries++) {
    if (!isTaken(address, PORT_EPHEMERAL_FIRST + offset, null)) return PORT_EPHEMERAL_FIRST + offset;
    offset = (offset + 1) % PORT_EPHEMERAL_COUNT;
  }
  return 0;
}

// The two ends of a socket, as POSIX getsockname() and getpeername().
// Read first: sock-open.ts.

import { tcpLocalAddress, tcpLocalPort, tcpPeerAddress, tcpPeerPort, tcpState } from "../net/tcp/socket";
import { ESTABLISHED } from "../net/tcp/spec";
import { udpSocket } from "../net/udp/sockets";
import { takeTurn } from "../sockets/turn";
import { checkSocket, descriptorAt, KIND_DATAGRAMS } from "./descriptors";
import { NOTCONN, SUCCESS } from "./spec";

let address: u32 = 0;
let port: u32 = 0;

/** What the last call has found, in host order. */
export function foundAddress(): u32 {
  return address;
}

export function foundPort(): u32 {
  return port;
}

/** Its own address and port; 0: any, or none yet. */
export function findLocalName(descriptor: u32): u32 {
  const error = checkSocket(descriptor);
  if (error != SUCCESS) return error;
  const entry = descriptorAt(descriptor);
  if (entry.kind == KIND_DATAGRAMS) {
    address = udpSocket(entry.node).localAddress;
    port = udpSocket(entry.node).localPort;
  } else {
    address = tcpLocalAddress(entry.node);
    port = tcpLocalPort(entry.node);
  }
  return SUCCESS;
}

/** Whom it is connected to. */
export function findPeerName(descriptor: u32): u32 {
  const error = checkSocket(descriptor);
  if (error != SUCCESS) return error;
  const entry = descriptorAt(descriptor);
  takeTurn();
  if (entry.kind == KIND_DATAGRAMS) {
    address = udpSocket(entry.node).remoteAddress;
    port = udpSocket(entry.node).remotePort;
    return address == 0 ? NOTCONN : SUCCESS;
  }
  if (tcpState(entry.node) < ESTABLISHED) return NOTCONN;
  address = tcpPeerAddress(entry.node);
  port = tcpPeerPort(entry.node);
  return SUCCESS;
}

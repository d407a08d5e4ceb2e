// Connecting, as POSIX connect(): a TCP socket begins a connection and waits for it, unless its descriptor does not block; a
// UDP socket remembers whom it talks to.
// Read first: sock-open.ts, sock-wait.ts; net/tcp/socket.ts.
//
//   does not block:   INPROGRESS, then ALREADY until poll_oneoff finds it writable; then ISCONN, or what takeSocketError() says

import { ADDRESS_LOOPBACK, isHostAddress, isLoopback } from "../net/address";
import { tcpConnect, tcpError, tcpReadiness, tcpState } from "../net/tcp/socket";
import { SYN_RECEIVED, SYN_SENT } from "../net/tcp/spec";
import { TCP_FAILED, TCP_IN_PROGRESS, TCP_UNREACHABLE } from "../net/tcp/status";
import { udpConnect, udpTakeError } from "../net/udp/sockets";
import { awaitRoute } from "../sockets/await";
import { takeTurn } from "../sockets/turn";
import { checkSocket, Descriptor, descriptorAt, KIND_DATAGRAMS, KIND_LISTENER } from "./descriptors";
import { errnoOf, errnoOfUdp, errnoOfUdpError } from "./sock-errno";
import { sendDeadline, waitUntil } from "./sock-wait";
import { ALREADY, FDFLAG_NONBLOCK, INPROGRESS, ISCONN, NETUNREACH, SUCCESS } from "./spec";

/** Address 0 is this machine, as on Linux. The first connection waits for DHCP, whether it blocks or not. */
export function connectSocket(descriptor: u32, address: u32, port: u32): u32 {
  const error = checkSocket(descriptor);
  if (error != SUCCESS) return error;
  const entry = descriptorAt(descriptor);
  if (entry.kind == KIND_LISTENER) return ISCONN;
  if (address == 0) address = ADDRESS_LOOPBACK;
  takeTurn();
  awaitRoute(address);
  if (entry.kind == KIND_DATAGRAMS) return errnoOfUdp(udpConnect(entry.node, address, port));
  if (!isConnecting(entry.node)) {
    if ((tcpReadiness(entry.node) & TCP_FAILED) != 0) return errnoOf(tcpError(entry.node));
    // There is no connection with many.
    if (!isHostAddress(address) && !isLoopback(address)) return NETUNREACH;
    const status = tcpConnect(entry.node, address, port);
    if (status == TCP_UNREACHABLE) return NETUNREACH;
    if (status != TCP_IN_PROGRESS) return errnoOf(status);
    if ((entry.flags & FDFLAG_NONBLOCK) != 0) return INPROGRESS;
  }
  return awaitConnection(entry);
}

function awaitConnection(entry: Descriptor): u32 {
  const deadline = sendDeadline(entry);
  takeTurn();
  while (isConnecting(entry.node)) {
    if (!waitUntil(deadline)) return (entry.flags & FDFLAG_NONBLOCK) != 0 ? ALREADY : INPROGRESS;
  }
  return errnoOf(tcpError(entry.node));
}

function isConnecting(socket: u32): bool {
  const state = tcpState(socket);
  return state == SYN_SENT || state == SYN_RECEIVED;
}

/** What has gone wrong with a socket since somebody asked, told once (SO_ERROR); SUCCESS: nothing. */
export function takeSocketError(entry: Descriptor): u32 {
  takeTurn();
  return entry.kind == KIND_DATAGRAMS ? errnoOfUdpError(udpTakeError(entry.node)) : errnoOf(tcpError(entry.node));
}

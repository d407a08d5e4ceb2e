// The "sock" calls of preview 1: accepting, and what read and write cannot say. A stream is no socket (NOTSOCK), a number that
// is not open nothing (BADF).
// Read first: sock-data.ts, which moves the bytes.

import { HAS_SOCKETS } from "../base/features";
import { DESCRIPTORS_MAX } from "../base/limits";
import { tcpAccept, tcpShutdown, tcpStopListening } from "../net/tcp/socket";
import { udpShutdown } from "../net/udp/sockets";
import { takeTurn } from "../sockets/turn";
import { inApplication, putU16, putU32 } from "./application-memory";
import {
  checkSocket, descriptorAt, freeDescriptor, hasRights, isOpen, isSocket, KIND_CONNECTION, KIND_DATAGRAMS, KIND_LISTENER, kindOf,
  openConnectionDescriptor,
} from "./descriptors";
import { movedBytes, receive, send, wasCut } from "./sock-data";
import { errnoOf } from "./sock-errno";
import { receiveDeadline, waitUntil } from "./sock-wait";
import {
  BADF, AGAIN, FAULT, FDFLAG_APPEND, FDFLAG_NONBLOCK, FDFLAGS_ALL, INVAL, MFILE, NOTCAPABLE, NOTCONN, NOTSOCK, NOTSUP,
  RECV_DATA_TRUNCATED, RIFLAGS_ALL, RIGHT_SOCK_ACCEPT, RIGHT_SOCK_SHUTDOWN, SDFLAG_RD, SDFLAG_WR, SDFLAGS_ALL, SUCCESS,
} from "./spec";
import { openVectors } from "./vectors";

/** The flags are those that the new descriptor gets. */
export function sock_accept(descriptor: u32, flags: u32, accepted: u32): u32 {
  if (!inApplication(accepted, 4)) return FAULT;
  const error = checkSocket(descriptor);
  if (!HAS_SOCKETS) return error;
  if (error != SUCCESS) return error;
  if (kindOf(descriptor) == KIND_DATAGRAMS) return NOTSUP;
  if ((flags & ~FDFLAGS_ALL) != 0 || kindOf(descriptor) != KIND_LISTENER) return INVAL;
  if ((flags & ~(FDFLAG_APPEND | FDFLAG_NONBLOCK)) != 0) return NOTSUP;
  if (!hasRights(descriptor, RIGHT_SOCK_ACCEPT)) return NOTCAPABLE;
  const number = freeDescriptor();
  if (number == DESCRIPTORS_MAX) return MFILE;
  const listener = descriptorAt(descriptor);
  const deadline = receiveDeadline(listener);
  takeTurn();
  let socket = tcpAccept(listener.node);
  while (socket == 0) {
    if (!waitUntil(deadline)) return AGAIN;
    socket = tcpAccept(listener.node);
  }
  openConnectionDescriptor(number, socket, listener.inheriting, flags);
  putU32(accepted, number);
  return SUCCESS;
}

/** A stream is never cut; a datagram may be, which is the one flag that is ever returned. */
export function sock_recv(
  descriptor: u32, vectors: u32, count: u32, flags: u32, received: u32, receivedFlags: u32,
): u32 {
  if (!inApplication(received, 4) || !inApplication(receivedFlags, 2)) return FAULT;
  let error = openVectors(vectors, count);
  if (error == SUCCESS) error = checkSocket(descriptor);
  if (!HAS_SOCKETS) return error;
  if (error != SUCCESS) return error;
  if ((flags & ~RIFLAGS_ALL) != 0) return INVAL;
  error = receive(descriptor, flags);
  if (error != SUCCESS) return error;
  putU32(received, movedBytes());
  putU16(receivedFlags, wasCut() ? RECV_DATA_TRUNCATED : 0);
  return SUCCESS;
}

/** Preview 1 defines no flags. */
export function sock_send(descriptor: u32, vectors: u32, count: u32, flags: u32, sent: u32): u32 {
  if (!inApplication(sent, 4)) return FAULT;
  let error = openVectors(vectors, count);
  if (error == SUCCESS) error = checkSocket(descriptor);
  if (!HAS_SOCKETS) return error;
  if (error != SUCCESS) return error;
  if (flags != 0) return INVAL;
  error = send(descriptor);
  if (error == SUCCESS) putU32(sent, movedBytes());
  return error;
}

export function sock_shutdown(descriptor: u32, how: u32): u32 {
  if (!isOpen(descriptor)) return BADF;
  if (how == 0 || (how & ~SDFLAGS_ALL) != 0) return INVAL;
  if (!HAS_SOCKETS) return NOTSOCK;
  if (!isSocket(descriptor)) return NOTSOCK;
  const isListener = kindOf(descriptor) == KIND_LISTENER;
  // One that is open from the start stays open.
  if (!hasRights(descriptor, RIGHT_SOCK_SHUTDOWN)) return isListener ? NOTCONN : NOTCAPABLE;
  takeTurn();
  const entry = descriptorAt(descriptor);
  const reading = (how & SDFLAG_RD) != 0;
  const writing = (how & SDFLAG_WR) != 0;
  if (entry.kind == KIND_DATAGRAMS) return udpShutdown(entry.node, reading, writing) ? SUCCESS : NOTCONN;
  if (!isListener) return errnoOf(tcpShutdown(entry.node, reading, writing));
  // As on Linux: a listener has nothing to write, and without reading it listens no more.
  if (reading) {
    tcpStopListening(entry.node);
    entry.kind = KIND_CONNECTION;
  }
  return SUCCESS;
}

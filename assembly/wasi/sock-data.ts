// Bytes between a connection's rings and the application's vectors, copied once; and waiting for them, as POSIX has it:
// reading waits for the first byte, writing until all are in the ring, and a descriptor that does not block for neither.
// Datagrams go through sock-datagrams.ts.
// Read first: net/tcp/stream.ts, sockets/turn.ts. The caller has opened the vectors and checked that it is a socket.

import * as app from "../host/app";
import { tcpError, tcpReadiness } from "../net/tcp/socket";
import { TCP_FAILED, TCP_OK, TCP_WOULD_BLOCK } from "../net/tcp/status";
import {
  tcpPeekAt, tcpPeekBytes, tcpReceiveAt, tcpReceiveBytes, tcpReceiveConsume, tcpReceiveStatus, tcpSendAt, tcpSendCommit,
  tcpSendPart, tcpSendSpace, tcpSendStatus,
} from "../net/tcp/stream";
import { takeTurn } from "../sockets/turn";
import { descriptorAt, hasRights, KIND_DATAGRAMS, KIND_LISTENER } from "./descriptors";
import { datagramBytes, receiveDatagram, sendDatagramTo, wasDatagramCut } from "./sock-datagrams";
import { errnoOf } from "./sock-errno";
import { AT_ONCE, receiveDeadline, sendDeadline, waitUntil } from "./sock-wait";
import {
  AGAIN, NOTCAPABLE, NOTCONN, RECV_PEEK, RECV_WAITALL, RIGHT_FD_READ, RIGHT_FD_WRITE, SUCCESS,
} from "./spec";
import { partAt, takePart, vectorsLength } from "./vectors";

let moved: u32 = 0;
let isCut: bool = false;

/** Whether the last call received a part of a datagram. */
export function wasCut(): bool {
  return isCut;
}

/** Bytes that the last call moved. */
export function movedBytes(): u32 {
  return moved;
}

/** Fills the vectors. With RECV_PEEK the bytes stay, and RECV_WAITALL means nothing, as POSIX allows. */
export function receive(descriptor: u32, flags: u32): u32 {
  moved = 0;
  isCut = false;
  const entry = descriptorAt(descriptor);
  if (entry.kind == KIND_LISTENER) return NOTCONN;
  if (!hasRights(descriptor, RIGHT_FD_READ)) return NOTCAPABLE;
  if (entry.kind == KIND_DATAGRAMS) {
    const status = receiveDatagram(entry, flags);
    moved = datagramBytes();
    isCut = wasDatagramCut();
    return status;
  }
  const deadline = receiveDeadline(entry);
  const isPeeking = (flags & RECV_PEEK) != 0;
  const wantsAll = (flags & RECV_WAITALL) != 0 && deadline != AT_ONCE && !isPeeking;
  takeTurn();
  let error = receiveNow(entry.node, isPeeking, wantsAll);
  while (error == AGAIN && waitUntil(deadline)) error = receiveNow(entry.node, isPeeking, wantsAll);
  return error == AGAIN && moved != 0 ? SUCCESS : error;
}

/** AGAIN: not enough has come. What has is kept over an error, which the next call tells. */
function receiveNow(socket: u32, isPeeking: bool, wantsAll: bool): u32 {
  if (isPeeking) copyPeeked(socket);
  else copyReceived(socket);
  if (moved == vectorsLength() || (moved != 0 && !wantsAll)) return SUCCESS;
  const status = tcpReceiveStatus(socket);
  if ((tcpReadiness(socket) & TCP_FAILED) != 0) return moved != 0 ? SUCCESS : errnoOf(tcpError(socket));
  if (status == TCP_WOULD_BLOCK) return AGAIN;
  return moved != 0 ? SUCCESS : errnoOf(status);
}

function copyReceived(socket: u32): void {
  while (moved < vectorsLength()) {
    const there = tcpReceiveBytes(socket);
    if (there == 0) return;
    const bytes = takePart(there);
    app.copyOut(partAt(), tcpReceiveAt(socket), bytes);
    tcpReceiveConsume(socket, bytes);
    moved += bytes;
  }
}

function copyPeeked(socket: u32): void {
  while (moved < vectorsLength()) {
    const there = tcpPeekBytes(socket, moved);
    if (there == 0) return;
    const bytes = takePart(there);
    app.copyOut(partAt(), tcpPeekAt(socket, moved), bytes);
    moved += bytes;
  }
}

/** Sends the vectors; a datagram to whom the socket is connected. */
export function send(descriptor: u32): u32 {
  return sendTo(descriptor, 0, 0);
}

/** The same with a datagram's address; port 0: none is said. A stream has one already. */
export function sendTo(descriptor: u32, address: u32, port: u32): u32 {
  moved = 0;
  const entry = descriptorAt(descriptor);
  if (entry.kind == KIND_LISTENER) return NOTCONN;
  if (!hasRights(descriptor, RIGHT_FD_WRITE)) return NOTCAPABLE;
  if (entry.kind == KIND_DATAGRAMS) {
    const status = sendDatagramTo(entry, address, port);
    moved = datagramBytes();
    return status;
  }
  const deadline = sendDeadline(entry);
  takeTurn();
  let error = sendNow(entry.node);
  while (error == AGAIN && waitUntil(deadline)) error = sendNow(entry.node);
  return error == AGAIN && moved != 0 ? SUCCESS : error;
}

/** AGAIN: there is no room for all. */
function sendNow(socket: u32): u32 {
  copySent(socket);
  if (moved == vectorsLength()) return SUCCESS;
  if ((tcpReadiness(socket) & TCP_FAILED) != 0) return moved != 0 ? SUCCESS : errnoOf(tcpError(socket));
  const status = tcpSendStatus(socket);
  if (status == TCP_WOULD_BLOCK || status == TCP_OK) return AGAIN;
  return moved != 0 ? SUCCESS : errnoOf(status);
}

function copySent(socket: u32): void {
  while (moved < vectorsLength()) {
    const room = tcpSendSpace(socket);
    if (room == 0) return;
    const bytes = takePart(room);
    app.copyIn(tcpSendAt(socket), partAt(), bytes);
    moved += bytes;
    if (moved < vectorsLength()) tcpSendPart(socket, bytes);
    else tcpSendCommit(socket, bytes);
  }
}

// The bytes of a connection, between the application and the rings: the caller copies once, in pieces that lie in one run.
// Read first: socket.ts; send-buffer.ts, receive-buffer.ts.
//
//   write:  while (bytes left && (space = tcpSendSpace(n)) != 0) { copy to tcpSendAt(n); tcpSendCommit(n, bytes); }
//           with more to follow at once, tcpSendPart() in place of tcpSendCommit()
//   read:   while (room left && (bytes = tcpReceiveBytes(n)) != 0) { copy from tcpReceiveAt(n); tcpReceiveConsume(n, bytes); }

import { Connection, hasBegun } from "./connection";
import { sendAck } from "./emit";
import { output } from "./output";
import {
  consumeReceived, isWindowWorthTelling, receiveAt, receiveAtAfter, receivePiece, receivePieceAfter,
} from "./receive-buffer";
import { sendAt, sendBuffered, sendSpace } from "./send-buffer";
import { ownedSocket } from "./socket";
import { CLOSE_WAIT, CLOSED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, LISTEN, SYN_RECEIVED, SYN_SENT } from "./spec";
import { TCP_NOT_CONNECTED, TCP_OK, TCP_SHUT_DOWN, TCP_WOULD_BLOCK } from "./status";

/** What a write would answer if there is no space: TCP_OK means that there is. An error of the connection comes first (tcpError). */
export function tcpSendStatus(number: u32): u32 {
  const c = ownedSocket(number);
  if (c.isFinQueued) return TCP_SHUT_DOWN;
  if (c.state == SYN_SENT || c.state == SYN_RECEIVED) return TCP_WOULD_BLOCK;
  if (c.state == CLOSED) return hasBegun(c) ? TCP_SHUT_DOWN : TCP_NOT_CONNECTED;
  if (!mayWrite(c)) return c.state == LISTEN ? TCP_NOT_CONNECTED : TCP_SHUT_DOWN;
  return sendSpace(c) != 0 ? TCP_OK : TCP_WOULD_BLOCK;
}

/** Bytes that can be written in one run at tcpSendAt(); 0: none now. */
export function tcpSendSpace(number: u32): u32 {
  const c = ownedSocket(number);
  return mayWrite(c) ? sendSpace(c) : 0;
}

/** Where they go. Only after tcpSendSpace() was more than 0. */
export function tcpSendAt(number: u32): usize {
  const c = ownedSocket(number);
  assert(c.sendRing != 0, "no space was asked for");
  return sendAt(c);
}

/** `bytes` bytes were written there: they are sent as soon as they may. */
export function tcpSendCommit(number: u32, bytes: u32): void {
  const c = ownedSocket(number);
  if (bytes == 0) return;
  assert(mayWrite(c) && bytes <= sendSpace(c), "more was written than there was space");
  c.sndEnd += bytes;
  output(c);
}

/** The same in the middle of a larger write: only full segments are sent before the rest has come. */
export function tcpSendPart(number: u32, bytes: u32): void {
  const c = ownedSocket(number);
  c.isMoreComing = true;
  tcpSendCommit(number, bytes);
  c.isMoreComing = false;
}

/** Bytes written that the peer has not acknowledged; 0 also means that the FIN was, if there was one. */
export function tcpUnsent(number: u32): u32 {
  const c = ownedSocket(number);
  if (c.state < ESTABLISHED) return 0;
  return sendBuffered(c) + (c.isFinQueued && c.sndUna != c.sndEnd + 1 ? 1 : 0);
}

/** What a read would answer if there are no bytes: TCP_OK means the end of the data. An error comes first (tcpError). */
export function tcpReceiveStatus(number: u32): u32 {
  const c = ownedSocket(number);
  if (c.isReadShut) return TCP_OK;
  if (c.state == ESTABLISHED || c.state == FIN_WAIT_1 || c.state == FIN_WAIT_2) return TCP_WOULD_BLOCK;
  if (c.state == SYN_SENT || c.state == SYN_RECEIVED) return TCP_WOULD_BLOCK;
  if (c.state == LISTEN || (c.state == CLOSED && !hasBegun(c))) return TCP_NOT_CONNECTED;
  return TCP_OK;
}

/** Bytes that can be read in one run at tcpReceiveAt(). */
export function tcpReceiveBytes(number: u32): u32 {
  return receivePiece(ownedSocket(number));
}

/** All bytes that can be read, in however many runs. */
export function tcpReceiveTotal(number: u32): u32 {
  const c = ownedSocket(number);
  return c.rcvData - c.rcvRead;
}

export function tcpReceiveAt(number: u32): usize {
  return receiveAt(ownedSocket(number));
}

/** Bytes in one run behind the first `offset` that can be read, and where they are: for looking without reading. */
export function tcpPeekBytes(number: u32, offset: u32): u32 {
  return receivePieceAfter(ownedSocket(number), offset);
}

export function tcpPeekAt(number: u32, offset: u32): usize {
  return receiveAtAfter(ownedSocket(number), offset);
}

/** `bytes` of them were read. */
export function tcpReceiveConsume(number: u32, bytes: u32): void {
  const c = ownedSocket(number);
  consumeReceived(c, bytes);
  const isOpen = c.state == ESTABLISHED || c.state == FIN_WAIT_1 || c.state == FIN_WAIT_2;
  if (isOpen && isWindowWorthTelling(c)) sendAck(c);
}

function mayWrite(c: Connection): bool {
  return (c.state == ESTABLISHED || c.state == CLOSE_WAIT) && !c.isFinQueued;
}

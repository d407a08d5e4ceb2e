// Datagrams between a UDP socket's queue and the application's vectors. One call moves one datagram: what does not fit into
// the vectors is gone, and what is larger than a datagram can be is MSGSIZE.
// Read first: net/udp/queue.ts, sock-data.ts. The caller has opened the vectors and checked that it is a UDP socket.

import * as app from "../host/app";
import { ADDRESS_LOOPBACK } from "../net/address";
import { Packet } from "../net/packets";
import { UDP_DATA_BYTES_MAX, udpSend } from "../net/udp/output";
import { datagramAt, datagramRun, udpDiscard, udpPeek } from "../net/udp/queue";
import { UDP_AGAIN, udpSocket, udpTakeError } from "../net/udp/sockets";
import { awaitRoute } from "../sockets/await";
import { datagramRoom } from "../sockets/start";
import { takeTurn } from "../sockets/turn";
import { monotonic } from "../time/clock";
import { Descriptor } from "./descriptors";
import { errnoOfUdp, errnoOfUdpError } from "./sock-errno";
import { AT_ONCE, receiveDeadline, sendDeadline, waitUntil } from "./sock-wait";
import { AGAIN, MSGSIZE, PIPE, RECV_PEEK, SUCCESS } from "./spec";
import { gather, partAt, takePart, vectorsLength } from "./vectors";

/** No event says that a packet buffer is free again: one looks. */
const LOOK_INTERVAL: u64 = 1000000;

let moved: u32 = 0;
let isCut: bool = false;
let address: u32 = 0;
let port: u32 = 0;

/** Bytes that the last call moved. */
export function datagramBytes(): u32 {
  return moved;
}

/** Whether some of the datagram received last found no room. */
export function wasDatagramCut(): bool {
  return isCut;
}

/** Who has sent the datagram received last. */
export function senderAddress(): u32 {
  return address;
}

export function senderPort(): u32 {
  return port;
}

/** Fills the vectors with a datagram, which stays if `flags` have RECV_PEEK. */
export function receiveDatagram(entry: Descriptor, flags: u32): u32 {
  const deadline = receiveDeadline(entry);
  takeTurn();
  for (;;) {
    const error = udpTakeError(entry.node);
    if (error != 0) return errnoOfUdpError(error);
    if (udpPeek(entry.node) != 0) break;
    if (udpSocket(entry.node).isReadShut != 0) return nothingCame();
    if (!waitUntil(deadline)) return AGAIN;
  }
  copyDatagram(udpPeek(entry.node));
  if ((flags & RECV_PEEK) == 0) udpDiscard(entry.node);
  return SUCCESS;
}

/** Receiving was ended: as at the end of a stream. */
function nothingCame(): u32 {
  moved = 0;
  isCut = false;
  address = 0;
  port = 0;
  return SUCCESS;
}

function copyDatagram(at: usize): void {
  const datagram = changetype<Packet>(at);
  address = datagram.source;
  port = <u32>datagram.sourcePort;
  isCut = datagram.total > vectorsLength();
  const bytes = min<u32>(datagram.total, vectorsLength());
  for (moved = 0; moved < bytes;) {
    const part = takePart(min<u32>(datagramRun(at, moved), bytes - moved));
    app.copyOut(partAt(), datagramAt(at, moved), part);
    moved += part;
  }
}

/** Sends the vectors as one datagram; port 0: to whom the socket is connected. Address 0 is this machine. */
export function sendDatagramTo(entry: Descriptor, to: u32, toPort: u32): u32 {
  moved = 0;
  if (vectorsLength() > UDP_DATA_BYTES_MAX) return MSGSIZE;
  takeTurn();
  const error = udpTakeError(entry.node);
  if (error != 0) return errnoOfUdpError(error);
  if (udpSocket(entry.node).isWriteShut != 0) return PIPE;
  if (toPort == 0) to = udpSocket(entry.node).remoteAddress;
  else if (to == 0) to = ADDRESS_LOOPBACK;
  if (to != 0) awaitRoute(to);
  gather(datagramRoom(), vectorsLength());
  const status = sendWhenThereIsRoom(entry, to, toPort == 0 ? udpSocket(entry.node).remotePort : toPort);
  if (status == SUCCESS) moved = vectorsLength();
  return status;
}

function sendWhenThereIsRoom(entry: Descriptor, to: u32, toPort: u32): u32 {
  const deadline = sendDeadline(entry);
  let status = udpSend(entry.node, to, toPort, datagramRoom(), vectorsLength());
  while (status == UDP_AGAIN) {
    if (deadline == AT_ONCE || monotonic() >= deadline) return AGAIN;
    waitUntil(min<u64>(deadline, monotonic() + LOOK_INTERVAL));
    status = udpSend(entry.node, to, toPort, datagramRoom(), vectorsLength());
  }
  return errnoOfUdp(status);
}

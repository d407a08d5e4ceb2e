// A question to a name server over TCP, for answers that do not fit into a datagram.
// Read first: RFC 7766 §5, §8 (a message comes after its length in two bytes); RFC 1035 §4.2.2.
//
// One question a connection: the answer then begins where the ring of received data begins, and lies in one piece.

import { areTcpTablesMade } from "../tcp/memory";
import { tcpClose, tcpConnect, tcpOpen, tcpReadiness } from "../tcp/socket";
import { TCP_FAILED, TCP_IN_PROGRESS, TCP_PEER_DONE } from "../tcp/status";
import { tcpReceiveAt, tcpReceiveBytes, tcpSendAt, tcpSendCommit, tcpSendSpace } from "../tcp/stream";
import { DNS_PORT } from "../wire/dns";
import { get16, put16 } from "../wire/order";

const LENGTH_BYTES: u32 = 2;

/** Begins a connection to a server; its socket, 0 if that cannot be. */
export function openStream(server: u32): u32 {
  const socket = areTcpTablesMade() ? tcpOpen() : 0;
  if (socket == 0) return 0;
  if (tcpConnect(socket, server, DNS_PORT) == TCP_IN_PROGRESS) return socket;
  tcpClose(socket);
  return 0;
}

/** Sends the question; false if the connection is not made yet. */
export function sendOnStream(socket: u32, message: usize, bytes: u32): bool {
  if (tcpSendSpace(socket) < LENGTH_BYTES + bytes) return false;
  const at = tcpSendAt(socket);
  put16(at, bytes);
  memory.copy(at + LENGTH_BYTES, message, bytes);
  tcpSendCommit(socket, LENGTH_BYTES + bytes);
  return true;
}

/** Bytes of the answer at streamAnswerAt(); 0: it has not all come. */
export function streamAnswerBytes(socket: u32): u32 {
  const received = tcpReceiveBytes(socket);
  if (received < LENGTH_BYTES) return 0;
  const bytes = get16(tcpReceiveAt(socket));
  return bytes <= received - LENGTH_BYTES ? bytes : 0;
}

export function streamAnswerAt(socket: u32): usize {
  return tcpReceiveAt(socket) + LENGTH_BYTES;
}

/** Whether no more will come. */
export function hasStreamEnded(socket: u32): bool {
  return (tcpReadiness(socket) & (TCP_FAILED | TCP_PEER_DONE)) != 0;
}

// Closing sockets. What was written is still sent, without the application, which waits for that only if it has asked to
// (SO_LINGER, POSIX close()).
// Read first: turn.ts, net/tcp/socket.ts.

import { tcpClose, tcpShutdown } from "../net/tcp/socket";
import { tcpLingers, tcpLingerSeconds } from "../net/tcp/socket-options";
import { tcpUnsent } from "../net/tcp/stream";
import { udpClose } from "../net/udp/sockets";
import { monotonic } from "../time/clock";
import { sleepUntil, takeTurn } from "./turn";

const SECOND: u64 = 1000000000;

export function closeStream(socket: u32): void {
  takeTurn();
  if (tcpLingers(socket) && tcpLingerSeconds(socket) != 0) linger(socket, monotonic() + <u64>tcpLingerSeconds(socket) * SECOND);
  tcpClose(socket);
}

/** Until the peer has acknowledged everything, or the time is over. */
function linger(socket: u32, end: u64): void {
  tcpShutdown(socket, false, true);
  while (tcpUnsent(socket) != 0 && monotonic() < end) {
    sleepUntil(end);
    takeTurn();
  }
}

/** Datagrams that have not been read are gone. */
export function closeDatagrams(socket: u32): void {
  takeTurn();
  udpClose(socket);
}

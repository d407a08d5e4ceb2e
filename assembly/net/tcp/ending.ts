// The end of all connections at once: the application is gone, and what it wrote is not.
// Read first: socket.ts (tcpClose), stream.ts (tcpUnsent).

import { Connection, connectionAt, connectionsMax } from "./connection";
import { sendBuffered } from "./send-buffer";
import { tcpClose } from "./socket";
import { ESTABLISHED } from "./spec";

/** Closes every socket that somebody has open, as tcpClose(). */
export function closeEverySocket(): void {
  for (let i: u32 = 1; i <= connectionsMax(); i++) {
    const c = connectionAt(i);
    if (c.number != 0 && c.isOwned) tcpClose(c.number);
  }
}

/** Bytes of all connections that were written and not acknowledged, with one for each FIN. */
export function unacknowledgedBytes(): u64 {
  let sum: u64 = 0;
  for (let i: u32 = 1; i <= connectionsMax(); i++) {
    const c = connectionAt(i);
    if (c.number != 0 && c.state >= ESTABLISHED) sum += unacknowledged(c);
  }
  return sum;
}

function unacknowledged(c: Connection): u32 {
  return sendBuffered(c) + (c.isFinQueued && c.sndUna != c.sndEnd + 1 ? 1 : 0);
}

// The end of a connection: what it holds is given back, and the application is told once.
// Read first: RFC 9293 §3.10.7.4 (where it says "enter the CLOSED state, delete the TCB"), §3.6.

import { leaveAcceptQueue } from "./accept-queue";
import { Connection, giveConnection, NEVER, receivedRanges, sackedRanges } from "./connection";
import { CONNECTIONS_FAILED, count } from "./counters";
import { removeDeadline } from "./deadlines";
import { removeEndpoint } from "./endpoint";
import { unmarkPending } from "./pending";
import { clearRanges } from "./ranges";
import { dropReceiveRing } from "./receive-buffer";
import { dropSendRing } from "./send-buffer";
import { CLOSED } from "./spec";
import { TCP_OK } from "./status";

/** Nobody will ever look at it again: the application has closed it, and it does not wait to be accepted either. */
export function isOrphan(c: Connection): bool {
  return !c.isOwned && c.listener == 0;
}

/**
 * Ends the connection at once. With an error, unread data is lost too (RFC 9293 §3.10.7.4: "all segment queues should be
 * flushed"); without one, the application may still read what has come.
 */
export function endConnection(c: Connection, error: u32): void {
  detach(c);
  c.state = CLOSED;
  if (error != TCP_OK) {
    count(CONNECTIONS_FAILED);
    c.error = error;
  }
  if (c.listener != 0) leaveAcceptQueue(c);
  if (error != TCP_OK || !c.isOwned) dropReceiveRing(c);
  if (!c.isOwned) giveConnection(c);
}

/** Takes the connection out of every table, and gives back what it wanted to send. */
export function detach(c: Connection): void {
  if (c.kind != 0) removeEndpoint(c);
  c.retransmitAt = NEVER;
  c.ackAt = NEVER;
  c.aliveAt = NEVER;
  c.isAckDue = false;
  removeDeadline(c);
  unmarkPending(c);
  clearRanges(sackedRanges(c));
  clearRanges(receivedRanges(c));
  dropSendRing(c);
}

// TCP's part of the loop: what is due, and what waits for the end of a turn.
// Read first: deadlines.ts, pending.ts. net/stack.ts calls tcpPoll() after every batch of received frames.

import { NEVER } from "../../time/deadlines";
import { Connection } from "./connection";
import { firstDeadline } from "./deadlines";
import { sendAck } from "./emit";
import { expireHalfOpen, halfOpenDeadline } from "./half-open";
import { keepAliveDue } from "./keep-alive";
import { areTcpTablesMade } from "./memory";
import { output } from "./output";
import { hasPending, takePending } from "./pending";
import { BLOCKED_RETRY, LISTEN } from "./spec";
import { expireTimeWait, timeWaitDeadline } from "./time-wait";
import { retransmitDue } from "./timeouts";
import { now as stackNow, setNow } from "../now";

/** Does what is due at `now`, ns of the monotonic clock, and sends what this turn has left. */
export function tcpPoll(now: u64): void {
  setNow(now);
  if (!areTcpTablesMade()) return;
  for (let first = firstDeadline(); first != 0; first = firstDeadline()) {
    const c = changetype<Connection>(first);
    if (c.heapKey > stackNow()) break;
    runDue(c);
  }
  expireHalfOpen();
  expireTimeWait();
  flushPending();
}

/** When tcpPoll() has something to do next; NEVER if not before something comes in. */
export function tcpNextDeadline(): u64 {
  if (!areTcpTablesMade()) return NEVER;
  const first = firstDeadline();
  let next = first == 0 ? NEVER : changetype<Connection>(first).heapKey;
  next = min<u64>(next, min<u64>(halfOpenDeadline(), timeWaitDeadline()));
  if (hasPending()) next = min<u64>(next, stackNow() + BLOCKED_RETRY);
  return next;
}

/** One of the connection's deadlines has passed; each moves its own on, or ends the connection. */
function runDue(c: Connection): void {
  if (c.ackAt <= stackNow()) {
    c.ackAt = NEVER;
    sendAck(c);
  } else if (c.retransmitAt <= stackNow()) {
    retransmitDue(c);
  } else {
    keepAliveDue(c);
  }
}

function flushPending(): void {
  let at = takePending();
  while (at != 0) {
    const c = changetype<Connection>(at);
    at = c.nextPending;
    c.isPending = false;
    if (c.state <= LISTEN) continue;
    // Data carries the acknowledgement, if there is any to send.
    output(c);
    if (c.isAckDue) sendAck(c);
  }
}

// TCP's part of the loop: what is due, and what waits for the end of a turn.
// Read first: deadlines.ts, pending.ts. net/stack.ts calls tcpPoll() after every batch of received frames.

import { NEVER } from "../../time/deadlines";
import { Connection } from "./connection";
import { NO_BUFFER, SEGMENTS_SENT, tcpCounter } from "./counters";
import { firstDeadline } from "./deadlines";
import { sendAck } from "./emit";
import { expireHalfOpen, halfOpenDeadline } from "./half-open";
import { keepAliveDue } from "./keep-alive";
import { areTcpTablesMade } from "./memory";
import { output } from "./output";
import { firstPending, hasPending, lastPending, markPending, PENDING_LINES, serve, stopServing, unmarkPending } from "./pending";
import { BLOCKED_RETRY, BLOCKED_TRIES, LISTEN } from "./spec";
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
  for (let line: u32 = 0; line < PENDING_LINES; line++) flushLine(line);
}

/**
 * Each of a line once, until some find no room: then the device is full, and to ask it for thousands more would be in vain.
 * Who could send something goes to the end, who could not keeps his place, so that everybody has his turn.
 */
function flushLine(line: u32): void {
  const end = lastPending(line);
  let refused: u32 = 0;
  serve(line);
  for (let at = firstPending(line); at != 0 && refused < BLOCKED_TRIES;) {
    const c = changetype<Connection>(at);
    at = at == end ? 0 : c.nextPending;
    const sent = tcpCounter(SEGMENTS_SENT);
    if (isDone(c)) {
      unmarkPending(c);
      continue;
    }
    refused++;
    if (tcpCounter(SEGMENTS_SENT) == sent) continue;
    unmarkPending(c);
    markPending(c);
  }
  stopServing();
}

/** Sends what the connection has for this turn; false: not all of it could go. */
function isDone(c: Connection): bool {
  if (c.state <= LISTEN) return true;
  const refused = tcpCounter(NO_BUFFER);
  // Data carries the acknowledgement, if there is any to send.
  output(c);
  if (c.isAckDue) sendAck(c);
  return !c.isAckDue && tcpCounter(NO_BUFFER) == refused;
}

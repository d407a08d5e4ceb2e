// Keep-alive probes, and the end of those whom nobody waits for: what a connection does when nothing happens.
// Read first: RFC 9293 §3.8.4.

import { TCP_ACK } from "../wire/tcp";
import { Connection, NEVER } from "./connection";
import { count, KEEP_ALIVES_SENT } from "./counters";
import { moveDeadline } from "./deadlines";
import { sendReset, sendSegment } from "./emit";
import { CLOSE_WAIT, ESTABLISHED, FIN_WAIT_2, FIN_WAIT_2_PERIOD } from "./spec";
import { TCP_OK, TCP_TIMED_OUT } from "./status";
import { endConnection, isOrphan } from "./teardown";
import { now } from "../now";

const SECOND: u64 = 1000000000;

/** Sets the deadline by the options and the state; call after either has changed. */
export function armKeepAlive(c: Connection): void {
  if (c.state == FIN_WAIT_2 && isOrphan(c)) c.aliveAt = now() + FIN_WAIT_2_PERIOD;
  else if (c.keepAlive && isKeptAlive(c)) c.aliveAt = c.heardAt + <u64>c.keepIdle * SECOND;
  else c.aliveAt = NEVER;
  c.keepProbes = 0;
  moveDeadline(c);
}

/** The deadline has come. */
export function keepAliveDue(c: Connection): void {
  if (c.state == FIN_WAIT_2 && isOrphan(c)) {
    endConnection(c, TCP_OK);
    return;
  }
  const idle = <u64>c.keepIdle * SECOND;
  if (c.keepProbes == 0 && now() < c.heardAt + idle) {
    c.aliveAt = c.heardAt + idle;
  } else if (c.keepProbes != 0 && c.heardAt + <u64>c.keepInterval * SECOND >= c.aliveAt) {
    // Heard since the last probe.
    armKeepAlive(c);
    return;
  } else if (c.keepProbes == c.keepCount) {
    sendReset(c);
    endConnection(c, TCP_TIMED_OUT);
    return;
  } else {
    // Only where nothing is in flight: else the retransmission timer is at work already.
    if (c.sndNxt == c.sndUna) {
      c.keepProbes++;
      count(KEEP_ALIVES_SENT);
      sendSegment(c, TCP_ACK, c.sndUna - 1, 0, 0, 0);
    }
    c.aliveAt = now() + <u64>c.keepInterval * SECOND;
  }
  moveDeadline(c);
}

function isKeptAlive(c: Connection): bool {
  return c.state == ESTABLISHED || c.state == CLOSE_WAIT || c.state == FIN_WAIT_2;
}

// Connections with something to do at the end of this turn: an acknowledgement for all that came in it, or data that
// found no buffer below. timers.ts goes through the list in every tcpPoll().

import { Connection } from "./connection";

let first: usize = 0;

export function clearPending(): void {
  first = 0;
}

export function hasPending(): bool {
  return first != 0;
}

export function markPending(c: Connection): void {
  if (c.isPending) return;
  c.isPending = true;
  c.nextPending = first;
  first = changetype<usize>(c);
}

/** Takes the whole list: who is still not done marks itself again. */
export function takePending(): usize {
  const list = first;
  first = 0;
  return list;
}

/** Takes one connection out, before its record is given back. */
export function unmarkPending(c: Connection): void {
  if (!c.isPending) return;
  c.isPending = false;
  let before: usize = 0;
  let at = first;
  while (at != changetype<usize>(c)) {
    if (at == 0) return;
    before = at;
    at = changetype<Connection>(at).nextPending;
  }
  if (before == 0) first = c.nextPending;
  else changetype<Connection>(before).nextPending = c.nextPending;
}

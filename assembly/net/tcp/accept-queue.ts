// Connections that are established and wait for tcpAccept(), in order of their arrival, for each listener.
//
//   listener.acceptFirst -> c.nextAccept -> c.nextAccept -> 0        c.listener: back to the listener

import { Connection } from "./connection";

export function isAcceptQueueFull(listener: Connection): bool {
  return listener.acceptCount >= listener.backlog;
}

export function queueAccept(listener: Connection, c: Connection): void {
  c.listener = changetype<usize>(listener);
  c.nextAccept = 0;
  if (listener.acceptFirst == 0) listener.acceptFirst = changetype<usize>(c);
  else changetype<Connection>(listener.acceptLast).nextAccept = changetype<usize>(c);
  listener.acceptLast = changetype<usize>(c);
  listener.acceptCount++;
}

/** Takes the first connection; 0 if none waits. */
export function unqueueAccept(listener: Connection): usize {
  const first = listener.acceptFirst;
  if (first != 0) leaveAcceptQueue(changetype<Connection>(first));
  return first;
}

/** Takes a connection out, wherever it stands. */
export function leaveAcceptQueue(c: Connection): void {
  const listener = changetype<Connection>(c.listener);
  let before: usize = 0;
  let at = listener.acceptFirst;
  while (at != changetype<usize>(c)) {
    before = at;
    at = changetype<Connection>(at).nextAccept;
    assert(at != 0, "connection is not in its listener's queue");
  }
  if (before == 0) listener.acceptFirst = c.nextAccept;
  else changetype<Connection>(before).nextAccept = c.nextAccept;
  if (listener.acceptLast == at) listener.acceptLast = before;
  listener.acceptCount--;
  c.listener = 0;
}

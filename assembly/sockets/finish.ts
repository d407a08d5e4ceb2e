// The network's end: what the application has written still leaves, as it does where a kernel goes on after a program. It
// waits for as long as peers take something, and not for one that is silent.
// Read first: turn.ts, net/tcp/ending.ts.

import { isVerbose } from "../base/log";
import { heldPackets } from "../net/arp/queue";
import { logCounters } from "../net/counters";
import { closeEverySocket, unacknowledgedBytes } from "../net/tcp/ending";
import { monotonic } from "../time/clock";
import { joinedNics } from "./nics";
import { sleepUntil, takeTurn } from "./turn";

/** Without any progress: a packet that is lost twice comes again within this time. */
const SILENCE: u64 = 3000000000;
/** For a neighbour that is asked for its MAC address: he answers at once, or is not there. */
const ANSWERING: u64 = 1000000000;
/** In all. */
const PATIENCE: u64 = 60000000000;

/** The application has ended: closes its sockets and sees its bytes off. */
export function finishNetwork(): void {
  takeTurn();
  closeEverySocket();
  if (joinedNics() != 0) {
    seeBytesOff();
    seeDatagramsOff();
  }
  if (isVerbose()) logCounters();
}

function seeBytesOff(): void {
  const end = monotonic() + PATIENCE;
  let left = unacknowledgedBytes();
  let silentAt = monotonic() + SILENCE;
  while (left != 0 && monotonic() < min<u64>(silentAt, end)) {
    sleepUntil(min<u64>(silentAt, end));
    takeTurn();
    const now = unacknowledgedBytes();
    if (now < left) silentAt = monotonic() + SILENCE;
    left = now;
  }
}

/** A datagram may still wait for its neighbour to say its MAC address. */
function seeDatagramsOff(): void {
  const end = monotonic() + ANSWERING;
  while (heldPackets() != 0 && monotonic() < end) {
    sleepUntil(end);
    takeTurn();
  }
}

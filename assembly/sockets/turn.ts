// The network's turns. Nothing runs beside the application: whatever has come is handled when it calls a socket, and while
// it waits for anything at all.
// Read first: net/stack.ts; virtio/net/sleep.ts.
//
//   takeTurn()                       before a socket call looks, and before each look while it waits
//   while (!isReady()) {
//     sleepUntil(deadline);          halts, until a frame, the stack's own deadline or this one
//     takeTurn();
//   }

import { nextNetworkDeadline, pollNetwork } from "../net/stack";
import { setNow } from "../net/now";
import { monotonic } from "../time/clock";
import { idleUntil } from "../time/idle";
import { awaitFrame, prepareNicsToSleep, wakeNics } from "../virtio/net";
import { nicSet, pollNics } from "./nics";

/** Takes in the frames that have come, and does what is due. */
export function takeTurn(): void {
  const now = monotonic();
  setNow(now);
  pollNics();
  pollNetwork(now);
}

/** Halts once, at most to `until`; not at all if a frame is there or the stack wants a turn. A wake-up may have any reason. */
export function sleepUntil(until: u64): void {
  const deadline = min<u64>(until, nextNetworkDeadline());
  if (awaitFrame(nicSet(), deadline)) return;
  if (prepareNicsToSleep(nicSet())) idleUntil(deadline);
  wakeNics(nicSet());
}

// Waiting, for calls that are not about the network: while they wait, it has its turns all the same.
// Read first: time/idle.ts, sockets/turn.ts.

import { HAS_SOCKETS } from "../base/features";
import { hasStack } from "../sockets/start";
import { sleepUntil, takeTurn } from "../sockets/turn";
import { idleUntil } from "../time/idle";

/** Before the caller looks at what it waits for. */
export function lookAround(): void {
  if (HAS_SOCKETS && hasStack()) takeTurn();
}

/** Halts once, at most to `until`; a wake-up may have any reason. */
export function rest(until: u64): void {
  if (HAS_SOCKETS && hasStack()) return sleepUntil(until);
  idleUntil(until);
}

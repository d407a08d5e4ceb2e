// Doing nothing, properly: the processor halts until an interrupt, and every waiter in the kernel waits through here.

import * as cpu from "../host/cpu";
import { isDeafToLine, prepareInterrupts } from "../irq/apic";
import { dispatchPending } from "../irq/dispatch";
import { monotonic } from "./clock";
import { addDeadline, earliestDeadline, NEVER, removeDeadline } from "./deadlines";
import { armTimer } from "./timer";

/** How often to look, in ns, when a line had to be masked and its devices cannot wake anybody. */
const DEAF_INTERVAL: u64 = 10000000;

/**
 * Halts until some interrupt has come, or at most until the earliest deadline; handlers have run when it returns.
 * The caller looks again at what it waits for: a wake-up may have any reason. It must have looked after the last
 * return, too, since what became ready before is not waited for.
 */
export function idle(): void {
  prepareInterrupts();
  let deadline = earliestDeadline();
  if (isDeafToLine()) deadline = min<u64>(deadline, monotonic() + DEAF_INTERVAL);
  if (deadline != NEVER) {
    const now = monotonic();
    if (now >= deadline) return;
    armTimer(deadline, now);
  }
  cpu.wait();
  dispatchPending();
}

/** The same, at most until a moment of the monotonic clock as well; NEVER is one. */
export function idleUntil(until: u64): void {
  if (until == NEVER) return idle();
  const deadline = addDeadline(until);
  assert(deadline != 0);
  idle();
  removeDeadline(deadline);
}

// proc_exit, proc_raise, sched_yield (preview 1, "proc" and "sched").

import { HAS_SOCKETS } from "../base/features";
import { EXIT_SIGNAL } from "../base/exit-status";
import { decimal, text } from "../base/line";
import { beginMessage, sendLine } from "../base/log";
import { endMachine } from "../ending/end-machine";
import { finishNetwork } from "../sockets/finish";
import { hasStack } from "../sockets/start";
import { INVAL, SIGNAL_LAST, SUCCESS } from "./spec";

/** Signals that do nothing unless somebody handles them: none, CHLD, CONT, URG, WINCH (signal numbers of preview 1). */
const SIGNALS_IGNORED: u32 = (1 << 0) | (1 << 16) | (1 << 17) | (1 << 22) | (1 << 27);

/** The application has ended by itself: what it wrote to sockets still leaves. Never returns. */
export function endApplication(status: u32): void {
  if (HAS_SOCKETS && hasStack()) finishNetwork();
  endMachine(status);
}

/** Never returns. */
export function proc_exit(status: u32): void {
  endApplication(status);
}

/** Returns for a signal that is ignored; any other ends the application, since preview 1 has no handlers. */
export function proc_raise(signal: u32): u32 {
  if (signal > SIGNAL_LAST) return INVAL;
  if ((SIGNALS_IGNORED >> signal & 1) != 0) return SUCCESS;
  beginMessage();
  text("the application raised signal ");
  decimal(signal);
  sendLine();
  endApplication(EXIT_SIGNAL + signal);
  return SUCCESS;
}

/** There is nobody to yield to. */
export function sched_yield(): u32 {
  return SUCCESS;
}

// solo5_exit and solo5_abort (include/solo5.h, § Exit).

import { say } from "../base/log";
import { endApplication } from "../wasi/proc";
import { EXIT_ABORT } from "./spec";

/** A process has 8 bits for its status, and so has `asolo run`. */
const STATUS_MASK: u32 = 0xff;

/** Never returns. */
export function exit(status: u32): void {
  endApplication(status & STATUS_MASK);
}

/** Never returns. */
export function abort(): void {
  abortFor("the application called solo5_abort");
}

/** Ends the application with a line that says why: for calls that have no result to say it with. Never returns. */
export function abortFor(why: string): void {
  say(why);
  endApplication(EXIT_ABORT);
}

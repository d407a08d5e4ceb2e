// A broken assertion: one line, and the machine is off. asc sends every `assert` and `throw` here
// (--use abort=assembly/base/panic/abort). Expected failures never come here: they are values.

import { EXIT_KERNEL_FAULT } from "./exit-status";
import { decimal, text } from "./line";
import { beginMessage, sendLine } from "./log";
import { powerOff, powerOffNow } from "./power-off";

let reporting: bool = false;

/** Marks that a fatal report has begun; a second one, made while the first is printed, ends the machine at once. */
export function enterReport(): void {
  if (reporting) powerOffNow(EXIT_KERNEL_FAULT);
  reporting = true;
}

/** What asc calls instead of throwing. */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  enterReport();
  beginMessage();
  text("kernel panic: ");
  text(message !== null ? message : "assertion failed");
  if (file !== null) {
    text(" at ");
    text(file);
    text(":");
    decimal(line);
    text(":");
    decimal(column);
  }
  sendLine();
  powerOff(EXIT_KERNEL_FAULT);
}

/** Ends the machine with one line for the user: it cannot run the application. */
export function fail(message: string, status: u32): void {
  beginMessage();
  text(message);
  sendLine();
  powerOff(status);
}

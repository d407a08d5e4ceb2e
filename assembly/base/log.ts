// Where the kernel's own lines go: fatal ones to the port of standard error, control lines to a port of their own,
// and log lines to either, only when asked for.

import { beginLine, bytes, endLine, lineLength, lineStart, text } from "./line";
import { NO_PORT, transmit } from "./serial";

// COM1 and NO_PORT, as numbers: an imported name would need a start function, which the module must not have.
let errorPort: u32 = 0;
let controlPort: u32 = 3;
let verbose: bool = false;

/** Sets the outputs; until then lines go to COM1, and nothing is logged. */
export function setOutputs(error: u32, control: u32, isVerbose: bool): void {
  errorPort = error;
  controlPort = control;
  verbose = isVerbose;
}

/** The port of the application's standard error and of the kernel's own lines. */
export function standardErrorPort(): u32 {
  return errorPort;
}

export function isVerbose(): bool {
  return verbose;
}

/** Whether there is a port for control lines. */
export function hasControl(): bool {
  return controlPort != NO_PORT;
}

/** Begins a line for the user: `asolo: …`. */
export function beginMessage(): void {
  beginLine();
  text("asolo: ");
}

/** Ends the line and sends it to standard error. */
export function sendLine(): void {
  endLine();
  transmit(errorPort, lineStart(), lineLength());
}

/** Ends the line and sends it to the control port, if there is one. */
export function sendControl(): void {
  endLine();
  transmit(controlPort, lineStart(), lineLength());
}

/** Sends one fixed line to the user. */
export function say(message: string): void {
  beginMessage();
  text(message);
  sendLine();
}

/** Begins a log line; the caller has asked isVerbose(). */
export function beginLog(): void {
  beginLine();
  text(controlPort != NO_PORT ? "log " : "asolo: ");
}

export function sendLog(): void {
  if (controlPort != NO_PORT) sendControl();
  else sendLine();
}

/** Sends bytes from outside between quotes at the end of the message, then the line. */
export function sendLineQuoting(at: usize, length: u32): void {
  text(": \"");
  bytes(at, length);
  text("\"");
  sendLine();
}

// The last things said before the machine is switched off: control lines for the program that runs the monitor.

import * as cpu from "../host/cpu";
import { entryCycles, kernelCycles } from "../abi/shared-page";
import { EXIT_KERNEL_FAULT } from "../base/exit-status";
import { HAS_NETWORK } from "../base/features";
import { beginLine, decimal, text } from "../base/line";
import { beginLog, hasControl, isVerbose, sendControl, sendLog } from "../base/log";
import { powerOff } from "../base/power-off";
import { finishOutput } from "../console/output";
import { isTimelineAsked } from "../config/configuration";
import { seeFramesOff } from "../virtio/net";
import { applicationCycles, cyclesPerSecond } from "../time/clock";

/** The application has ended: its output and its frames leave, then what was asked for is said. Never returns. */
export function endMachine(status: u32): void {
  finishOutput();
  if (HAS_NETWORK) seeFramesOff();
  endAfterFault(status);
}

/** The same where the kernel itself cannot be trusted any more: no device is waited for. Never returns. */
export function endAfterFault(status: u32): void {
  const now = cpu.cycles();
  if (hasControl()) {
    // isa-debug-exit carries statuses up to 126; a larger one is told here.
    if (status > EXIT_KERNEL_FAULT || isTimelineAsked() || isVerbose()) {
      beginLine();
      text("exit ");
      decimal(status);
      sendControl();
    }
    if (isTimelineAsked()) sendTimeline(now);
  } else if (isVerbose()) {
    beginLog();
    text("exit ");
    decimal(status);
    sendLog();
  }
  powerOff(status);
}

function sendTimeline(now: u64): void {
  beginLine();
  text("time entry=");
  decimal(entryCycles());
  text(" kernel=");
  decimal(kernelCycles());
  text(" application=");
  decimal(applicationCycles());
  text(" exit=");
  decimal(now);
  text(" hz=");
  decimal(cyclesPerSecond());
  sendControl();
}

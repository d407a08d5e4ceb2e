// The end of sending: a device takes a frame's bytes when it gets to it, and a machine that is switched off before then
// sends nothing (QEMU's sends from its main loop). So the last frames are waited for, of whoever sent them.
// Read first: sleep.ts, slots.ts. What a stack above still wants to send is not known here: sockets/finish.ts.

import { monotonic } from "../../time/clock";
import { idleUntil } from "../../time/idle";
import { prepareToSleep, wakeUp } from "../wait";
import { nicAt, nicCount } from "./nic";
import { reclaimSlots } from "./slots";
import { tend } from "./start";

/** Devices take microseconds; one that takes so long is not waited for. */
const PATIENCE: u64 = 100000000;

/** Returns when every frame has left, or after a tenth of a second. */
export function seeFramesOff(): void {
  if (!areFramesLeaving()) return;
  const until = monotonic() + PATIENCE;
  do {
    if (listenForLeaving()) idleUntil(until);
    for (let nic: u32 = 0; nic < nicCount(); nic++) if (nicAt(nic).isDead == 0) wakeUp(nicAt(nic).transmit);
  } while (areFramesLeaving() && monotonic() < until);
}

/** Asks for an interrupt with the next frame that has left. False if one has by now: then there is no halt. */
function listenForLeaving(): bool {
  let mayHalt = true;
  for (let nic: u32 = 0; nic < nicCount(); nic++) {
    if (nicAt(nic).isDead == 0 && !prepareToSleep(nicAt(nic).transmit)) mayHalt = false;
  }
  return mayHalt;
}

function areFramesLeaving(): bool {
  let leaving: u32 = 0;
  for (let index: u32 = 0; index < nicCount(); index++) {
    const nic = nicAt(index);
    tend(nic);
    if (nic.isDead != 0) continue;
    reclaimSlots(nic);
    leaving += nic.transmit.outstanding;
  }
  return leaving != 0;
}

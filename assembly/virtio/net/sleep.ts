// Waiting for frames: a short while awake, since a frame often comes soon and a halt costs more; then asleep.
//
//   awaitFrame(nics, until)    looks at some interfaces, for a moment
//   prepareNicsToSleep(nics)   asks their devices for an interrupt; false: there is something, do not halt
//   idle()                     time/idle.ts
//   wakeNics(nics)             interrupts would only cost exits again

import * as cpu from "../../host/cpu";
import { monotonic } from "../../time/clock";
import { hasUsed } from "../queue";
import { isEmulated, prepareToSleep, repeatNotification, wakeUp } from "../wait";
import { nicAt } from "./nic";
import { reclaimSlots } from "./slots";
import { tend } from "./start";

/** How long to stay awake: about what a halt and the interrupt that ends it cost. */
const AWAKE: u64 = 50000;
/** Looks between two questions for the time. */
const LOOKS: u32 = 16;

/** Waits a moment, at most to `until`, for a frame on any interface of a set, one bit each; whether there is one. */
export function awaitFrame(nics: u32, until: u64): bool {
  if (nics == 0) return false;
  const end = min<u64>(until, monotonic() + AWAKE);
  // The hint leaves the emulator's inner loop, which costs it more than all else here.
  const mayPause = !isEmulated();
  do {
    for (let i: u32 = 0; i < LOOKS; i++) {
      for (let rest = nics; rest != 0; rest &= rest - 1) if (hasUsed(nicAt(ctz(rest)).receive)) return true;
      if (mayPause) cpu.pause();
    }
  } while (monotonic() < end);
  return false;
}

/** Asks for an interrupt with the next frame. False if one is there by now: then the caller must not halt. */
export function nicPrepareToSleep(index: u32): bool {
  const nic = nicAt(index);
  tend(nic);
  if (nic.isDead != 0) return true;
  reclaimSlots(nic);
  // Whoever lent a payload, or waits for a slot, is woken too.
  const isAwaited = nic.ownersOut != 0 || nic.freeSlotCount == 0;
  if (isAwaited && !prepareToSleep(nic.transmit)) return false;
  if (!isAwaited) repeatNotification(nic.transmit);
  return prepareToSleep(nic.receive);
}

/** Awake again. */
export function nicWakeUp(index: u32): void {
  const nic = nicAt(index);
  if (nic.isDead != 0) return;
  wakeUp(nic.receive);
  wakeUp(nic.transmit);
  tend(nic);
}

/** nicPrepareToSleep() of a set, one bit each; wakeNics() must follow either way. */
export function prepareNicsToSleep(nics: u32): bool {
  let mayHalt = true;
  for (let rest = nics; rest != 0; rest &= rest - 1) if (!nicPrepareToSleep(ctz(rest))) mayHalt = false;
  return mayHalt;
}

export function wakeNics(nics: u32): void {
  for (let rest = nics; rest != 0; rest &= rest - 1) nicWakeUp(ctz(rest));
}

/** What the device says of its link now. */
export function nicIsUp(index: u32): bool {
  tend(nicAt(index));
  return nicAt(index).isUp != 0;
}

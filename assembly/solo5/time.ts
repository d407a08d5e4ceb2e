// solo5_clock_monotonic, solo5_clock_wall, solo5_yield (include/solo5.h, § Time).
//
// yield sleeps until a frame can be read or the deadline has passed. It reports every NIC that has something to read,
// however often it is asked, and only NICs that the application has acquired.
//
// A halt ends late, by what the monitor and its host take to notice the timer: some 10 to 300 µs. So it is begun with a
// deadline as much earlier as halts have lately been late, and the rest of the time is waited for awake.

import { HAS_NETWORK } from "../base/features";
import { monotonic, wallClock } from "../time/clock";
import { NEVER } from "../time/deadlines";
import { idleUntil } from "../time/idle";
import { awaitFrame, hasFrame, prepareNicsToSleep, wakeNics } from "../virtio/net";
import { inApplication, putU64 } from "../wasi/application-memory";
import { nicHandles, nicOf } from "./devices";
import { abortFor } from "./exit";

const NULL: u32 = 0;
/** A host that was busy once is not waited for longer, awake, ever after. */
const LATENESS_MOST: u64 = 200000;

/** ns that halts have been late: the worst, which fades by an eighth with each that was better. */
let lateness: u64 = 0;

export function clock_monotonic(): u64 {
  return monotonic();
}

export function clock_wall(): u64 {
  return wallClock();
}

export function yield_(deadline: u64, readySet: u32): void {
  if (readySet != NULL && !inApplication(readySet, 8)) return abortFor("solo5_yield was given a ready_set outside of memory");
  let ready = readyHandles();
  while (ready == 0 && monotonic() < deadline) {
    // A frame often comes soon, and a halt costs more than to wait a moment.
    const mayHalt = !HAS_NETWORK || !awaitFrame(acquiredNics(), deadline);
    if (mayHalt && monotonic() + lateness < deadline) sleep(deadline == NEVER ? NEVER : deadline - lateness);
    ready = readyHandles();
  }
  if (readySet != NULL) putU64(readySet, ready);
}

function readyHandles(): u64 {
  let ready: u64 = 0;
  if (HAS_NETWORK) {
    for (let rest = nicHandles(); rest != 0; rest &= rest - 1) {
      const handle = ctz(rest);
      if (hasFrame(nicOf(handle))) ready |= <u64>1 << handle;
    }
  }
  return ready;
}

/** The NICs behind the handles, one bit each. */
function acquiredNics(): u32 {
  let nics: u32 = 0;
  for (let rest = nicHandles(); rest != 0; rest &= rest - 1) nics |= 1 << nicOf(ctz(rest));
  return nics;
}

/** Halts once, unless a NIC turns out to have a frame; a wake-up may have any reason. */
function sleep(deadline: u64): void {
  const nics = HAS_NETWORK ? acquiredNics() : 0;
  if (!HAS_NETWORK || prepareNicsToSleep(nics)) {
    idleUntil(deadline);
    noteLateness(deadline);
  }
  if (HAS_NETWORK) wakeNics(nics);
}

/** A halt has ended that was to end at `deadline`, unless something else ended it before. */
function noteLateness(deadline: u64): void {
  const now = monotonic();
  if (now >= deadline) lateness = min<u64>(max<u64>(now - deadline, lateness - (lateness >> 3)), LATENESS_MOST);
}

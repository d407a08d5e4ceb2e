// The local APIC's one-shot timer, armed for a moment of the monotonic clock.
// Read first: Intel SDM vol. 3A §11.5.4.
//
// The timer only wakes; the clock decides. If its rate is not the assumed one and it fires early, the waiter sees that
// time has not come and arms it again. Moments further away than CHUNK are reached in steps.

import * as mmio from "../host/mmio";
import { setHandler } from "../irq/dispatch";
import {
  APIC_DIVIDE_BY_16, APIC_LVT_TIMER, APIC_TIMER_DIVIDE, APIC_TIMER_DIVISOR, APIC_TIMER_INITIAL, VECTOR_TIMER,
} from "../irq/spec";
import { APIC_BUS_HZ, NANOSECONDS_PER_SECOND } from "./spec";

/** The longest single shot, in ns; 2^32 counts at 62.5 MHz are 68 s. */
const CHUNK: u64 = 60000000000;
const NANOSECONDS_PER_COUNT: u64 = NANOSECONDS_PER_SECOND / (APIC_BUS_HZ / APIC_TIMER_DIVISOR);

let ready: bool = false;
let armedFor: u64 = 0;

/** Arms the timer for `deadline`, given that it is `now`; both in ns. Nothing happens if it is armed for it already. */
export function armTimer(deadline: u64, now: u64): void {
  if (!ready) {
    ready = true;
    setHandler(VECTOR_TIMER, timerFired, 0);
    mmio.write32(APIC_TIMER_DIVIDE, APIC_DIVIDE_BY_16);
    mmio.write32(APIC_LVT_TIMER, VECTOR_TIMER);
  }
  if (armedFor == deadline) return;
  armedFor = deadline;
  const wait = deadline > now ? min<u64>(deadline - now, CHUNK) : 1;
  mmio.write32(APIC_TIMER_INITIAL, <u32>((wait + NANOSECONDS_PER_COUNT - 1) / NANOSECONDS_PER_COUNT));
}

function timerFired(_unused: u32): void {
  armedFor = 0;
}

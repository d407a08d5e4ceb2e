// Sleeping until a queue has something, without missing it.
//
// The driver asks for an interrupt, then looks once more, then halts: what the device did in between shows in one of the
// two. That needs a store to be seen before a load that follows. QEMU's emulated processor (TCG, at least to 7.2) leaves
// the fence out when a machine has one processor, though its devices run beside it; there a notification may be lost
// either way. So under emulation a queue with requests outstanding is notified once more before the halt: the exit is a
// fence, and repeats what was lost.

import * as cpu from "../host/cpu";
import { forceNotify, hasUsed, listen, notify, Queue, silence } from "./queue";

const TCG_VENDOR: u32 = 0x54474354; // "TCGT" of TCGTCGTCGTCG
const HYPERVISOR_LEAF: u32 = 0x40000000;
const CPUID_1_ECX_HYPERVISOR: u32 = 1 << 31;

/** 0: not known yet; 1: a processor that keeps its promises; 2: an emulated one. */
let processor: u32 = 0;

/** Whether the processor is QEMU's emulation of one. */
export function isEmulated(): bool {
  if (processor == 0) {
    const isGuest = (cpu.identify(1, 0, 2) & CPUID_1_ECX_HYPERVISOR) != 0;
    processor = isGuest && cpu.identify(HYPERVISOR_LEAF, 0, 1) == TCG_VENDOR ? 2 : 1;
  }
  return processor == 2;
}

/** Asks for an interrupt when the queue has something. False if it has by now: then the caller must not sleep. */
export function prepareToSleep(queue: Queue): bool {
  notify(queue);
  listen(queue);
  repeatNotification(queue);
  return !hasUsed(queue);
}

/** For a queue that nobody listens to: before a halt, too, the device must know what it was given. */
export function repeatNotification(queue: Queue): void {
  if (queue.outstanding != 0 && isEmulated()) forceNotify(queue);
}

/** Awake again: interrupts would only cost exits. */
export function wakeUp(queue: Queue): void {
  silence(queue);
}

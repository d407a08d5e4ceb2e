// Waiting for a disk: looking for a while, since an answer often takes less time than falling asleep; then asleep; and
// when the device gives nothing back for too long or says something impossible, bringing it back by a reset.
//
// When a call returns, no device may still write to the memory that it was given. So a request is only ever given up
// after its device was reset and has said so; a device that does not even do that ends the machine.

import * as cpu from "../host/cpu";
import { EXIT_UNUSABLE } from "../base/exit-status";
import { fail } from "../base/panic";
import { monotonic } from "../time/clock";
import { idleUntil } from "../time/idle";
import { NANOSECONDS_PER_SECOND } from "../time/spec";
import { Disk, diskAt, readCapacity, startDisk } from "./block-disk";
import { reap, repeatRequests } from "./block-request";
import { notify } from "./queue";
import { needsReset, resetDevice } from "./start";
import { prepareToSleep, wakeUp } from "./wait";

/**
 * Looks before sleeping: some 100 to 250 us. Chosen by trial under TCG with aio=io_uring, on a busy host: fewer looks, or a
 * pause with each, made writes slower there. With aio=threads 1000 looks without a pause did better.
 */
const LOOKS_AWAKE: u32 = 20000;
const LOOKS_PER_PAUSE: u32 = 256;
/** Somebody who only polls looks at the clock every so often. */
const LOOKS_PER_CLOCK: u32 = 4096;
/** Seconds after which a device that has given nothing back is reset: host disks can take seconds, not tens of them. */
const PATIENCE: u64 = 10;

/** Tells the device of new requests and waits until something has come back, if need be from a device that was reset. */
export function waitForDisk(index: u32): void {
  const disk = diskAt(index);
  notify(disk.queue);
  for (let i: u32 = 0; i < LOOKS_AWAKE; i++) {
    if (reap(index) != 0) return;
    if (disk.queue.broken != 0) return recover(index);
    if (i % LOOKS_PER_PAUSE == LOOKS_PER_PAUSE - 1) cpu.pause();
  }
  const until = patienceEnds(disk);
  while (reap(index) == 0) {
    if (isLost(disk)) {
      recover(index);
      break;
    }
    if (prepareToSleep(disk.queue)) idleUntil(until);
    wakeUp(disk.queue);
  }
}

/** The same without waiting: looks once. */
export function pollDisk(index: u32): void {
  const disk = diskAt(index);
  notify(disk.queue);
  if (reap(index) != 0 || disk.queue.outstanding == 0) return;
  if (disk.queue.broken != 0 || (++disk.looks % LOOKS_PER_CLOCK == 0 && isLost(disk))) recover(index);
}

/** Whether the device has given up, lied, or kept us waiting too long. */
function isLost(disk: Disk): bool {
  if (disk.queue.broken != 0) return true;
  if (disk.device.isChanged != 0) {
    if (needsReset(disk.device)) return true;
    readCapacity(disk);
  }
  return monotonic() >= patienceEnds(disk);
}

/** To whole seconds, so that the timer is not set anew for each wait. */
function patienceEnds(disk: Disk): u64 {
  if (disk.patienceEnds == 0) disk.patienceEnds = (monotonic() / NANOSECONDS_PER_SECOND + PATIENCE + 1) * NANOSECONDS_PER_SECOND;
  return disk.patienceEnds;
}

function recover(index: u32): void {
  const disk = diskAt(index);
  disk.recoveries++;
  disk.looks = 0;
  disk.patienceEnds = 0;
  if (!resetDevice(disk.device)) fail("a disk keeps memory that is not its own: it does not stop when it is reset", EXIT_UNUSABLE);
  if (!startDisk(disk)) disk.isDead = 1;
  repeatRequests(index, disk.isDead == 0);
  if (disk.isDead == 0) notify(disk.queue);
}

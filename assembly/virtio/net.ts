// The network driver as others see it (VirtIO 1.2 §5.1): one interface a number, in the order of the devices.
// Its parts, in reading order: net/nic.ts, net/start.ts, net/buffers.ts, net/receive.ts, net/slots.ts, net/transmit.ts,
// net/sleep.ts, net/leave.ts. Interrupts only end a halt: the rings are looked at when somebody asks for a frame or sends one.

import { nicAt } from "./net/nic";
import { nicMacOf } from "./net/start";

export { nicBytes, nicCount } from "./net/nic";
export { hasFrame, pollNic, receiveToApplication, setReceiver } from "./net/receive";
export { seeFramesOff } from "./net/leave";
export { awaitFrame, nicIsUp, nicPrepareToSleep, nicWakeUp, prepareNicsToSleep, wakeNics } from "./net/sleep";
export { setReleased } from "./net/slots";
export { askForOffloads, startNetwork } from "./net/start";
export {
  nicCutsSegments, nicTransmit, nicVouchesForChecksums, nicWritesChecksums, sendFromApplication,
} from "./net/transmit";

/** Where the six bytes of its address are. */
export function nicMac(index: u32): usize {
  return nicMacOf(nicAt(index));
}

/** The largest packet, without the Ethernet header. */
export function nicMtu(index: u32): u32 {
  return nicAt(index).mtu;
}

/** Frames that were dropped here, and how often the device had to be reset. */
export function nicDropped(index: u32): u32 {
  return nicAt(index).dropped;
}

export function nicRestarts(index: u32): u32 {
  return nicAt(index).restarts;
}

// Transmit slots: memory for what a frame begins with, or for all of it. A slot is taken, handed to the device, and found
// given back when somebody next needs one: completions cause no interrupts and are looked at lazily.

import { NOTHING_USED, forceNotify, takeUsed } from "../queue";
import { Nic } from "./nic";

export const NO_SLOT: u32 = 0xffffffff;

// A driver knows nobody above it: the function that tells an owner, by its index in the function table.
let tellOwner: u32 = 0;

/** Who is called with an owner when its payload has left. */
export function setReleased(tell: (owner: usize) => void): void {
  // A function value is a static object whose first word is the index in the table.
  tellOwner = load<u32>(changetype<usize>(tell));
}

/** Makes all slots free and tells every owner: the device has forgotten them. */
export function freeAllSlots(nic: Nic): void {
  nic.freeSlotCount = nic.slotCount;
  for (let i: u32 = 0; i < nic.slotCount; i++) store<u16>(nic.freeSlots + (i << 1), nic.slotCount - 1 - i);
  for (let i: u32 = 0; i < nic.slotCount && nic.ownersOut != 0; i++) tellOwnerOf(nic, i);
}

/** A free slot, or NO_SLOT while the device holds all of them. */
export function takeSlot(nic: Nic): u32 {
  // Early enough that the slots in use are few and stay in the processor's cache.
  if (nic.freeSlotCount <= nic.slotCount >> 1) reclaimSlots(nic);
  if (nic.freeSlotCount == 0) {
    // The device may have missed that there is something; a register access is a fence, too.
    forceNotify(nic.transmit);
    reclaimSlots(nic);
    if (nic.freeSlotCount == 0) return NO_SLOT;
  }
  nic.freeSlotCount--;
  return load<u16>(nic.freeSlots + (nic.freeSlotCount << 1));
}

/** Takes back what the device has sent. */
export function reclaimSlots(nic: Nic): void {
  for (let i: u32 = 0; i < nic.slotCount; i++) {
    const slot = takeUsed(nic.transmit);
    if (slot == NOTHING_USED) return;
    giveSlot(nic, slot);
    if (nic.ownersOut != 0) tellOwnerOf(nic, slot);
  }
}

export function giveSlot(nic: Nic, slot: u32): void {
  store<u16>(nic.freeSlots + (nic.freeSlotCount << 1), slot);
  nic.freeSlotCount++;
}

/** Remembers who is to be told when the slot comes back. */
export function setOwner(nic: Nic, slot: u32, owner: usize): void {
  store<u32>(nic.owners + (slot << 2), <u32>owner);
  nic.ownersOut++;
}

function tellOwnerOf(nic: Nic, slot: u32): void {
  const owner = load<u32>(nic.owners + (slot << 2));
  // A frame that was copied has none, and may come back before others that have one.
  if (owner == 0) return;
  store<u32>(nic.owners + (slot << 2), 0);
  nic.ownersOut--;
  tell(owner);
}

export function tell(owner: usize): void {
  if (owner != 0) call_indirect<void>(tellOwner, owner);
}

// Our own address on the link: tested when DHCP has given it, announced, defended.
// Read first: RFC 5227 §2.1.1, §2.3, §2.4 (b); RFC 2131 §3.1 (5).
//
//   claim(test):  probe ---1 s, nobody objects---> announce ---2 s---> announce
//                   '-- somebody has it: isDisputed(), and DHCP declines the address
//   claim:        announce ---2 s---> announce
//
// The address is used from the first moment on: who waits three seconds for a probe, as §2.1.1 has it, waits longer than
// many of our programs run. An address that is lost afterwards is given back.

import { count, COUNTER_ARP_CONFLICT } from "../counters";
import { interfaceAt } from "../interface";
import { now } from "../now";
import { sendArpAnnouncement, sendArpProbe } from "./message";

const PROBE_WAIT: u64 = 1000000000;
const ANNOUNCE_INTERVAL: u64 = 2000000000;
/** How often an address is defended at most. */
const DEFEND_INTERVAL: u64 = 10000000000;
const NEVER: u64 = u64.MAX_VALUE;

@final @unmanaged
class Claim {
  /** When the next announcement is due; NEVER: none. */
  next: u64;
  lastDefence: u64;
  /** Announcements to be made. */
  announcements: u32;
  isTested: u32;
  isDisputed: u32;
  isMade: u32;
}

// NETWORK_INTERFACES_MAX records of 32 bytes.
const claims = memory.data(8 * 32, 8);
// NEVER, as a literal: a name would need a start function.
let deadline: u64 = 0xffffffffffffffff;

function claimOf(index: u32): Claim {
  return changetype<Claim>(claims + <usize>index * offsetof<Claim>());
}

/** The interface has a new address: ask first whether anybody else has it, or take it as given. */
export function claimAddress(index: u32, isTested: bool): void {
  assert(offsetof<Claim>() == 32);
  const claim = claimOf(index);
  claim.isMade = 1;
  claim.isDisputed = 0;
  claim.isTested = isTested ? 1 : 0;
  claim.lastDefence = 0;
  claim.announcements = isTested ? 2 : 1;
  claim.next = now() + (isTested ? PROBE_WAIT : ANNOUNCE_INTERVAL);
  deadline = min<u64>(deadline, claim.next);
  if (isTested) sendArpProbe(index, interfaceAt(index).address);
  else sendArpAnnouncement(index);
}

/** The interface gives its address up. */
export function dropClaim(index: u32): void {
  claimOf(index).isMade = 0;
  claimOf(index).announcements = 0;
}

/** Whether somebody else has had the address since it was claimed with a test; said once. */
export function takeDispute(index: u32): bool {
  const disputed = claimOf(index).isDisputed != 0;
  claimOf(index).isDisputed = 0;
  return disputed;
}

/** Somebody else sends from `sender`. True if that is our address. */
export function noticeConflict(index: u32, sender: u32): bool {
  const claim = claimOf(index);
  if (claim.isMade == 0 || sender != interfaceAt(index).address) return false;
  count(COUNTER_ARP_CONFLICT);
  if (claim.isTested != 0 && claim.announcements == 2) {
    claim.isDisputed = 1;
  } else if (claim.lastDefence == 0 || now() >= claim.lastDefence + DEFEND_INTERVAL) {
    claim.lastDefence = now();
    sendArpAnnouncement(index);
  }
  return true;
}

/** Somebody else is about to take `target`: while we test it ourselves, that is a conflict (§2.1.1). */
export function noticeProbe(index: u32, target: u32): void {
  const claim = claimOf(index);
  if (claim.isMade != 0 && claim.announcements == 2 && target == interfaceAt(index).address) {
    count(COUNTER_ARP_CONFLICT);
    claim.isDisputed = 1;
  }
}

/** Makes the announcements that are due. */
export function pollClaims(interfaces: u32): void {
  if (now() < deadline) return;
  deadline = NEVER;
  for (let i: u32 = 0; i < interfaces; i++) {
    const claim = claimOf(i);
    if (claim.announcements == 0) continue;
    if (now() >= claim.next) {
      claim.announcements--;
      claim.next = now() + ANNOUNCE_INTERVAL;
      sendArpAnnouncement(i);
    }
    if (claim.announcements != 0) deadline = min<u64>(deadline, claim.next);
  }
}

export function nextClaimDeadline(): u64 {
  return deadline;
}

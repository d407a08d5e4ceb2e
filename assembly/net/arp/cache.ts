// The ARP cache: who on the link has which MAC address.
// Read first: RFC 826, "Packet Reception"; RFC 1122 §2.3.2.1 (time-outs, at most one request a second).
//
//   FREE --resolve--> ASKED --answer--> KNOWN --60 s--> still used, while the neighbour is asked alone, three times
//                       |                 ^                 |
//                       '--3 requests--> FAILED <-----------'  (then everybody is asked again)

import { NEIGHBOURS_MAX } from "../../base/limits";
import { count, COUNTER_ARP_EVICTED, COUNTER_ARP_FAILED, COUNTER_ARP_HELD_OFF } from "../counters";
import { now } from "../now";
import { MAC_BROADCAST } from "../wire/ethernet";
import { sendArpRequest } from "./message";
import { dropHeld, failHeld, sendHeld } from "./queue";

/** The neighbour's MAC address is not known yet; it has been asked. */
export const UNRESOLVED: u64 = u64.MAX_VALUE;

const FREE: u32 = 0;
const ASKED: u32 = 1;
const KNOWN: u32 = 2;
const FAILED: u32 = 3;

const REQUESTS_MAX: u32 = 3;
const REQUEST_INTERVAL: u64 = 1000000000;
const REACHABLE_TIME: u64 = 60000000000;
/** An answer is not replaced by another sooner: a forger would have to be first, and two answers show up in a counter. */
const CHANGE_INTERVAL: u64 = 1000000000;
const NEVER: u64 = u64.MAX_VALUE;

@final @unmanaged
class Neighbour {
  mac: u64;
  /** Until when the answer is good. */
  goodUntil: u64;
  /** No request before; in ASKED, when the next is due. */
  nextRequest: u64;
  lastUsed: u64;
  address: u32;
  interface: u32;
  state: u32;
  /** Requests without an answer. */
  requests: u32;
}

// NEIGHBOURS_MAX records of 48 bytes.
const neighbours = memory.data(64 * 48, 8);
/** Most packets go where the last one went. */
let recent: u32 = 0;
// NEVER, as a literal: a name would need a start function.
let deadline: u64 = 0xffffffffffffffff;

function neighbourAt(index: u32): Neighbour {
  return changetype<Neighbour>(neighbours + <usize>index * offsetof<Neighbour>());
}

/** The MAC address of a neighbour, or UNRESOLVED: then it is being asked for. */
export function resolve(ofInterface: u32, address: u32): u64 {
  let found = find(ofInterface, address);
  if (found == 0) found = add(ofInterface, address);
  const neighbour = changetype<Neighbour>(found);
  neighbour.lastUsed = now();
  if (neighbour.state == KNOWN) {
    if (now() < neighbour.goodUntil) return neighbour.mac;
    if (now() < neighbour.nextRequest) return neighbour.mac;
    if (neighbour.requests < REQUESTS_MAX) {
      ask(neighbour, neighbour.mac);
      return neighbour.mac;
    }
  }
  if (neighbour.state != ASKED) {
    neighbour.state = ASKED;
    neighbour.requests = 0;
    if (now() >= neighbour.nextRequest) ask(neighbour, MAC_BROADCAST);
    deadline = min<u64>(deadline, neighbour.nextRequest);
  }
  return UNRESOLVED;
}

/** `address` has said that it is at `mac`. Only a neighbour who wants something of us, `mayAdd`, becomes a new entry. */
export function learn(ofInterface: u32, address: u32, mac: u64, mayAdd: bool): void {
  let found = find(ofInterface, address);
  if (found == 0) {
    if (!mayAdd) return;
    found = add(ofInterface, address);
  }
  const neighbour = changetype<Neighbour>(found);
  if (neighbour.state == KNOWN && neighbour.mac != mac && now() + REACHABLE_TIME < neighbour.goodUntil + CHANGE_INTERVAL) {
    count(COUNTER_ARP_HELD_OFF);
    return;
  }
  neighbour.mac = mac;
  neighbour.state = KNOWN;
  neighbour.requests = 0;
  neighbour.goodUntil = now() + REACHABLE_TIME;
  sendHeld(ofInterface, address, mac);
}

/** Asks again where an answer is due, and gives up after the third request. */
export function pollArp(): void {
  if (now() < deadline) return;
  deadline = NEVER;
  for (let i: u32 = 0; i < NEIGHBOURS_MAX; i++) {
    const neighbour = neighbourAt(i);
    if (neighbour.state != ASKED) continue;
    if (now() >= neighbour.nextRequest) {
      if (neighbour.requests >= REQUESTS_MAX) {
        neighbour.state = FAILED;
        count(COUNTER_ARP_FAILED);
        failHeld(neighbour.interface, neighbour.address);
        continue;
      }
      ask(neighbour, MAC_BROADCAST);
    }
    deadline = min<u64>(deadline, neighbour.nextRequest);
  }
}

/** When pollArp() has something to do; u64.MAX_VALUE: never. */
export function nextArpDeadline(): u64 {
  return deadline;
}

/** Forgets every neighbour on an interface: its address has changed. */
export function forgetNeighbours(ofInterface: u32): void {
  for (let i: u32 = 0; i < NEIGHBOURS_MAX; i++) {
    if (neighbourAt(i).interface == ofInterface) release(neighbourAt(i));
  }
}

function ask(neighbour: Neighbour, to: u64): void {
  neighbour.requests++;
  neighbour.nextRequest = now() + REQUEST_INTERVAL;
  sendArpRequest(neighbour.interface, neighbour.address, to);
}

function find(ofInterface: u32, address: u32): usize {
  if (isAt(recent, ofInterface, address)) return changetype<usize>(neighbourAt(recent));
  for (let i: u32 = 0; i < NEIGHBOURS_MAX; i++) {
    if (!isAt(i, ofInterface, address)) continue;
    recent = i;
    return changetype<usize>(neighbourAt(i));
  }
  return 0;
}

function isAt(index: u32, ofInterface: u32, address: u32): bool {
  const neighbour = neighbourAt(index);
  return neighbour.address == address && neighbour.state != FREE && neighbour.interface == ofInterface;
}

/** A fresh entry: a free one, else the one not used for the longest time. */
function add(ofInterface: u32, address: u32): usize {
  assert(offsetof<Neighbour>() == 48);
  let chosen = neighbourAt(0);
  for (let i: u32 = 0; i < NEIGHBOURS_MAX && chosen.state != FREE; i++) {
    const other = neighbourAt(i);
    if (other.state == FREE || other.lastUsed < chosen.lastUsed) chosen = other;
  }
  if (chosen.state != FREE) {
    count(COUNTER_ARP_EVICTED);
    release(chosen);
  }
  chosen.address = address;
  chosen.interface = ofInterface;
  chosen.lastUsed = now();
  // Not ASKED: that is what resolve() makes of it.
  chosen.state = FAILED;
  return changetype<usize>(chosen);
}

function release(neighbour: Neighbour): void {
  if (neighbour.state == ASKED) dropHeld(neighbour.interface, neighbour.address);
  memory.fill(changetype<usize>(neighbour), 0, offsetof<Neighbour>());
}

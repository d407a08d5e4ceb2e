// Packets that come in fragments, put together: a few at a time, for a limited time, and never from fragments that overlap.
// Read first: RFC 791 §3.2; RFC 1122 §3.3.2 (time-out); RFC 1858, RFC 5722 (why overlaps are refused); RFC 8900 §3.7.
//
//   slot -> fragment (offset 0) -> fragment -> …         sorted by offset, without overlaps
//   whole: | header of the first fragment | data |       in one piece, until the next packet is whole

import { FRAGMENTS_MAX, PACKET_BUFFER_BYTES, REASSEMBLIES_MAX } from "../../base/limits";
import {
  count, COUNTER_REASSEMBLY_DONE, COUNTER_REASSEMBLY_MALFORMED, COUNTER_REASSEMBLY_NO_BUFFER, COUNTER_REASSEMBLY_OVERLAP,
  COUNTER_REASSEMBLY_TIMED_OUT,
} from "../counters";
import { sendIcmpError } from "../icmp/output";
import { takeMemory } from "../../mm/heap";
import { now } from "../now";
import { giveChain, Packet, packetData, takePacketForQueue } from "../packets";
import { ICMP_TIME_EXCEEDED } from "../wire/icmp";
import {
  hasIpv4MoreFragments, IPV4_HEADER_BYTES, IPV4_HEADER_BYTES_MAX, IPV4_PACKET_BYTES_MAX, ipv4Destination, ipv4FragmentOffset,
  ipv4Identification, ipv4Protocol, ipv4Source, setIpv4Whole,
} from "../wire/ipv4";

/** RFC 1122 asks for 60 s or more; Linux waits 30 s, and a shorter time bounds what a forger can hold. */
const LIFETIME: u64 = 30000000000;
const NEVER: u64 = u64.MAX_VALUE;
/** ICMP_TIME_EXCEEDED: fragment reassembly time exceeded. */
const CODE_REASSEMBLY: u32 = 1;

@final @unmanaged
class Reassembly {
  /** 0: free. */
  expires: u64;
  source: u32;
  destination: u32;
  identification: u32;
  protocol: u32;
  interface: u32;
  /** The fragment with the lowest offset. */
  first: usize;
  /** Bytes of data that have come. */
  received: u32;
  /** Bytes of data in all; 0 until the last fragment has come. */
  end: u32;
  /** Of the header below; 0 until the first fragment has come. */
  headerBytes: u32;
  fragments: u32;
}

const HEADER_OFFSET: usize = 48;
const SLOT_BYTES: usize = 112;

// REASSEMBLIES_MAX slots: a Reassembly, then 64 bytes for the first fragment's header.
const slots = memory.data(4 * 112, 8);
let whole: usize = 0;

/** Before the heap is locked. */
export function initialiseReassembly(): void {
  assert(offsetof<Reassembly>() == HEADER_OFFSET);
  whole = takeMemory(IPV4_HEADER_BYTES_MAX + IPV4_PACKET_BYTES_MAX, 64);
}

/**
 * A little more than 64 KiB, which hold a whole packet while it is delivered; free for anybody who is not called from there. Sockets gather
 * datagrams in it before they send.
 */
export function packetScratch(): usize {
  return whole;
}

function slotAt(index: u32): Reassembly {
  return changetype<Reassembly>(slots + <usize>index * SLOT_BYTES);
}

function headerOf(slot: Reassembly): usize {
  return changetype<usize>(slot) + HEADER_OFFSET;
}

/** Takes a fragment. If its packet is whole now, where it is, with a header that says so; else 0. */
export function reassemble(index: u32, at: usize, headerBytes: u32, totalBytes: u32): usize {
  const offset = ipv4FragmentOffset(at);
  const bytes = totalBytes - headerBytes;
  const more = hasIpv4MoreFragments(at);
  if (bytes == 0 || (more && (bytes & 7) != 0) || offset + bytes + IPV4_HEADER_BYTES > IPV4_PACKET_BYTES_MAX) {
    count(COUNTER_REASSEMBLY_MALFORMED);
    return 0;
  }
  const slot = slotFor(index, at);
  if (!more) {
    if (slot.end != 0 && slot.end != offset + bytes) return refuse(slot, COUNTER_REASSEMBLY_OVERLAP);
    slot.end = offset + bytes;
  }
  const before = placeOf(slot, offset);
  const isSame = before != 0 && changetype<Packet>(before).offset == offset && changetype<Packet>(before).total == bytes;
  // The network may deliver the same fragment twice.
  if (isSame) return 0;
  if (overlaps(slot, before, offset, bytes)) return refuse(slot, COUNTER_REASSEMBLY_OVERLAP);
  if (!insert(slot, before, offset, at + headerBytes, bytes)) return refuse(slot, COUNTER_REASSEMBLY_NO_BUFFER);
  if (offset == 0) {
    memory.copy(headerOf(slot), at, headerBytes);
    slot.headerBytes = headerBytes;
  }
  return slot.end != 0 && slot.received == slot.end ? join(slot) : 0;
}

/** Gives up packets whose time is over. */
export function pollReassembly(): void {
  for (let i: u32 = 0; i < REASSEMBLIES_MAX; i++) {
    const slot = slotAt(i);
    if (slot.expires == 0 || now() < slot.expires) continue;
    count(COUNTER_REASSEMBLY_TIMED_OUT);
    if (slot.headerBytes != 0) {
      memory.copy(whole, headerOf(slot), slot.headerBytes);
      memory.copy(whole + slot.headerBytes, packetData(slot.first), 8);
      sendIcmpError(whole, slot.headerBytes + 8, ICMP_TIME_EXCEEDED, CODE_REASSEMBLY);
    }
    free(slot);
  }
}

export function nextReassemblyDeadline(): u64 {
  let deadline = NEVER;
  for (let i: u32 = 0; i < REASSEMBLIES_MAX; i++) {
    if (slotAt(i).expires != 0) deadline = min<u64>(deadline, slotAt(i).expires);
  }
  return deadline;
}

/** The slot of a fragment's packet: the one it has, a free one, or that of the packet that has waited longest. */
function slotFor(index: u32, at: usize): Reassembly {
  let chosen = slotAt(0);
  for (let i: u32 = 0; i < REASSEMBLIES_MAX; i++) {
    const slot = slotAt(i);
    if (isOf(slot, index, at)) return slot;
    if (slot.expires < chosen.expires) chosen = slot;
  }
  if (chosen.expires != 0) {
    count(COUNTER_REASSEMBLY_NO_BUFFER);
    free(chosen);
  }
  chosen.expires = now() + LIFETIME;
  chosen.source = ipv4Source(at);
  chosen.destination = ipv4Destination(at);
  chosen.identification = ipv4Identification(at);
  chosen.protocol = ipv4Protocol(at);
  chosen.interface = index;
  return chosen;
}

function isOf(slot: Reassembly, index: u32, at: usize): bool {
  return slot.expires != 0 && slot.identification == ipv4Identification(at) && slot.source == ipv4Source(at)
    && slot.destination == ipv4Destination(at) && slot.protocol == ipv4Protocol(at) && slot.interface == index;
}

/** The last fragment that begins at `offset` or before; 0: none. */
function placeOf(slot: Reassembly, offset: u32): usize {
  let before: usize = 0;
  let at = slot.first;
  while (at != 0 && changetype<Packet>(at).offset <= offset) {
    before = at;
    at = changetype<Packet>(at).next;
  }
  return before;
}

/** Whether data is there already, or comes after the end. */
function overlaps(slot: Reassembly, before: usize, offset: u32, bytes: u32): bool {
  if (before != 0 && changetype<Packet>(before).offset + changetype<Packet>(before).bytes > offset) return true;
  const after = before == 0 ? slot.first : changetype<Packet>(before).next;
  if (after != 0 && offset + bytes > changetype<Packet>(after).offset) return true;
  return slot.end != 0 && offset + bytes > slot.end;
}

/** Keeps a fragment, in several buffers if it is larger than one. */
function insert(slot: Reassembly, before: usize, offset: u32, from: usize, bytes: u32): bool {
  const total = bytes;
  while (bytes != 0) {
    if (slot.fragments == FRAGMENTS_MAX) return false;
    const taken = takePacketForQueue();
    if (taken == 0) return false;
    const part = min<u32>(bytes, PACKET_BUFFER_BYTES);
    const packet = changetype<Packet>(taken);
    packet.offset = offset;
    packet.bytes = part;
    packet.total = total;
    memory.copy(packetData(taken), from, part);
    packet.next = before == 0 ? slot.first : changetype<Packet>(before).next;
    if (before == 0) slot.first = taken;
    else changetype<Packet>(before).next = taken;
    before = taken;
    offset += part;
    from += part;
    bytes -= part;
    slot.received += part;
    slot.fragments++;
  }
  return true;
}

function join(slot: Reassembly): usize {
  // Other fragments may have counted on a shorter header.
  if (slot.headerBytes + slot.end > IPV4_PACKET_BYTES_MAX) return refuse(slot, COUNTER_REASSEMBLY_MALFORMED);
  memory.copy(whole, headerOf(slot), slot.headerBytes);
  for (let at = slot.first; at != 0; at = changetype<Packet>(at).next) {
    memory.copy(whole + slot.headerBytes + changetype<Packet>(at).offset, packetData(at), changetype<Packet>(at).bytes);
  }
  setIpv4Whole(whole, slot.headerBytes + slot.end);
  count(COUNTER_REASSEMBLY_DONE);
  free(slot);
  return whole;
}

function refuse(slot: Reassembly, counter: u32): usize {
  count(counter);
  free(slot);
  return 0;
}

function free(slot: Reassembly): void {
  giveChain(slot.first);
  memory.fill(changetype<usize>(slot), 0, SLOT_BYTES);
}

// The network at boot: who gets the devices, memory for the stack, its words. Nothing here waits: an address from DHCP comes
// while the application already runs.
// Read first: nics.ts, net/stack.ts; net/tcp/memory.ts says what TCP's memory is good for.
//
// The stack takes all network devices, unless the application's manifest declares some: those are for solo5_net_acquire. A
// machine with no device for it has one only if a socket listens from the start, or if the application opens some, which
// then reach the machine itself (127.0.0.1); all others pay for none.

import * as image from "../host/image";
import { EXIT_UNUSABLE } from "../base/exit-status";
import { text } from "../base/line";
import { beginMessage, sendLineQuoting } from "../base/log";
import { fail } from "../base/panic";
import { powerOff } from "../base/power-off";
import { isLoopbackAsked } from "../config/configuration";
import { listenerStrings } from "../config/strings";
import { takeDeviceMemory } from "../mm/device-memory";
import { usableBytes } from "../mm/memory-map";
import { readNetworkWords, refusedWordAt, refusedWordLength } from "../net/configure";
import { initialiseNetwork } from "../net/stack";
import { areTcpTablesMade, tcpInitialise } from "../net/tcp/memory";
import { askForOffloads } from "../virtio/net";
import { joinedNics, joinNetwork } from "./nics";
import { takeTurn } from "./turn";

/** A sixteenth of the machine's memory, so that a server of 64 MiB holds 1,500 connections; within bounds. */
const TCP_SHARE_SHIFT: u64 = 4;
const TCP_BYTES_LEAST: u64 = 1 << 20;
const TCP_BYTES_MOST: u64 = 16 << 20;
/** On less the application keeps what sockets that reach nobody would take, which it may never open. */
const LOOPBACK_MACHINE_BYTES: u64 = 8 << 20;
const ALIGNMENT: u32 = 64;
/** One datagram of the largest size, put together before it is sent. */
const DATAGRAM_BYTES: u32 = 65536;
/** Of a declared device (host/image.ts), its type: shim/image.h. */
const DECLARED_NET: u32 = 1;

// The declared device that was looked at last.
const declared = memory.data(72, 4);
let tcpBytes: u32 = 0;
let datagram: usize = 0;
let ownsNics: bool = false;

/** Device memory that the stack wants on a machine with so many network devices; 0: there will be none. */
export function claimNetwork(nics: u32): u32 {
  ownsNics = nics != 0 && !areNicsDeclared();
  tcpBytes = 0;
  if (!ownsNics && listenerStrings().count == 0 && !wantsLoopback()) return 0;
  tcpBytes = <u32>max<u64>(min<u64>(usableBytes() >> TCP_SHARE_SHIFT, TCP_BYTES_MOST), TCP_BYTES_LEAST) & ~(ALIGNMENT - 1);
  return tcpBytes + DATAGRAM_BYTES + 2 * ALIGNMENT;
}

function wantsLoopback(): bool {
  return isLoopbackAsked() && usableBytes() >= LOOPBACK_MACHINE_BYTES;
}

function areNicsDeclared(): bool {
  for (let i: u32 = 0; i < image.declared(); i++) {
    image.readDeclared(i, declared);
    if (load<u32>(declared) == DECLARED_NET) return true;
  }
  return false;
}

/** Before the devices are started, and before the heap is locked. */
export function prepareNetwork(): void {
  if (!readNetworkWords()) refuseWord(refusedWordAt(), refusedWordLength());
  if (tcpBytes == 0) return;
  initialiseNetwork();
  const at = takeDeviceMemory(tcpBytes, ALIGNMENT);
  datagram = takeDeviceMemory(DATAGRAM_BYTES, ALIGNMENT);
  if (at == 0 || datagram == 0) fail("the machine has too little memory for the network", EXIT_UNUSABLE);
  tcpInitialise(at, tcpBytes);
  if (ownsNics) askForOffloads();
}

/** After they have been started. The first turn asks DHCP, if need be. */
export function startStack(): void {
  if (ownsNics) joinNetwork();
  if (joinedNics() != 0) takeTurn();
}

/** Whether there is a stack that wants turns. */
export function hasStack(): bool {
  return areTcpTablesMade();
}

/** Room for the largest datagram that can be sent. */
export function datagramRoom(): usize {
  return datagram;
}

/** A word of the command line about the network makes no sense. Never returns. */
export function refuseWord(at: usize, length: u32): void {
  beginMessage();
  text("the command line has a word with a bad value");
  sendLineQuoting(at, length);
  powerOff(EXIT_UNUSABLE);
}

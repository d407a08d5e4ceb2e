// poll_oneoff (preview 1, "poll"): waits for any of a list of clocks and descriptors.
//
// One pass over the list writes an event for each subscription that is ready and notes the earliest moment any other
// one could be. If nothing was ready the processor halts until that moment or until input, and the pass is repeated.
// Relative times count from the first pass. Subscriptions are copied in one at a time.

import * as app from "../host/app";
import { HAS_SOCKETS } from "../base/features";
import { SUBSCRIPTIONS_MAX } from "../base/limits";
import { inputAvailable, prepareToWaitForInput } from "../console/input";
import { inputEnded } from "../console/received";
import { fileSize } from "../fs/files";
import { addSaturating, subtractSaturating } from "../lib/wide";
import { applicationStart, monotonic, wallClockOffset } from "../time/clock";
import { tcpReadiness } from "../net/tcp/socket";
import { TCP_ACCEPTABLE, TCP_HUNG_UP, TCP_READABLE, TCP_WRITABLE } from "../net/tcp/status";
import { tcpReceiveTotal } from "../net/tcp/stream";
import { isUdpWritable } from "../net/udp/output";
import { udpFirstBytes, udpPeek } from "../net/udp/queue";
import { udpSocket } from "../net/udp/sockets";
import { NEVER } from "../time/deadlines";
import { arrayInApplication, inApplication, putU32 } from "./application-memory";
import { checkReadable, checkWritable, descriptorAt, hasRights, isFile, isSocket, KIND_DATAGRAMS } from "./descriptors";
import {
  CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_THREAD_CPUTIME, EVENT_HANGUP, EVENT_SIZE, EVENTTYPE_CLOCK, EVENTTYPE_FD_READ,
  EVENTTYPE_FD_WRITE, FAULT, INVAL, NOTCAPABLE, RIGHT_POLL_FD_READWRITE, SUBCLOCKFLAG_ABSTIME, SUBSCRIPTION_SIZE, SUCCESS,
} from "./spec";
import { lookAround, rest } from "./waiting";

/** How often to look for a free packet buffer. */
const LOOK_INTERVAL: u64 = 1000000;

const subscription = memory.data(48, 8);
const event = memory.data(32, 8);

// The call being served.
let outAt: u32 = 0;
let eventCount: u32 = 0;
let isTimed: bool = false;
let startTime: u64 = 0;
let nextTime: u64 = 0;
let wantsInput: bool = false;
let eventFlags: u32 = 0;

export function poll_oneoff(subscriptions: u32, events: u32, count: u32, eventsStored: u32): u32 {
  if (count == 0 || count > SUBSCRIPTIONS_MAX) return INVAL;
  if (!arrayInApplication(subscriptions, count, SUBSCRIPTION_SIZE)) return FAULT;
  if (!arrayInApplication(events, count, EVENT_SIZE) || !inApplication(eventsStored, 4)) return FAULT;
  isTimed = false;
  let error = pass(subscriptions, events, count);
  while (error == SUCCESS && eventCount == 0) {
    waitForSomething();
    error = pass(subscriptions, events, count);
  }
  if (error == SUCCESS) putU32(eventsStored, eventCount);
  return error;
}

function waitForSomething(): void {
  if (wantsInput && !prepareToWaitForInput()) return;
  rest(nextTime);
}

function pass(subscriptions: u32, events: u32, count: u32): u32 {
  lookAround();
  outAt = events;
  eventCount = 0;
  nextTime = NEVER;
  wantsInput = false;
  for (let i: u32 = 0; i < count; i++) {
    app.copyIn(subscription, subscriptions + i * SUBSCRIPTION_SIZE, SUBSCRIPTION_SIZE);
    const kind = <u32>load<u8>(subscription, 8);
    if (kind == EVENTTYPE_CLOCK) considerClock();
    else if (kind == EVENTTYPE_FD_READ) considerRead();
    else if (kind == EVENTTYPE_FD_WRITE) considerWrite();
    else return INVAL;
  }
  return SUCCESS;
}

function considerClock(): void {
  const clock = load<u32>(subscription, 16);
  const flags = <u32>load<u16>(subscription, 40);
  if (clock > CLOCK_THREAD_CPUTIME || (flags & ~SUBCLOCKFLAG_ABSTIME) != 0) return report(INVAL, 0);
  const now = monotonic();
  if (!isTimed) startTime = now;
  isTimed = true;
  const timeout = load<u64>(subscription, 24);
  const due = (flags & SUBCLOCKFLAG_ABSTIME) != 0 ? toMonotonic(clock, timeout) : addSaturating(startTime, timeout);
  if (due <= now) report(SUCCESS, 0);
  else if (due < nextTime) nextTime = due;
}

/** The moment of the monotonic clock at which `clock` shows `time`. */
function toMonotonic(clock: u32, time: u64): u64 {
  if (clock == CLOCK_REALTIME) return subtractSaturating(time, wallClockOffset());
  return clock == CLOCK_MONOTONIC ? time : addSaturating(time, applicationStart());
}

function considerRead(): void {
  const descriptor = load<u32>(subscription, 16);
  if (HAS_SOCKETS && isSocket(descriptor)) return considerSocket(descriptor, TCP_READABLE | TCP_ACCEPTABLE);
  const error = checkReadable(descriptor);
  if (error != SUCCESS) return report(error, 0);
  // A file is ready at once, also at its end, where 0 bytes are left.
  if (isFile(descriptor)) {
    const file = descriptorAt(descriptor);
    return report(SUCCESS, subtractSaturating(fileSize(file.node), file.position));
  }
  const available = inputAvailable();
  if (available != 0 || inputEnded()) report(SUCCESS, available);
  else wantsInput = true;
}

/** A UART takes bytes at any time; how many is not known, so one is promised. */
function considerWrite(): void {
  const descriptor = load<u32>(subscription, 16);
  if (HAS_SOCKETS && isSocket(descriptor)) return considerSocket(descriptor, TCP_WRITABLE);
  const error = checkWritable(descriptor);
  report(error, error == SUCCESS ? 1 : 0);
}

/** A connection that has failed is ready, too: the call that follows says why. HANGUP: neither side sends any more. */
function considerSocket(descriptor: u32, wanted: u32): void {
  if (!hasRights(descriptor, RIGHT_POLL_FD_READWRITE)) return report(NOTCAPABLE, 0);
  const socket = descriptorAt(descriptor).node;
  if (descriptorAt(descriptor).kind == KIND_DATAGRAMS) return considerDatagrams(socket, wanted == TCP_WRITABLE);
  const ready = tcpReadiness(socket);
  if ((ready & (wanted | TCP_HUNG_UP)) == 0) return;
  eventFlags = (ready & TCP_HUNG_UP) != 0 ? EVENT_HANGUP : 0;
  report(SUCCESS, wanted == TCP_WRITABLE ? 1 : tcpReceiveTotal(socket));
  eventFlags = 0;
}

/** An error of a datagram that was sent is ready to be told. For a free buffer one looks: no event says it. */
function considerDatagrams(socket: u32, isWriting: bool): void {
  const hasFailed = udpSocket(socket).error != 0;
  if (!isWriting) {
    if (udpPeek(socket) != 0 || hasFailed || udpSocket(socket).isReadShut != 0) report(SUCCESS, udpFirstBytes(socket));
  } else if (isUdpWritable() || hasFailed) report(SUCCESS, 1);
  else nextTime = min<u64>(nextTime, monotonic() + LOOK_INTERVAL);
}

/** Writes an event for the current subscription; there is room for one each. */
function report(error: u32, bytes: u64): void {
  memory.fill(event, 0, EVENT_SIZE);
  store<u64>(event, load<u64>(subscription));
  store<u16>(event, error, 8);
  store<u8>(event, load<u8>(subscription, 8), 10);
  store<u64>(event, bytes, 16);
  store<u16>(event, eventFlags, 24);
  app.copyOut(outAt, event, EVENT_SIZE);
  outAt += EVENT_SIZE;
  eventCount++;
}

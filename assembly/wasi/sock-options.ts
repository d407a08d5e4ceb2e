// Options of sockets, as POSIX getsockopt() and setsockopt(), each as one number. An option that a socket of this kind does
// not have is NOPROTOOPT, and so is one that nobody has here (a dialect's function for it, wamr-options.ts, has no number).
// Read first: sock-open.ts; net/tcp/socket-options.ts. The numbers are ours: asolo.sock_get_option has them, too (sdk/).

import { UDP_QUEUE_BUFFERS_MAX, PACKET_BUFFER_BYTES } from "../base/limits";
import {
  tcpFastOpen, tcpKeepAlive, tcpKeepAliveCount, tcpKeepAliveIdle, tcpKeepAliveInterval, tcpLingers, tcpLingerSeconds, tcpNoDelay,
  tcpQuickAck, tcpReceiveBuffer, tcpReuseAddress, tcpReusePort, tcpSendBuffer, tcpSetFastOpen, tcpSetKeepAlive, tcpSetKeepAliveTimes,
  tcpSetLinger, tcpSetNoDelay, tcpSetQuickAck, tcpSetReceiveBuffer, tcpSetReuseAddress, tcpSetReusePort, tcpSetSendBuffer,
  tcpSetTimeToLive, tcpTimeToLive,
} from "../net/tcp/socket-options";
import { udpAllowBroadcast, udpShareAddress, udpSharePort, udpSocket } from "../net/udp/sockets";
import { takeTurn } from "../sockets/turn";
import { checkSocket, Descriptor, descriptorAt, KIND_DATAGRAMS, KIND_LISTENER } from "./descriptors";
import { takeSocketError } from "./sock-connect";
import { receivePatience, sendPatience, setReceivePatience, setSendPatience } from "./sock-wait";
import { INVAL, NOPROTOOPT, SUCCESS } from "./spec";

/** 1: TCP, 2: UDP. To be read only, as are the next two. */
export const OPTION_TYPE: u32 = 0;
/** The errno of what has gone wrong, told once. */
export const OPTION_ERROR: u32 = 1;
export const OPTION_IS_LISTENING: u32 = 2;
export const OPTION_REUSE_ADDRESS: u32 = 3;
/** Sizes in bytes: TCP takes a power of two near by, UDP queues are always as large as they say. */
export const OPTION_SEND_BUFFER: u32 = 4;
export const OPTION_RECEIVE_BUFFER: u32 = 5;
/** Microseconds, counted in milliseconds; 0: without end. */
export const OPTION_SEND_TIMEOUT: u32 = 6;
export const OPTION_RECEIVE_TIMEOUT: u32 = 7;
/** Of UDP alone. */
export const OPTION_BROADCAST: u32 = 8;
/** Of TCP alone, as all that follow: bit 32 says whether it lingers, the low half for how many seconds. */
export const OPTION_LINGER: u32 = 9;
export const OPTION_NO_DELAY: u32 = 10;
export const OPTION_KEEP_ALIVE: u32 = 11;
/** Seconds of silence before the first probe, seconds between probes, and how many. */
export const OPTION_KEEP_IDLE: u32 = 12;
export const OPTION_KEEP_INTERVAL: u32 = 13;
export const OPTION_KEEP_COUNT: u32 = 14;
/** Of both, as the next: SO_REUSEPORT; IP_TTL, 1 to 255. */
export const OPTION_REUSE_PORT: u32 = 15;
export const OPTION_TIME_TO_LIVE: u32 = 16;
/** Of UDP: IP_MULTICAST_TTL, 0 to 255, and IP_MULTICAST_LOOP. */
export const OPTION_GROUP_TIME_TO_LIVE: u32 = 17;
export const OPTION_GROUP_LOOP: u32 = 18;
/** Of TCP. */
export const OPTION_QUICK_ACK: u32 = 19;
export const OPTION_FAST_OPEN: u32 = 20;

/** What Linux allows for the times of keep-alive, and for the number of probes. */
const KEEP_SECONDS_MAX: u64 = 32767;
const KEEP_COUNT_MAX: u64 = 127;
const LINGERS: u64 = 1 << 32;
const TIME_TO_LIVE_MAX: u64 = 255;
const MICROSECONDS: u64 = 1000;

let value: u64 = 0;

/** What getOption() has read. */
export function optionValue(): u64 {
  return value;
}

export function getOption(descriptor: u32, option: u32): u32 {
  const error = checkSocket(descriptor);
  if (error != SUCCESS) return error;
  const entry = descriptorAt(descriptor);
  switch (option) {
    case OPTION_TYPE: return found(entry.kind == KIND_DATAGRAMS ? 2 : 1);
    case OPTION_ERROR: return found(takeSocketError(entry));
    case OPTION_IS_LISTENING: return found(entry.kind == KIND_LISTENER ? 1 : 0);
    case OPTION_SEND_TIMEOUT: return found(<u64>sendPatience(entry) * MICROSECONDS);
    case OPTION_RECEIVE_TIMEOUT: return found(<u64>receivePatience(entry) * MICROSECONDS);
  }
  return entry.kind == KIND_DATAGRAMS ? getOfUdp(entry.node, option) : getOfTcp(entry.node, option);
}

function getOfUdp(socket: u32, option: u32): u32 {
  switch (option) {
    case OPTION_REUSE_ADDRESS: return found(udpSocket(socket).sharesAddress);
    case OPTION_SEND_BUFFER:
    case OPTION_RECEIVE_BUFFER: return found(UDP_QUEUE_BUFFERS_MAX * PACKET_BUFFER_BYTES);
    case OPTION_BROADCAST: return found(udpSocket(socket).mayBroadcast);
    case OPTION_REUSE_PORT: return found(udpSocket(socket).sharesPort);
    case OPTION_TIME_TO_LIVE: return found(udpSocket(socket).timeToLive);
    case OPTION_GROUP_TIME_TO_LIVE: return found(udpSocket(socket).groupTimeToLive);
    case OPTION_GROUP_LOOP: return found(udpSocket(socket).loopsGroups);
  }
  return NOPROTOOPT;
}

function getOfTcp(socket: u32, option: u32): u32 {
  switch (option) {
    case OPTION_REUSE_ADDRESS: return found(tcpReuseAddress(socket) ? 1 : 0);
    case OPTION_SEND_BUFFER: return found(tcpSendBuffer(socket));
    case OPTION_RECEIVE_BUFFER: return found(tcpReceiveBuffer(socket));
    case OPTION_LINGER: return found((tcpLingers(socket) ? LINGERS : 0) | <u64>tcpLingerSeconds(socket));
    case OPTION_NO_DELAY: return found(tcpNoDelay(socket) ? 1 : 0);
    case OPTION_KEEP_ALIVE: return found(tcpKeepAlive(socket) ? 1 : 0);
    case OPTION_KEEP_IDLE: return found(tcpKeepAliveIdle(socket));
    case OPTION_KEEP_INTERVAL: return found(tcpKeepAliveInterval(socket));
    case OPTION_KEEP_COUNT: return found(tcpKeepAliveCount(socket));
    case OPTION_REUSE_PORT: return found(tcpReusePort(socket) ? 1 : 0);
    case OPTION_TIME_TO_LIVE: return found(tcpTimeToLive(socket));
    case OPTION_QUICK_ACK: return found(tcpQuickAck(socket) ? 1 : 0);
    case OPTION_FAST_OPEN: return found(tcpFastOpen(socket) ? 1 : 0);
  }
  return NOPROTOOPT;
}

function found(what: u64): u32 {
  value = what;
  return SUCCESS;
}

export function setOption(descriptor: u32, option: u32, to: u64): u32 {
  const error = checkSocket(descriptor);
  if (error != SUCCESS) return error;
  const entry = descriptorAt(descriptor);
  takeTurn();
  switch (option) {
    case OPTION_SEND_TIMEOUT: return setTimeout(entry, to, false);
    case OPTION_RECEIVE_TIMEOUT: return setTimeout(entry, to, true);
  }
  return entry.kind == KIND_DATAGRAMS ? setOfUdp(entry.node, option, to) : setOfTcp(entry.node, option, to);
}

/** Rounded up, so that no time-out becomes none; what is longer than can be counted, 49 days, is as long as can be. */
function setTimeout(entry: Descriptor, microseconds: u64, isReceiving: bool): u32 {
  const whole = microseconds / MICROSECONDS + (microseconds % MICROSECONDS != 0 ? 1 : 0);
  const milliseconds = <u32>min<u64>(whole, u32.MAX_VALUE);
  if (isReceiving) setReceivePatience(entry, milliseconds);
  else setSendPatience(entry, milliseconds);
  return SUCCESS;
}

function setOfUdp(socket: u32, option: u32, to: u64): u32 {
  switch (option) {
    case OPTION_REUSE_ADDRESS: udpShareAddress(socket, to != 0); return SUCCESS;
    case OPTION_SEND_BUFFER:
    case OPTION_RECEIVE_BUFFER: return SUCCESS;
    case OPTION_BROADCAST: udpAllowBroadcast(socket, to != 0); return SUCCESS;
    case OPTION_REUSE_PORT: udpSharePort(socket, to != 0); return SUCCESS;
    case OPTION_TIME_TO_LIVE:
    case OPTION_GROUP_TIME_TO_LIVE: return setTimeToLive(socket, option, to);
    case OPTION_GROUP_LOOP: udpSocket(socket).loopsGroups = to != 0 ? 1 : 0; return SUCCESS;
  }
  return NOPROTOOPT;
}

function setTimeToLive(socket: u32, option: u32, to: u64): u32 {
  if (to > TIME_TO_LIVE_MAX || (to == 0 && option == OPTION_TIME_TO_LIVE)) return INVAL;
  if (option == OPTION_TIME_TO_LIVE) udpSocket(socket).timeToLive = <u32>to;
  else udpSocket(socket).groupTimeToLive = <u32>to;
  return SUCCESS;
}

function setOfTcp(socket: u32, option: u32, to: u64): u32 {
  const number = <u32>min<u64>(to, u32.MAX_VALUE);
  switch (option) {
    case OPTION_REUSE_ADDRESS: tcpSetReuseAddress(socket, to != 0); return SUCCESS;
    case OPTION_SEND_BUFFER: tcpSetSendBuffer(socket, number); return SUCCESS;
    case OPTION_RECEIVE_BUFFER: tcpSetReceiveBuffer(socket, number); return SUCCESS;
    case OPTION_LINGER: tcpSetLinger(socket, (to & LINGERS) != 0, <u32>to); return SUCCESS;
    case OPTION_NO_DELAY: tcpSetNoDelay(socket, to != 0); return SUCCESS;
    case OPTION_KEEP_ALIVE: tcpSetKeepAlive(socket, to != 0); return SUCCESS;
    case OPTION_KEEP_IDLE:
    case OPTION_KEEP_INTERVAL:
    case OPTION_KEEP_COUNT: return setKeepAliveTime(socket, option, to);
    case OPTION_REUSE_PORT: tcpSetReusePort(socket, to != 0); return SUCCESS;
    case OPTION_TIME_TO_LIVE:
      if (to == 0 || to > TIME_TO_LIVE_MAX) return INVAL;
      tcpSetTimeToLive(socket, number);
      return SUCCESS;
    case OPTION_QUICK_ACK: tcpSetQuickAck(socket, to != 0); return SUCCESS;
    case OPTION_FAST_OPEN: tcpSetFastOpen(socket, to != 0); return SUCCESS;
  }
  return NOPROTOOPT;
}

function setKeepAliveTime(socket: u32, option: u32, to: u64): u32 {
  if (to == 0 || to > (option == OPTION_KEEP_COUNT ? KEEP_COUNT_MAX : KEEP_SECONDS_MAX)) return INVAL;
  tcpSetKeepAliveTimes(
    socket,
    option == OPTION_KEEP_IDLE ? <u32>to : tcpKeepAliveIdle(socket),
    option == OPTION_KEEP_INTERVAL ? <u32>to : tcpKeepAliveInterval(socket),
    option == OPTION_KEEP_COUNT ? <u32>to : tcpKeepAliveCount(socket),
  );
  return SUCCESS;
}

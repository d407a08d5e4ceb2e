// The options of WAMR's lib-socket: a pair of calls for each, all alike. A flag is a byte, a number four, a time eight of
// microseconds. Those that this machine has nothing for are NOPROTOOPT, as setsockopt() would say.
// Read first: sock-options.ts.

import * as app from "../host/app";
import { inApplication, putU32, putU64 } from "./application-memory";
import { checkSocket } from "./descriptors";
import {
  getOption, OPTION_BROADCAST, OPTION_FAST_OPEN, OPTION_GROUP_LOOP, OPTION_GROUP_TIME_TO_LIVE, OPTION_KEEP_ALIVE, OPTION_KEEP_IDLE,
  OPTION_KEEP_INTERVAL, OPTION_LINGER, OPTION_NO_DELAY, OPTION_QUICK_ACK, OPTION_RECEIVE_BUFFER,
  OPTION_RECEIVE_TIMEOUT, OPTION_REUSE_ADDRESS, OPTION_REUSE_PORT, OPTION_SEND_BUFFER, OPTION_SEND_TIMEOUT,
  OPTION_TIME_TO_LIVE, optionValue, setOption,
} from "./sock-options";
import { ADDRESS_IP_SIZE } from "./wamr-address";
import { FAULT, NOPROTOOPT, SUCCESS } from "./spec";

const LINGERS: u64 = 1 << 32;

const byte = memory.data(1);

function putByte(at: u32, value: u64): void {
  store<u8>(byte, value);
  app.copyOut(at, byte, 1);
}

function getByte(descriptor: u32, option: u32, at: u32): u32 {
  if (!inApplication(at, 1)) return FAULT;
  const error = getOption(descriptor, option);
  if (error == SUCCESS) putByte(at, optionValue());
  return error;
}

function setFlag(descriptor: u32, option: u32, value: u32): u32 {
  return setOption(descriptor, option, value != 0 ? 1 : 0);
}

function getNumber(descriptor: u32, option: u32, at: u32): u32 {
  if (!inApplication(at, 4)) return FAULT;
  const error = getOption(descriptor, option);
  if (error == SUCCESS) putU32(at, <u32>optionValue());
  return error;
}

function getTime(descriptor: u32, option: u32, at: u32): u32 {
  if (!inApplication(at, 8)) return FAULT;
  const error = getOption(descriptor, option);
  if (error == SUCCESS) putU64(at, optionValue());
  return error;
}

/** Of an option that there is nothing for; flags and numbers of one byte. */
export function sock_get_nothing(descriptor: u32, at: u32): u32 {
  if (!inApplication(at, 1)) return FAULT;
  const error = checkSocket(descriptor);
  return error == SUCCESS ? NOPROTOOPT : error;
}

export function sock_set_nothing(descriptor: u32, _value: u32): u32 {
  const error = checkSocket(descriptor);
  return error == SUCCESS ? NOPROTOOPT : error;
}

/** A socket of IPv4 has no options of IPv6. */
export function sock_get_ip_multicast_loop(descriptor: u32, isIpv6: u32, at: u32): u32 {
  return isIpv6 != 0 ? sock_get_nothing(descriptor, at) : getByte(descriptor, OPTION_GROUP_LOOP, at);
}

export function sock_set_ip_multicast_loop(descriptor: u32, isIpv6: u32, value: u32): u32 {
  return isIpv6 != 0 ? sock_set_nothing(descriptor, value) : setFlag(descriptor, OPTION_GROUP_LOOP, value);
}

/** Joining and leaving a group. */
export function sock_set_ip_membership(descriptor: u32, group: u32, _interface: u32): u32 {
  if (!inApplication(group, ADDRESS_IP_SIZE)) return FAULT;
  return sock_set_nothing(descriptor, 0);
}

export function sock_get_reuse_addr(descriptor: u32, at: u32): u32 { return getByte(descriptor, OPTION_REUSE_ADDRESS, at); }
export function sock_set_reuse_addr(descriptor: u32, value: u32): u32 { return setFlag(descriptor, OPTION_REUSE_ADDRESS, value); }
export function sock_get_keep_alive(descriptor: u32, at: u32): u32 { return getByte(descriptor, OPTION_KEEP_ALIVE, at); }
export function sock_set_keep_alive(descriptor: u32, value: u32): u32 { return setFlag(descriptor, OPTION_KEEP_ALIVE, value); }
export function sock_get_tcp_no_delay(descriptor: u32, at: u32): u32 { return getByte(descriptor, OPTION_NO_DELAY, at); }
export function sock_set_tcp_no_delay(descriptor: u32, value: u32): u32 { return setFlag(descriptor, OPTION_NO_DELAY, value); }
export function sock_get_broadcast(descriptor: u32, at: u32): u32 { return getByte(descriptor, OPTION_BROADCAST, at); }
export function sock_set_broadcast(descriptor: u32, value: u32): u32 { return setFlag(descriptor, OPTION_BROADCAST, value); }
export function sock_get_reuse_port(descriptor: u32, at: u32): u32 { return getByte(descriptor, OPTION_REUSE_PORT, at); }
export function sock_set_reuse_port(descriptor: u32, value: u32): u32 { return setFlag(descriptor, OPTION_REUSE_PORT, value); }
export function sock_get_tcp_quick_ack(descriptor: u32, at: u32): u32 { return getByte(descriptor, OPTION_QUICK_ACK, at); }
export function sock_set_tcp_quick_ack(descriptor: u32, value: u32): u32 { return setFlag(descriptor, OPTION_QUICK_ACK, value); }
export function sock_get_tcp_fastopen_connect(descriptor: u32, at: u32): u32 { return getByte(descriptor, OPTION_FAST_OPEN, at); }
export function sock_set_tcp_fastopen_connect(descriptor: u32, value: u32): u32 { return setFlag(descriptor, OPTION_FAST_OPEN, value); }
export function sock_get_ip_ttl(descriptor: u32, at: u32): u32 { return getByte(descriptor, OPTION_TIME_TO_LIVE, at); }
export function sock_set_ip_ttl(descriptor: u32, hops: u32): u32 { return setOption(descriptor, OPTION_TIME_TO_LIVE, hops); }
export function sock_get_ip_multicast_ttl(descriptor: u32, at: u32): u32 { return getByte(descriptor, OPTION_GROUP_TIME_TO_LIVE, at); }
export function sock_set_ip_multicast_ttl(descriptor: u32, hops: u32): u32 { return setOption(descriptor, OPTION_GROUP_TIME_TO_LIVE, hops); }

export function sock_get_send_buf_size(descriptor: u32, at: u32): u32 { return getNumber(descriptor, OPTION_SEND_BUFFER, at); }
export function sock_set_send_buf_size(descriptor: u32, bytes: u32): u32 { return setOption(descriptor, OPTION_SEND_BUFFER, bytes); }
export function sock_get_recv_buf_size(descriptor: u32, at: u32): u32 { return getNumber(descriptor, OPTION_RECEIVE_BUFFER, at); }
export function sock_set_recv_buf_size(descriptor: u32, bytes: u32): u32 { return setOption(descriptor, OPTION_RECEIVE_BUFFER, bytes); }
export function sock_get_tcp_keep_idle(descriptor: u32, at: u32): u32 { return getNumber(descriptor, OPTION_KEEP_IDLE, at); }
export function sock_set_tcp_keep_idle(descriptor: u32, seconds: u32): u32 { return setOption(descriptor, OPTION_KEEP_IDLE, seconds); }
export function sock_get_tcp_keep_intvl(descriptor: u32, at: u32): u32 { return getNumber(descriptor, OPTION_KEEP_INTERVAL, at); }
export function sock_set_tcp_keep_intvl(descriptor: u32, seconds: u32): u32 { return setOption(descriptor, OPTION_KEEP_INTERVAL, seconds); }

export function sock_get_send_timeout(descriptor: u32, at: u32): u32 { return getTime(descriptor, OPTION_SEND_TIMEOUT, at); }
export function sock_set_send_timeout(descriptor: u32, time: u64): u32 { return setOption(descriptor, OPTION_SEND_TIMEOUT, time); }
export function sock_get_recv_timeout(descriptor: u32, at: u32): u32 { return getTime(descriptor, OPTION_RECEIVE_TIMEOUT, at); }
export function sock_set_recv_timeout(descriptor: u32, time: u64): u32 { return setOption(descriptor, OPTION_RECEIVE_TIMEOUT, time); }

export function sock_get_linger(descriptor: u32, flagAt: u32, secondsAt: u32): u32 {
  if (!inApplication(flagAt, 1) || !inApplication(secondsAt, 4)) return FAULT;
  const error = getOption(descriptor, OPTION_LINGER);
  if (error != SUCCESS) return error;
  putByte(flagAt, (optionValue() & LINGERS) != 0 ? 1 : 0);
  putU32(secondsAt, <u32>optionValue());
  return SUCCESS;
}

export function sock_set_linger(descriptor: u32, lingers: u32, seconds: u32): u32 {
  return setOption(descriptor, OPTION_LINGER, (lingers != 0 ? LINGERS : 0) | <u64>seconds);
}

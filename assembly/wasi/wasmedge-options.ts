// Options of sockets as WasmEdge's extension has them: POSIX getsockopt() and setsockopt() with numbers of its own, of level
// SOL_SOCKET alone. What this machine has nothing for is NOPROTOOPT.
// Read first: sock-options.ts.
//
//   flags, sizes, SO_TYPE, SO_ERROR: i32 · SO_LINGER: i32 does it, i32 seconds · time-outs: i64 seconds, i64 microseconds

import * as app from "../host/app";
import { inApplication, putU32 } from "./application-memory";
import { checkSocket } from "./descriptors";
import {
  getOption, OPTION_BROADCAST, OPTION_ERROR, OPTION_IS_LISTENING, OPTION_KEEP_ALIVE, OPTION_LINGER, OPTION_RECEIVE_BUFFER,
  OPTION_RECEIVE_TIMEOUT, OPTION_REUSE_ADDRESS, OPTION_SEND_BUFFER, OPTION_SEND_TIMEOUT, OPTION_TYPE, optionValue, setOption,
} from "./sock-options";
import { FAULT, INVAL, NOPROTOOPT, SUCCESS } from "./spec";

/** __wasi_sock_opt_level_t, __wasi_sock_opt_so_t */
const SOL_SOCKET: u32 = 0;
const SO_REUSEADDR: u32 = 0;
const SO_TYPE: u32 = 1;
const SO_ERROR: u32 = 2;
const SO_BROADCAST: u32 = 4;
const SO_SNDBUF: u32 = 5;
const SO_RCVBUF: u32 = 6;
const SO_KEEPALIVE: u32 = 7;
const SO_LINGER: u32 = 9;
const SO_RCVTIMEO: u32 = 11;
const SO_SNDTIMEO: u32 = 12;
const SO_ACCEPTCONN: u32 = 13;

const NO_OPTION: u32 = 0xffffffff;
/** Types are 1 and 2 here and there, the other way round. */
const BOTH_TYPES: u64 = 3;
const MICROSECONDS: u64 = 1000000;
/** As long as can be counted; more is no time-out. */
const SECONDS_MAX: u64 = u32.MAX_VALUE;

const value = memory.data(16, 8);

export function sock_getsockopt(descriptor: u32, level: u32, name: u32, at: u32, sizeAt: u32): u32 {
  if (!inApplication(sizeAt, 4)) return FAULT;
  app.copyIn(value, sizeAt, 4);
  const room = load<u32>(value);
  if (!inApplication(at, room)) return FAULT;
  const option = optionOf(name);
  let error = checkOption(descriptor, level, option);
  if (error == SUCCESS) error = getOption(descriptor, option);
  if (error != SUCCESS) return error;
  layOut(option, optionValue());
  const bytes = min<u32>(room, sizeOf(option));
  app.copyOut(at, value, bytes);
  putU32(sizeAt, bytes);
  return SUCCESS;
}

export function sock_setsockopt(descriptor: u32, level: u32, name: u32, at: u32, size: u32): u32 {
  if (!inApplication(at, size)) return FAULT;
  const option = optionOf(name);
  const error = checkOption(descriptor, level, option);
  if (error != SUCCESS) return error;
  if (size < sizeOf(option)) return INVAL;
  app.copyIn(value, at, sizeOf(option));
  return isTime(option) && !isTimeSound() ? INVAL : setOption(descriptor, option, readValue(option));
}

function checkOption(descriptor: u32, level: u32, option: u32): u32 {
  const error = checkSocket(descriptor);
  if (error != SUCCESS) return error;
  return level != SOL_SOCKET ? INVAL : option == NO_OPTION ? NOPROTOOPT : SUCCESS;
}

function optionOf(name: u32): u32 {
  switch (name) {
    case SO_REUSEADDR: return OPTION_REUSE_ADDRESS;
    case SO_TYPE: return OPTION_TYPE;
    case SO_ERROR: return OPTION_ERROR;
    case SO_BROADCAST: return OPTION_BROADCAST;
    case SO_SNDBUF: return OPTION_SEND_BUFFER;
    case SO_RCVBUF: return OPTION_RECEIVE_BUFFER;
    case SO_KEEPALIVE: return OPTION_KEEP_ALIVE;
    case SO_LINGER: return OPTION_LINGER;
    case SO_RCVTIMEO: return OPTION_RECEIVE_TIMEOUT;
    case SO_SNDTIMEO: return OPTION_SEND_TIMEOUT;
    case SO_ACCEPTCONN: return OPTION_IS_LISTENING;
  }
  return NO_OPTION;
}

function isTime(option: u32): bool {
  return option == OPTION_RECEIVE_TIMEOUT || option == OPTION_SEND_TIMEOUT;
}

function sizeOf(option: u32): u32 {
  return isTime(option) ? 16 : option == OPTION_LINGER ? 8 : 4;
}

function layOut(option: u32, found: u64): void {
  if (isTime(option)) {
    store<u64>(value, found / MICROSECONDS);
    store<u64>(value, found % MICROSECONDS, 8);
  } else if (option == OPTION_LINGER) {
    store<u32>(value, <u32>(found >> 32));
    store<u32>(value, <u32>found, 4);
  } else {
    store<u32>(value, <u32>(option == OPTION_TYPE ? BOTH_TYPES - found : found));
  }
}

/** POSIX: microseconds are less than a second, and nothing is negative. */
function isTimeSound(): bool {
  return load<i64>(value) >= 0 && load<u64>(value, 8) < MICROSECONDS;
}

function readValue(option: u32): u64 {
  if (isTime(option)) return min<u64>(load<u64>(value), SECONDS_MAX) * MICROSECONDS + load<u64>(value, 8);
  if (option == OPTION_LINGER) return (load<u32>(value) != 0 ? <u64>1 << 32 : 0) | <u64>load<u32>(value, 4);
  return load<u32>(value);
}

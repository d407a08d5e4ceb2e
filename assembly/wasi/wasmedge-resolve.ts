// sock_getaddrinfo of WasmEdge's extension: the addresses of a name, filled into a list that the application has made.
// Read first: sock-resolve.ts.
//
//   __wasi_addrinfo_t, 28 bytes:   0 u16 flags | 2 u8 family | 3 u8 type | 4 u8 protocol | 8 u32 length of the address
//                                  12 u32 __wasi_sockaddr_t | 16 u32 canonical name | 20 u32 its length | 24 u32 next
//   __wasi_sockaddr_t, 12:         0 u8 family | 4 u32 length of the data | 8 u32 data
//   data, 14:                      u16 port, u32 address, each first byte first | zeros
//
// A canonical name is never given. Errors have the numbers that WasmEdge adds to preview 1's for getaddrinfo().

import * as app from "../host/app";
import { ADDRESS_LOOPBACK, NO_ADDRESS, parseAddress } from "../net/address";
import { put16, put32 } from "../net/wire/order";
import { resolvedAddress, resolvedCount } from "../sockets/await";
import { inApplication, putU32 } from "./application-memory";
import { resolveCounted, resolvedPort, resolveService } from "./sock-resolve";
import { AGAIN, FAULT, INVAL, NAMETOOLONG, SUCCESS } from "./spec";
import { INET4, INET6 } from "./wasmedge-address";

const AI_ADDRFAMILY: u32 = 77;
const AI_AGAIN: u32 = 78;
const AI_BADFLAGS: u32 = 79;
const AI_FAIL: u32 = 80;
const AI_FAMILY: u32 = 81;
const AI_MEMORY: u32 = 82;
const AI_NONAME: u32 = 84;
const AI_SERVICE: u32 = 85;
const AI_SOCKTYPE: u32 = 86;

const INFO_SIZE: u32 = 28;
const SOCKADDR_SIZE: u32 = 12;
const DATA_SIZE: u32 = 14;
/** Port and address, without the zeros. */
const DATA_LEAST: u32 = 6;
/** sizeof(struct sockaddr_in) */
const ADDRESS_LENGTH: u32 = 16;
/** __wasi_aiflags_t */
const AI_PASSIVE: u32 = 1 << 0;
const AI_NUMERICHOST: u32 = 1 << 2;
const AI_ALL: u32 = 0x7f;
/** Of an address in digits. */
const NUMERIC_LENGTH_MAX: u32 = 15;

/** __wasi_sock_type_t and __wasi_protocol_t */
const DGRAM: u32 = 1;
const STREAM: u32 = 2;
const TYPE_LAST: u32 = 2;
const TCP: u32 = 1;
const UDP: u32 = 2;
const PROTOCOL_LAST: u32 = 2;

const hints = memory.data(28, 4);
const info = memory.data(28, 4);
const sockaddr = memory.data(12, 4);
const data = memory.data(14);
const text = memory.data(16);
// The call being served: the element of the list that is next, and how many there may be.
let nextAt: u32 = 0;
let room: u32 = 0;
let filled: u32 = 0;

export function sock_getaddrinfo(
  name: u32, nameLength: u32, service: u32, serviceLength: u32, hintsAt: u32, list: u32, most: u32, found: u32,
): u32 {
  if (!inApplication(hintsAt, INFO_SIZE) || !inApplication(list, 4) || !inApplication(found, 4)) return FAULT;
  if (!inApplication(name, nameLength) || !inApplication(service, serviceLength)) return FAULT;
  app.copyIn(info, list, 4);
  nextAt = load<u32>(info);
  app.copyIn(hints, hintsAt, INFO_SIZE);
  nameLength = withoutNul(name, nameLength);
  serviceLength = withoutNul(service, serviceLength);
  let error = nameLength + serviceLength == 0 ? AI_NONAME : most == 0 ? AI_MEMORY : checkHints();
  if (error != SUCCESS) return error;
  if (hasFlag(AI_NUMERICHOST) && nameLength != 0 && !isNumeric(name, nameLength)) return AI_NONAME;
  const status = nameLength == 0 ? resolveService(service, serviceLength) : resolveCounted(name, nameLength, service, serviceLength);
  if (status != SUCCESS) return errorOf(status);
  error = fillList(most, nameLength == 0);
  if (error == SUCCESS) putU32(found, filled);
  return error;
}

/** With the addresses found; without a name it is this machine's: any of them for a server, else the loopback. */
function fillList(most: u32, isOwn: bool): u32 {
  const type = typeOfHints(), own: u32 = hasFlag(AI_PASSIVE) ? 0 : ADDRESS_LOOPBACK;
  const count: u32 = isOwn ? 1 : resolvedCount();
  if (count == 0) return AI_NONAME;
  if (<u32>load<u8>(hints, 2) == INET6) return AI_ADDRFAMILY;
  room = most;
  filled = 0;
  for (let i: u32 = 0; i < count; i++) {
    const address = isOwn ? own : resolvedAddress(i);
    if (type != DGRAM && !add(address, STREAM)) return FAULT;
    if (type != STREAM && !add(address, DGRAM)) return FAULT;
  }
  return SUCCESS;
}

function hasFlag(flag: u32): bool {
  return (<u32>load<u16>(hints) & flag) != 0;
}

function isNumeric(at: u32, length: u32): bool {
  if (length > NUMERIC_LENGTH_MAX) return false;
  app.copyIn(text, at, length);
  return parseAddress(text, length) != NO_ADDRESS;
}

function checkHints(): u32 {
  const type = <u32>load<u8>(hints, 3), protocol = <u32>load<u8>(hints, 4);
  if ((<u32>load<u16>(hints) & ~AI_ALL) != 0) return AI_BADFLAGS;
  if (<u32>load<u8>(hints, 2) > INET6) return AI_FAMILY;
  if (type > TYPE_LAST || protocol > PROTOCOL_LAST) return AI_SOCKTYPE;
  return (type == STREAM && protocol == UDP) || (type == DGRAM && protocol == TCP) ? AI_SOCKTYPE : SUCCESS;
}

/** The type that the hints leave; 0: either. */
function typeOfHints(): u32 {
  const type = <u32>load<u8>(hints, 3), protocol = <u32>load<u8>(hints, 4);
  return type != 0 ? type : protocol == TCP ? STREAM : protocol == UDP ? DGRAM : 0;
}

/** The Rust crate counts a NUL at the end. */
function withoutNul(at: u32, length: u32): u32 {
  if (length == 0) return 0;
  app.copyIn(data, at + length - 1, 1);
  return load<u8>(data) == 0 ? length - 1 : length;
}

function errorOf(status: u32): u32 {
  switch (status) {
    case FAULT: return FAULT;
    case AGAIN: return AI_AGAIN;
    case NAMETOOLONG: return AI_NONAME;
    case INVAL: return AI_SERVICE;
  }
  return AI_FAIL;
}

/** Fills the next element, if there may be one more; false: it is not all in the application's memory. */
function add(address: u32, type: u32): bool {
  if (filled == room) return true;
  if (!inApplication(nextAt, INFO_SIZE)) return false;
  app.copyIn(info, nextAt, INFO_SIZE);
  const sockaddrAt = load<u32>(info, 12);
  if (!inApplication(sockaddrAt, SOCKADDR_SIZE)) return false;
  app.copyIn(sockaddr, sockaddrAt, SOCKADDR_SIZE);
  const bytes = min<u32>(load<u32>(sockaddr, 4), DATA_SIZE);
  if (bytes < DATA_LEAST || !inApplication(load<u32>(sockaddr, 8), bytes)) return false;

  memory.fill(data, 0, DATA_SIZE);
  put16(data, resolvedPort());
  put32(data + 2, address);
  app.copyOut(load<u32>(sockaddr, 8), data, bytes);
  store<u8>(sockaddr, INET4);
  store<u32>(sockaddr, bytes, 4);
  app.copyOut(sockaddrAt, sockaddr, SOCKADDR_SIZE);
  store<u16>(info, 0);
  store<u8>(info, INET4, 2);
  store<u8>(info, type, 3);
  store<u8>(info, type == STREAM ? TCP : UDP, 4);
  store<u32>(info, ADDRESS_LENGTH, 8);
  store<u32>(info, 0, 20);
  app.copyOut(nextAt, info, INFO_SIZE);
  nextAt = load<u32>(info, 24);
  filled++;
  return true;
}

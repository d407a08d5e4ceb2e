// Addresses as WasmEdge's sockets lay them out: the port is an argument of its own, and the length says which form it is.
// Read first: application-memory.ts.
//
//   __wasi_address_t, 8 bytes:   u32 buf | u32 buf_len
//   buf of 4 bytes, IPv4:        the address, first byte first
//   buf of 16 bytes:             IPv6; where one is written, room for either family
//   buf of 128 bytes:            u16 family | u8[126] the address; family 1 is IPv4
//
// The last form came with WasmEdge 0.12, for sockets of AF_UNIX, which there are none of here.

import * as app from "../host/app";
import { get32, put32 } from "../net/wire/order";
import { inApplication } from "./application-memory";
import { AFNOSUPPORT, FAULT, INVAL, SUCCESS } from "./spec";

/** __wasi_address_family_t */
export const FAMILY_ANY: u32 = 0;
export const INET4: u32 = 1;
export const INET6: u32 = 2;

const RECORD_SIZE: u32 = 8;
const PLAIN_IPV4: u32 = 4;
const PLAIN_IPV6: u32 = 16;
const STORAGE: u32 = 128;

const bytes = memory.data(8, 4);
// The address of the call being served.
let bufferAt: u32 = 0;
let length: u32 = 0;

/** Looks where the one at `at` lies: FAULT, INVAL or SUCCESS. */
export function openAddress(at: u32): u32 {
  if (!inApplication(at, RECORD_SIZE)) return FAULT;
  app.copyIn(bytes, at, RECORD_SIZE);
  bufferAt = load<u32>(bytes);
  length = load<u32>(bytes, 4);
  if (!inApplication(bufferAt, length)) return FAULT;
  return length == PLAIN_IPV4 || length == PLAIN_IPV6 || length == STORAGE ? SUCCESS : INVAL;
}

/** Reads the one that was opened: AFNOSUPPORT or SUCCESS. */
export function readAddress(): u32 {
  if (length == PLAIN_IPV6) return AFNOSUPPORT;
  app.copyIn(bytes, bufferAt, length == STORAGE ? 6 : PLAIN_IPV4);
  return length == STORAGE && <u32>load<u16>(bytes) != INET4 ? AFNOSUPPORT : SUCCESS;
}

/** What readAddress() has read, in host order. */
export function readHost(): u32 {
  return get32(length == STORAGE ? bytes + 2 : bytes);
}

/** Writes to the one that was opened. */
export function putAddress(host: u32): void {
  store<u16>(bytes, INET4);
  put32(bytes + 2, host);
  if (length == STORAGE) app.copyOut(bufferAt, bytes, 6);
  else app.copyOut(bufferAt, bytes + 2, PLAIN_IPV4);
}

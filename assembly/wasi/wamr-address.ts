// Addresses as WAMR's lib-socket lays them out (wasi_socket_ext.h).
// Read first: application-memory.ts.
//
//   __wasi_addr_t, 24 bytes:   u32 kind | u8[4] address, first byte first | u16 port | … room for IPv6
//   __wasi_addr_ip_t, 20:      u32 kind | u8[16] address
//   __wasi_addr_info_t, 28:    __wasi_addr_t | i32 type
//   kind: 0 is IPv4. The port is in host order, which is little-endian.

import * as app from "../host/app";
import { get32, put32 } from "../net/wire/order";
import { inApplication } from "./application-memory";
import { AFNOSUPPORT, FAULT, SUCCESS } from "./spec";

export const ADDRESS_SIZE: u32 = 24;
export const ADDRESS_IP_SIZE: u32 = 20;
export const ADDRESS_INFO_SIZE: u32 = 28;
const IPV4: u32 = 0;

const record = memory.data(28, 4);

/** Reads the one at `at`: FAULT, AFNOSUPPORT or SUCCESS. */
export function readAddress(at: u32): u32 {
  if (!inApplication(at, ADDRESS_SIZE)) return FAULT;
  app.copyIn(record, at, ADDRESS_SIZE);
  return load<u32>(record) == IPV4 ? SUCCESS : AFNOSUPPORT;
}

/** What readAddress() has read, in host order. */
export function readHost(): u32 {
  return get32(record + 4);
}

export function readPort(): u32 {
  return <u32>load<u16>(record, 8);
}

/** Writes one at a checked address. */
export function putAddress(at: u32, host: u32, port: u32): void {
  fill(host, port);
  app.copyOut(at, record, ADDRESS_SIZE);
}

/** Writes one with a socket type at a checked address. */
export function putAddressInfo(at: u32, host: u32, port: u32, type: u32): void {
  fill(host, port);
  store<u32>(record, type, ADDRESS_SIZE);
  app.copyOut(at, record, ADDRESS_INFO_SIZE);
}

function fill(host: u32, port: u32): void {
  memory.fill(record, 0, ADDRESS_SIZE);
  put32(record + 4, host);
  store<u16>(record, port, 8);
}

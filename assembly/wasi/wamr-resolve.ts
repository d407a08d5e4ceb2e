// sock_addr_resolve of WAMR's lib-socket: the addresses of a name, each with a port and once for every type of socket asked for.
// Read first: sock-resolve.ts, wamr-address.ts.
//
//   __wasi_addr_info_hints_t, 12 bytes:   i32 type (0 datagrams, 1 stream, -1 both) | u32 family (0 IPv4, 1 IPv6, 2 either) | u8 are they meant

import * as app from "../host/app";
import { resolvedAddress, resolvedCount } from "../sockets/await";
import { arrayInApplication, inApplication, putU32 } from "./application-memory";
import { resolveName, resolvedPort } from "./sock-resolve";
import { AFNOSUPPORT, FAULT, INVAL, SUCCESS } from "./spec";
import { ADDRESS_INFO_SIZE, putAddressInfo } from "./wamr-address";

const HINTS_SIZE: u32 = 12;
const ANY_TYPE: u32 = 0xffffffff;
const SOCKET_DGRAM: u32 = 0;
const SOCKET_STREAM: u32 = 1;
const INET6: u32 = 1;
const FAMILY_LAST: u32 = 2;

const hints = memory.data(12, 4);
// The call being served.
let outAt: u32 = 0;
let room: u32 = 0;
let known: u32 = 0;

/** Fills what there is room for and says how many there are: 0 for a name that nobody has. */
export function sock_addr_resolve(host: u32, service: u32, hintsAt: u32, infos: u32, count: u32, found: u32): u32 {
  if (!inApplication(hintsAt, HINTS_SIZE) || !inApplication(found, 4)) return FAULT;
  if (!arrayInApplication(infos, count, ADDRESS_INFO_SIZE)) return FAULT;
  app.copyIn(hints, hintsAt, HINTS_SIZE);
  const isMeant = load<u8>(hints, 8) != 0;
  const type = isMeant ? load<u32>(hints) : ANY_TYPE;
  const family = isMeant ? load<u32>(hints, 4) : FAMILY_LAST;
  const error = resolveName(host, service);
  if (error != SUCCESS) return error;
  if (type != ANY_TYPE && type > SOCKET_STREAM) return INVAL;
  if (family > FAMILY_LAST) return AFNOSUPPORT;
  outAt = infos;
  room = count;
  known = 0;
  for (let i: u32 = 0; i < resolvedCount() && family != INET6; i++) {
    if (type != SOCKET_DGRAM) add(resolvedAddress(i), SOCKET_STREAM);
    if (type != SOCKET_STREAM) add(resolvedAddress(i), SOCKET_DGRAM);
  }
  putU32(found, known);
  return SUCCESS;
}

function add(address: u32, type: u32): void {
  if (known++ >= room) return;
  putAddressInfo(outAt, address, resolvedPort(), type);
  outAt += ADDRESS_INFO_SIZE;
}

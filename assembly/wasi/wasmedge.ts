// The socket calls of WasmEdge's extension, which its Rust crates and C headers use: opening, connecting, datagrams, names. They
// are imports of wasi_snapshot_preview1, and told apart from others of the same name by their types (scripts/steps/offers.ts).
// Read first: sock-open.ts (what they call), wasmedge-address.ts. Next: wasmedge-options.ts, wasmedge-resolve.ts. sock_recv,
// sock_send and sock_shutdown are preview 1's; sock_listen is WAMR's, and so is sock_accept without flags.
//
// Three calls have an older form, of WasmEdge before 0.12, which says less: `…Old`.

import { inApplication, putU16, putU32 } from "./application-memory";
import { checkSocket, descriptorAt, KIND_DATAGRAMS } from "./descriptors";
import { connectSocket } from "./sock-connect";
import { movedBytes, receive, sendTo, wasCut } from "./sock-data";
import { senderAddress, senderPort } from "./sock-datagrams";
import { findLocalName, findPeerName, foundAddress, foundPort } from "./sock-names";
import { bindSocket, openedSocket, openSocket } from "./sock-open";
import { FAMILY_ANY, INET4, openAddress, putAddress, readAddress, readHost } from "./wasmedge-address";
import { AFNOSUPPORT, FAULT, INVAL, RECV_DATA_TRUNCATED, RIFLAGS_ALL, SUCCESS } from "./spec";
import { openVectors } from "./vectors";

/** __wasi_sock_type_t */
const SOCKET_DGRAM: u32 = 1;
const SOCKET_STREAM: u32 = 2;
/** What the older forms say instead of a family. */
const OLD_IPV4: u32 = 4;
const PORT_MAX: u32 = 65535;

// Whom the bytes received last came from.
let peerAddress: u32 = 0;
let peerPort: u32 = 0;

export function sock_open(family: u32, type: u32, opened: u32): u32 {
  if (!inApplication(opened, 4)) return FAULT;
  if (family == FAMILY_ANY) return INVAL;
  if (family != INET4) return AFNOSUPPORT;
  if (type != SOCKET_DGRAM && type != SOCKET_STREAM) return INVAL;
  const error = openSocket(type == SOCKET_STREAM);
  if (error == SUCCESS) putU32(opened, openedSocket());
  return error;
}

export function sock_bind(descriptor: u32, address: u32, port: u32): u32 {
  const error = checkName(descriptor, address, port);
  return error == SUCCESS ? bindSocket(descriptor, readHost(), port) : error;
}

export function sock_connect(descriptor: u32, address: u32, port: u32): u32 {
  const error = checkName(descriptor, address, port);
  return error == SUCCESS ? connectSocket(descriptor, readHost(), port) : error;
}

/** Reads an address that an application gives: pointers first, then the descriptor, then what they say. */
function checkName(descriptor: u32, address: u32, port: u32): u32 {
  const form = openAddress(address);
  if (form == FAULT) return FAULT;
  const error = checkSocket(descriptor);
  if (error != SUCCESS) return error;
  if (form != SUCCESS || port > PORT_MAX) return INVAL;
  return readAddress();
}

export function sock_getlocaladdr(descriptor: u32, address: u32, port: u32): u32 {
  if (!inApplication(port, 4)) return FAULT;
  const form = openAddress(address);
  if (form == FAULT) return FAULT;
  const error = findLocalName(descriptor);
  return error == SUCCESS ? tellName(form, port) : error;
}

export function sock_getpeeraddr(descriptor: u32, address: u32, port: u32): u32 {
  if (!inApplication(port, 4)) return FAULT;
  const form = openAddress(address);
  if (form == FAULT) return FAULT;
  const error = findPeerName(descriptor);
  return error == SUCCESS ? tellName(form, port) : error;
}

function tellName(form: u32, port: u32): u32 {
  if (form != SUCCESS) return form;
  putAddress(foundAddress());
  putU32(port, foundPort());
  return SUCCESS;
}

export function sock_getlocaladdrOld(descriptor: u32, address: u32, type: u32, port: u32): u32 {
  if (!inApplication(type, 4)) return FAULT;
  const error = sock_getlocaladdr(descriptor, address, port);
  if (error == SUCCESS) putU32(type, OLD_IPV4);
  return error;
}

export function sock_getpeeraddrOld(descriptor: u32, address: u32, type: u32, port: u32): u32 {
  if (!inApplication(type, 4)) return FAULT;
  const error = sock_getpeeraddr(descriptor, address, port);
  if (error == SUCCESS) putU32(type, OLD_IPV4);
  return error;
}

/** The port is in host order: what a program hands to sock_send_to. */
export function sock_recv_from(
  descriptor: u32, vectors: u32, count: u32, address: u32, flags: u32, port: u32, received: u32, receivedFlags: u32,
): u32 {
  if (!inApplication(port, 2)) return FAULT;
  const error = sock_recv_fromOld(descriptor, vectors, count, address, flags, received, receivedFlags);
  if (error == SUCCESS) putU16(port, peerPort);
  return error;
}

/** Of a connection the address is its peer's, unless that is gone by now. */
export function sock_recv_fromOld(
  descriptor: u32, vectors: u32, count: u32, address: u32, flags: u32, received: u32, receivedFlags: u32,
): u32 {
  if (!inApplication(received, 4) || !inApplication(receivedFlags, 2)) return FAULT;
  const form = openAddress(address);
  if (form == FAULT) return FAULT;
  let error = openVectors(vectors, count);
  if (error == SUCCESS) error = checkSocket(descriptor);
  if (error != SUCCESS) return error;
  if (form != SUCCESS || (flags & ~RIFLAGS_ALL) != 0) return INVAL;
  error = receive(descriptor, flags);
  if (error != SUCCESS) return error;
  putU32(received, movedBytes());
  putU16(receivedFlags, wasCut() ? RECV_DATA_TRUNCATED : 0);
  findPeer(descriptor);
  putAddress(peerAddress);
  return SUCCESS;
}

function findPeer(descriptor: u32): void {
  const hasSender = descriptorAt(descriptor).kind == KIND_DATAGRAMS;
  const isKnown = hasSender || findPeerName(descriptor) == SUCCESS;
  peerAddress = hasSender ? senderAddress() : isKnown ? foundAddress() : 0;
  peerPort = hasSender ? senderPort() : isKnown ? foundPort() : 0;
}

/** There are no flags. */
export function sock_send_to(
  descriptor: u32, vectors: u32, count: u32, address: u32, port: u32, flags: u32, sent: u32,
): u32 {
  if (!inApplication(sent, 4)) return FAULT;
  let error = openVectors(vectors, count);
  if (error == SUCCESS) error = checkName(descriptor, address, port);
  if (error != SUCCESS) return error;
  if (flags != 0 || port == 0) return INVAL;
  error = sendTo(descriptor, readHost(), port);
  if (error == SUCCESS) putU32(sent, movedBytes());
  return error;
}

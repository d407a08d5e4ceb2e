// The socket calls of WAMR's lib-socket, the dialect of its wasi_socket_ext.h: opening, connecting, datagrams, names. They are
// imports of wasi_snapshot_preview1, and told apart from others of the same name by their types (scripts/steps/offers.ts).
// Read first: sock-open.ts (what they call), wamr-address.ts. Options: wamr-options.ts. sock_recv, sock_send and sock_shutdown are preview 1's.
//
// Pools of addresses, the first argument of sock_open, are for hosts that restrict an application; here it has all there is.

import { inApplication, putU32 } from "./application-memory";
import { checkSocket, descriptorAt, KIND_DATAGRAMS } from "./descriptors";
import { fd_close } from "./fd-status";
import { sock_accept } from "./sock";
import { connectSocket } from "./sock-connect";
import { movedBytes, receive, sendTo } from "./sock-data";
import { senderAddress, senderPort } from "./sock-datagrams";
import { findLocalName, findPeerName, foundAddress, foundPort } from "./sock-names";
import { bindSocket, listenOn, openedSocket, openSocket } from "./sock-open";
import { ADDRESS_SIZE, putAddress, readAddress, readHost, readPort } from "./wamr-address";
import { AFNOSUPPORT, FAULT, INVAL, NOTCONN, PROTOTYPE, RIFLAGS_ALL, SUCCESS } from "./spec";
import { openVectors } from "./vectors";

/** __wasi_address_family_t */
const INET4: u32 = 0;
/** __wasi_sock_type_t */
const SOCKET_DGRAM: u32 = 0;
const SOCKET_STREAM: u32 = 1;

export function sock_open(_pool: u32, family: u32, type: u32, opened: u32): u32 {
  if (!inApplication(opened, 4)) return FAULT;
  if (family != INET4) return AFNOSUPPORT;
  if (type != SOCKET_DGRAM && type != SOCKET_STREAM) return PROTOTYPE;
  const error = openSocket(type == SOCKET_STREAM);
  if (error == SUCCESS) putU32(opened, openedSocket());
  return error;
}

/** As it was before preview 1 had one, with flags: from then on it is preview 1's. */
export function sock_accept_old(descriptor: u32, accepted: u32): u32 {
  return sock_accept(descriptor, 0, accepted);
}

export function sock_bind(descriptor: u32, address: u32): u32 {
  const error = readAddress(address);
  return error == SUCCESS ? bindSocket(descriptor, readHost(), readPort()) : errorOf(descriptor, error);
}

export function sock_connect(descriptor: u32, address: u32): u32 {
  const error = readAddress(address);
  return error == SUCCESS ? connectSocket(descriptor, readHost(), readPort()) : errorOf(descriptor, error);
}

/** A pointer is checked before the descriptor, what is behind it after. */
function errorOf(descriptor: u32, error: u32): u32 {
  const first = error == FAULT ? FAULT : checkSocket(descriptor);
  return first == SUCCESS ? error : first;
}

export function sock_listen(descriptor: u32, backlog: u32): u32 {
  return listenOn(descriptor, backlog);
}

export function sock_close(descriptor: u32): u32 {
  const error = checkSocket(descriptor);
  return error == SUCCESS ? fd_close(descriptor) : error;
}

export function sock_addr_local(descriptor: u32, address: u32): u32 {
  if (!inApplication(address, ADDRESS_SIZE)) return FAULT;
  const error = findLocalName(descriptor);
  if (error == SUCCESS) putAddress(address, foundAddress(), foundPort());
  return error;
}

export function sock_addr_remote(descriptor: u32, address: u32): u32 {
  if (!inApplication(address, ADDRESS_SIZE)) return FAULT;
  const error = findPeerName(descriptor);
  if (error == SUCCESS) putAddress(address, foundAddress(), foundPort());
  return error;
}

/** Of a connection the address is its peer's, unless that is gone by now. */
export function sock_recv_from(
  descriptor: u32, vectors: u32, count: u32, flags: u32, address: u32, received: u32,
): u32 {
  if (!inApplication(received, 4) || !inApplication(address, ADDRESS_SIZE)) return FAULT;
  let error = openVectors(vectors, count);
  if (error == SUCCESS) error = checkSocket(descriptor);
  if (error != SUCCESS) return error;
  if ((flags & ~RIFLAGS_ALL) != 0) return INVAL;
  error = receive(descriptor, flags);
  if (error != SUCCESS) return error;
  putU32(received, movedBytes());
  if (descriptorAt(descriptor).kind == KIND_DATAGRAMS) putAddress(address, senderAddress(), senderPort());
  else if (findPeerName(descriptor) == NOTCONN) putAddress(address, 0, 0);
  else putAddress(address, foundAddress(), foundPort());
  return SUCCESS;
}

/** lib-socket defines no flags. */
export function sock_send_to(
  descriptor: u32, vectors: u32, count: u32, flags: u32, address: u32, sent: u32,
): u32 {
  if (!inApplication(sent, 4) || !inApplication(address, ADDRESS_SIZE)) return FAULT;
  let error = openVectors(vectors, count);
  if (error == SUCCESS) error = checkSocket(descriptor);
  if (error == SUCCESS) error = readAddress(address);
  if (error != SUCCESS) return error;
  if (flags != 0 || readPort() == 0) return INVAL;
  error = sendTo(descriptor, readHost(), readPort());
  if (error == SUCCESS) putU32(sent, movedBytes());
  return error;
}

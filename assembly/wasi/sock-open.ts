// Sockets that the application makes: opening, binding, listening, as POSIX socket(), bind() and listen(). This is what the
// dialects of the socket calls share (wamr.ts is one): a dialect reads its arguments and calls these.
// Read next: sock-connect.ts, sock-data.ts, sock-datagrams.ts, sock-names.ts, sock-options.ts. Addresses are u32 in host order, 0 is any.

import { DESCRIPTORS_MAX } from "../base/limits";
import { tcpBind, tcpListen, tcpOpen } from "../net/tcp/socket";
import { udpBind, udpOpen, udpSocket } from "../net/udp/sockets";
import { awaitOwnAddress } from "../sockets/await";
import { hasStack } from "../sockets/start";
import { takeTurn } from "../sockets/turn";
import {
  checkSocket, descriptorAt, freeDescriptor, KIND_CONNECTION, KIND_DATAGRAMS, KIND_LISTENER, kindOf, openSocketDescriptor,
} from "./descriptors";
import { errnoOf, errnoOfUdp } from "./sock-errno";
import { INVAL, MFILE, NETDOWN, NOBUFS, NOTSUP, SUCCESS } from "./spec";

let opened: u32 = 0;

/** Opens a TCP socket, or a UDP one. A machine that has no stack (sockets/start.ts): NETDOWN. */
export function openSocket(isStream: bool): u32 {
  if (!hasStack()) return NETDOWN;
  const number = freeDescriptor();
  if (number == DESCRIPTORS_MAX) return MFILE;
  const socket = isStream ? tcpOpen() : udpOpen();
  if (socket == 0) return NOBUFS;
  openSocketDescriptor(number, isStream ? KIND_CONNECTION : KIND_DATAGRAMS, socket);
  opened = number;
  return SUCCESS;
}

/** The descriptor that openSocket() has made. */
export function openedSocket(): u32 {
  return opened;
}

/** Port 0 is any that is free. An address that DHCP may still bring is waited for. */
export function bindSocket(descriptor: u32, address: u32, port: u32): u32 {
  const error = checkSocket(descriptor);
  if (error != SUCCESS) return error;
  const entry = descriptorAt(descriptor);
  takeTurn();
  awaitOwnAddress(address);
  if (entry.kind != KIND_DATAGRAMS) return errnoOf(tcpBind(entry.node, address, port));
  return udpSocket(entry.node).localPort != 0 ? INVAL : errnoOfUdp(udpBind(entry.node, address, port));
}

/** `backlog` connections may wait to be accepted. Again, it changes that number. */
export function listenOn(descriptor: u32, backlog: u32): u32 {
  const error = checkSocket(descriptor);
  if (error != SUCCESS) return error;
  if (kindOf(descriptor) == KIND_DATAGRAMS) return NOTSUP;
  const entry = descriptorAt(descriptor);
  takeTurn();
  const status = errnoOf(tcpListen(entry.node, backlog));
  if (status == SUCCESS) entry.kind = KIND_LISTENER;
  return status;
}

// The "sock" calls of preview 1. There are no sockets: a stream is none (NOTSOCK), any other number is nothing (BADF).

import { inApplication } from "./application-memory";
import { isOpen } from "./descriptors";
import { BADF, FAULT, INVAL, NOTSOCK, SDFLAGS_ALL, SUCCESS } from "./spec";
import { openVectors } from "./vectors";

function refuse(descriptor: u32): u32 {
  return isOpen(descriptor) ? NOTSOCK : BADF;
}

export function sock_accept(descriptor: u32, _flags: u32, accepted: u32): u32 {
  return inApplication(accepted, 4) ? refuse(descriptor) : FAULT;
}

export function sock_recv(
  descriptor: u32, vectors: u32, count: u32, _flags: u32, received: u32, receivedFlags: u32,
): u32 {
  if (!inApplication(received, 4) || !inApplication(receivedFlags, 2)) return FAULT;
  const error = openVectors(vectors, count);
  return error == SUCCESS ? refuse(descriptor) : error;
}

export function sock_send(descriptor: u32, vectors: u32, count: u32, _flags: u32, sent: u32): u32 {
  if (!inApplication(sent, 4)) return FAULT;
  const error = openVectors(vectors, count);
  return error == SUCCESS ? refuse(descriptor) : error;
}

export function sock_shutdown(descriptor: u32, how: u32): u32 {
  if (!isOpen(descriptor)) return BADF;
  return how == 0 || (how & ~SDFLAGS_ALL) != 0 ? INVAL : NOTSOCK;
}

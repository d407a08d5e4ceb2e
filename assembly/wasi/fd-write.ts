// fd_write (preview 1, "fd"): standard output and standard error. Both are UARTs; all bytes are written before the call
// returns, so a write is never short.

import { standardErrorPort } from "../base/log";
import { COM1, transmit } from "../base/serial";
import { inApplication, putU32 } from "./application-memory";
import { checkWritable, KIND_FILE, KIND_OUTPUT, kindOf } from "./descriptors";
import { FAULT, ROFS, SUCCESS } from "./spec";
import { bounceAt, gather, openVectors, vectorsLength } from "./vectors";

export function fd_write(descriptor: u32, vectors: u32, count: u32, written: u32): u32 {
  if (!inApplication(written, 4)) return FAULT;
  let error = openVectors(vectors, count);
  if (error != SUCCESS) return error;
  error = checkWritable(descriptor);
  if (error != SUCCESS) return error;
  if (kindOf(descriptor) == KIND_FILE) return ROFS;
  const port = kindOf(descriptor) == KIND_OUTPUT ? COM1 : standardErrorPort();
  for (let part = gather(); part != 0; part = gather()) transmit(port, bounceAt(), part);
  putU32(written, vectorsLength());
  return SUCCESS;
}

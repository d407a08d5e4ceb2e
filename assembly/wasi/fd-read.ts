// fd_read (preview 1, "fd"): standard input. Waits for the first byte, halted, and then gives what is there.

import { BOUNCE_SIZE } from "../base/limits";
import { expectInput, inputAvailable, inputEnded, takeInput } from "../console/input";
import { idle } from "../time/idle";
import { inApplication, putU32 } from "./application-memory";
import { checkReadable, flagsOf } from "./descriptors";
import { AGAIN, FAULT, FDFLAG_NONBLOCK, SUCCESS } from "./spec";
import { bounceAt, openVectors, scatter, vectorsLength } from "./vectors";

export function fd_read(descriptor: u32, vectors: u32, count: u32, read: u32): u32 {
  if (!inApplication(read, 4)) return FAULT;
  let error = openVectors(vectors, count);
  if (error != SUCCESS) return error;
  error = checkReadable(descriptor);
  if (error != SUCCESS) return error;
  if (vectorsLength() != 0 && inputAvailable() == 0 && !inputEnded()) {
    if ((flagsOf(descriptor) & FDFLAG_NONBLOCK) != 0) return AGAIN;
    waitForInput();
  }
  let moved: u32 = 0;
  while (moved < vectorsLength()) {
    const part = takeInput(bounceAt(), min<u32>(BOUNCE_SIZE, vectorsLength() - moved));
    if (part == 0) break;
    scatter(part);
    moved += part;
  }
  putU32(read, moved);
  return SUCCESS;
}

function waitForInput(): void {
  expectInput();
  while (inputAvailable() == 0 && !inputEnded()) idle();
}

// random_get (preview 1, "random").

import * as app from "../host/app";
import { BOUNCE_SIZE } from "../base/limits";
import { say } from "../base/log";
import { beginRandom, endRandom, nextRandom } from "../entropy/random";
import { inApplication } from "./application-memory";
import { FAULT, NOTSUP, SUCCESS } from "./spec";
import { bounceAt } from "./vectors";

let hasComplained: bool = false;

/** NOTSUP, and once a line for the user, where the machine has no source of entropy. */
export function random_get(at: u32, bytes: u32): u32 {
  if (!inApplication(at, bytes)) return FAULT;
  if (!beginRandom(bytes)) {
    if (!hasComplained) say("no random numbers: the processor has neither RDSEED nor RDRAND");
    hasComplained = true;
    return NOTSUP;
  }
  while (bytes != 0) {
    const part = min<u32>(bytes, BOUNCE_SIZE);
    nextRandom(bounceAt(), part);
    app.copyOut(at, bounceAt(), part);
    at += part;
    bytes -= part;
  }
  endRandom();
  memory.fill(bounceAt(), 0, BOUNCE_SIZE);
  return SUCCESS;
}

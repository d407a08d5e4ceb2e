// The return addresses of the fault record, as function names. The shim has walked the stack; this only prints.

import * as image from "../host/image";
import { FRAMES_MAX, frame, frameCount } from "../abi/shared-page";
import { beginLine, bytes, decimal, hex, text } from "../base/line";
import { sendLine } from "../base/log";

const NAME_MAX: u32 = 256;
const name = memory.data(256);

/** Prints one line per frame, innermost first: `  at name+0x1f`, or the bare address if it has no name. */
export function printBacktrace(): void {
  const total = frameCount();
  const count = <u32>min<u64>(total, FRAMES_MAX);
  for (let i: u32 = 0; i < count; i++) {
    beginLine();
    text("  at ");
    describeAddress(frame(i));
    sendLine();
  }
  if (total <= FRAMES_MAX) return;
  beginLine();
  text("  and ");
  decimal(total - FRAMES_MAX);
  text(" more");
  sendLine();
}

function describeAddress(address: u64): void {
  const length = image.symbol(address, name, NAME_MAX);
  if (length == 0) return hex(address);
  bytes(name, min<u32>(length, NAME_MAX));
  text("+");
  hex(address - image.symbolStart(address));
}

// What solo5_app_main is called with (include/solo5.h, § Start): behind the application's initial memory, where the shim
// has made all there can be part of it,
//
//   initial end   struct solo5_start_info
//                 command line, its NUL
//                 (up to 15 bytes)
//                 heap                      heap_start, aligned to 16; heap_size to the end
//
// The heap's contents are not defined. The command line is the words behind `--`, with a blank between them.

import * as app from "../host/app";
import { argumentStrings, stringsAt } from "../config/strings";
import { alignUp } from "../lib/align";
import { distanceTo } from "../lib/bytes";
import { START_INFO_BYTES } from "./spec";

const HEAP_ALIGNMENT: u32 = 16;

const info = memory.data(12, 4);
const BLANK = memory.data<u8>([0x20]);
const NUL = memory.data(1);

/** Bytes that the application's memory must have behind its initial end. */
export function startBytes(): u32 {
  return START_INFO_BYTES + argumentStrings().length + 1 + HEAP_ALIGNMENT;
}

/** Writes it all into [initialEnd, end); where the start_info is. */
export function writeStartInfo(initialEnd: u64, end: u64): u32 {
  const at = <u32>initialEnd;
  const line = at + START_INFO_BYTES;
  const heap = alignUp(<u64>writeCommandLine(line), HEAP_ALIGNMENT);
  assert(heap <= end);
  store<u32>(info, line);
  store<u32>(info, <u32>heap, 4);
  store<u32>(info, <u32>(end - heap), 8);
  app.copyOut(at, info, START_INFO_BYTES);
  return at;
}

/** The arguments as one string; returns where it ends, behind the NUL. */
function writeCommandLine(at: u32): u32 {
  const list = argumentStrings();
  const from = stringsAt(list);
  let offset: u32 = 0;
  for (let i: u32 = 0; i < list.count; i++) {
    const length = distanceTo(0, from + offset, list.length - offset);
    if (i != 0) app.copyOut(at++, BLANK, 1);
    if (length != 0) app.copyOut(at, from + offset, length);
    at += length;
    offset += length + 1;
  }
  app.copyOut(at, NUL, 1);
  return at + 1;
}

// filestat (preview 1): put together here and copied out. Files in the image have no times and one link each.

import * as app from "../host/app";
import { FILESTAT_SIZE } from "./spec";

/** Two devices, so that no stream and no file have the same device and number. */
export const DEVICE_STREAMS: u64 = 0;
export const DEVICE_FILES: u64 = 1;

const record = memory.data(64, 8);

/** Writes a filestat at a checked address. */
export function putFilestat(at: u32, device: u64, inode: u64, type: u32, size: u64): void {
  memory.fill(record, 0, FILESTAT_SIZE);
  store<u64>(record, device);
  store<u64>(record, inode, 8);
  store<u8>(record, type, 16);
  store<u64>(record, 1, 24);
  store<u64>(record, size, 32);
  app.copyOut(at, record, FILESTAT_SIZE);
}

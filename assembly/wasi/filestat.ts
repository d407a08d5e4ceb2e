// filestat (preview 1): put together here and copied out, for a stream or for a node of a file system.

import * as app from "../host/app";
import { accessedAt, changedAt, fileSize, linkCount, modifiedAt, numberOf, systemOf, typeOf } from "../fs/files";
import { FILESTAT_SIZE } from "./spec";

/** So that no stream and no file have the same device and number. Each shared directory has one of its own, from 2 on. */
const DEVICE_STREAMS: u64 = 0;
const DEVICE_FILES: u64 = 1;

const record = memory.data(64, 8);

/** Writes a stream's at a checked address: a type, a number and one link; no size or times. */
export function putStreamStat(at: u32, inode: u64, type: u32): void {
  begin(DEVICE_STREAMS, inode, type, 1);
  app.copyOut(at, record, FILESTAT_SIZE);
}

/** Writes a node's, as it was last looked at, at a checked address. */
export function putNodeStat(at: u32, node: u32): void {
  begin(DEVICE_FILES + systemOf(node), numberOf(node), typeOf(node), linkCount(node));
  store<u64>(record, fileSize(node), 32);
  store<u64>(record, accessedAt(node), 40);
  store<u64>(record, modifiedAt(node), 48);
  store<u64>(record, changedAt(node), 56);
  app.copyOut(at, record, FILESTAT_SIZE);
}

function begin(device: u64, inode: u64, type: u32, links: u64): void {
  memory.fill(record, 0, FILESTAT_SIZE);
  store<u64>(record, device);
  store<u64>(record, inode, 8);
  store<u8>(record, type, 16);
  store<u64>(record, links, 24);
}

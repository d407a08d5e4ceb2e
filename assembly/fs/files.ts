// What the WASI layer knows of file systems: numbers of nodes, and these functions. Today there is one file system, the
// archive in the image, read-only. A second one (memory, 9p, a disk) gets node numbers of its own, and the functions
// here decide by the number; nothing above them changes. Read next: tree.ts, archive.ts, path.ts.
//
//   boot              reserveFiles(): memory for the tree, by the number of members that the build counted
//   first use         openFiles(): the archive is read and becomes the tree
//   every use         by node: lookup in constant time, contents in place

import * as image from "../host/image";
import { EXIT_UNUSABLE } from "../base/exit-status";
import { FILES_MAX, PREOPENS_MAX } from "../base/limits";
import { decimal, text } from "../base/line";
import { beginMessage, sendLine } from "../base/log";
import { fail } from "../base/panic";
import { powerOff } from "../base/power-off";
import { damagedAt, readArchive } from "./archive";
import { NODE_DIRECTORY, NODE_FILE, nodeAt, reserveTree } from "./tree";

let isRead: bool = false;

/** How many directories are open for the application from the start; their nodes are 1 and up. */
export function preopenCount(): u32 {
  return image.files() == 0 ? 0 : image.preopens();
}

/** Takes the memory that the tree needs; none where there are no files. */
export function reserveFiles(): void {
  isRead = false;
  if (image.files() == 0) return;
  if (image.fileEntries() > FILES_MAX) fail("the image has more than 16384 files", EXIT_UNUSABLE);
  if (image.preopens() > PREOPENS_MAX) fail("the image opens more than 32 directories", EXIT_UNUSABLE);
  reserveTree(image.fileEntries(), image.preopens());
}

/** Makes nodes usable; called before the first one is looked at. An archive that cannot be read ends the machine. */
export function openFiles(): void {
  if (isRead) return;
  isRead = true;
  if (readArchive()) return;
  beginMessage();
  text("the archive of files in the image cannot be read: byte ");
  decimal(damagedAt());
  sendLine();
  powerOff(EXIT_UNUSABLE);
}

/** Bytes of a file or of a link's target; 0 for a directory. */
export function fileSize(node: u32): u64 {
  return <u32>nodeAt(node).type == NODE_DIRECTORY ? 0 : nodeAt(node).size;
}

/** Copies at most `bytes` bytes at `position` of a file into checked application memory; how many there were. */
export function readFile(node: u32, position: u64, to: u32, bytes: u32): u32 {
  const file = nodeAt(node);
  assert(<u32>file.type == NODE_FILE);
  if (position >= file.size) return 0;
  const part = min<u32>(bytes, file.size - <u32>position);
  image.copyFiles(to, file.data + <u32>position, part);
  return part;
}

/** Copies at most `bytes` bytes of a link's target into checked application memory; how many there were. */
export function readLink(node: u32, to: u32, bytes: u32): u32 {
  const part = min<u32>(bytes, nodeAt(node).size);
  image.copyFiles(to, nodeAt(node).data, part);
  return part;
}

/** First child of a directory; 0 if it is empty. The next one is its `sibling`. */
export function firstChild(directory: u32): u32 {
  return nodeAt(directory).data;
}

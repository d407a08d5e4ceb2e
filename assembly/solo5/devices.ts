// The devices that the application's manifest declares, and which of the machine's they are. Disks are found by their
// serial, which is the first 20 bytes of the name; where a disk has none, by their order. Network interfaces have no
// names: they are taken in order. A machine that does not have exactly these devices ends here, before the application.
//
// An image without a manifest declares nothing: nothing is checked, and nothing can be acquired.

import * as app from "../host/app";
import * as image from "../host/image";
import { HAS_BLOCK, HAS_NETWORK } from "../base/features";
import { EXIT_UNUSABLE } from "../base/exit-status";
import { bytes, text } from "../base/line";
import { beginMessage, sendLine } from "../base/log";
import { fail } from "../base/panic";
import { powerOff } from "../base/power-off";
import { distanceTo, equals } from "../lib/bytes";
import { diskCount, diskSerial } from "../virtio/block";
import { nicCount } from "../virtio/net";
import { DECLARED_NAME, DEVICE_BLOCK, DEVICE_NET, HANDLES_MAX, NAME_BYTES } from "./spec";

/** VirtIO 1.2 §5.2.6.2: what a device says with VIRTIO_BLK_T_GET_ID. */
const SERIAL_BYTES: u32 = 20;
/** No handle: devices count from 1. */
export const NO_HANDLE: u32 = 0;
export const NO_DEVICE: u32 = 0xff;

// The declared device that was looked at last.
const declared = memory.data(72, 4);
const wanted = memory.data(68, 4);
// By handle, the number of the NIC or disk.
const numbers = memory.data(64);
/** Bit n: handle n is of this type and has been acquired. */
let acquiredNics: u64 = 0;
let acquiredDisks: u64 = 0;

/** Joins what is declared to what there is. After the drivers have started. */
export function bindDevices(): void {
  acquiredNics = 0;
  acquiredDisks = 0;
  memory.fill(numbers, <u8>NO_DEVICE, HANDLES_MAX + 1);
  if (image.declared() == 0) return;
  if (HAS_NETWORK) bindNics();
  if (HAS_BLOCK) bindDisks();
}

function bindNics(): void {
  let next: u32 = 0;
  for (let i: u32 = 0; i < image.declared(); i++) {
    if (typeOf(i) != DEVICE_NET) continue;
    if (next == nicCount()) missing("network interface", "--net");
    bind(i, next++);
  }
  if (next < nicCount()) fail("the machine has more network interfaces than the manifest declares", EXIT_UNUSABLE);
}

function bindDisks(): void {
  let taken: u64 = 0;
  for (let i: u32 = 0; i < image.declared(); i++) {
    if (typeOf(i) != DEVICE_BLOCK) continue;
    const disk = diskNamed(declared + DECLARED_NAME);
    if (disk == NO_DEVICE) continue;
    bind(i, disk);
    taken |= <u64>1 << disk;
  }
  for (let i: u32 = 0; i < image.declared(); i++) {
    if (typeOf(i) != DEVICE_BLOCK || <u32>load<u8>(numbers + i + 1) != NO_DEVICE) continue;
    const disk = nextNameless(taken);
    if (disk == NO_DEVICE) missing("disk", "--disk");
    bind(i, disk);
    taken |= <u64>1 << disk;
  }
  for (let i: u32 = 0; i < diskCount(); i++) if ((taken >> i & 1) == 0) surplusDisk(i);
}

/** Reads what is declared at an index; its type. */
function typeOf(index: u32): u32 {
  image.readDeclared(index, declared);
  return load<u32>(declared);
}

function bind(index: u32, number: u32): void {
  store<u8>(numbers + index + 1, number);
}

function diskNamed(name: usize): u32 {
  for (let i: u32 = 0; i < diskCount(); i++) if (equals(diskSerial(i), name, SERIAL_BYTES)) return i;
  return NO_DEVICE;
}

function nextNameless(taken: u64): u32 {
  for (let i: u32 = 0; i < diskCount(); i++) if ((taken >> i & 1) == 0 && <u32>load<u8>(diskSerial(i)) == 0) return i;
  return NO_DEVICE;
}

/** The declared device that was read last is not there. Never returns. */
function missing(what: string, option: string): void {
  const name = declared + DECLARED_NAME;
  beginMessage();
  text("the manifest declares the ");
  text(what);
  text(" '");
  bytes(name, distanceTo(0, name, NAME_BYTES));
  text("' and the machine does not have it; asolo run attaches it with ");
  text(option);
  sendLine();
  powerOff(EXIT_UNUSABLE);
}

function surplusDisk(disk: u32): void {
  beginMessage();
  text("the machine has a disk that the manifest does not declare, with the serial '");
  bytes(diskSerial(disk), distanceTo(0, diskSerial(disk), SERIAL_BYTES));
  text("'");
  sendLine();
  powerOff(EXIT_UNUSABLE);
}

/** The handle of the declared device of `type` whose name the application has at `name`; NO_HANDLE if it may not have it. */
export function acquire(name: u32, type: u32): u32 {
  if (<u64>name >= app.size()) return NO_HANDLE;
  const most = <u32>min<u64>(NAME_BYTES, app.size() - name);
  memory.fill(wanted, 0, NAME_BYTES);
  app.copyIn(wanted, name, most);
  const length = distanceTo(0, wanted, most);
  if (length == most) return NO_HANDLE;
  memory.fill(wanted + length, 0, NAME_BYTES - length);
  for (let i: u32 = 0; i < image.declared(); i++) {
    if (typeOf(i) != type || !equals(declared + DECLARED_NAME, wanted, NAME_BYTES)) continue;
    return markAcquired(i + 1, type) ? i + 1 : NO_HANDLE;
  }
  return NO_HANDLE;
}

/** False for the second time. */
function markAcquired(handle: u32, type: u32): bool {
  const bit = <u64>1 << handle;
  if (((acquiredNics | acquiredDisks) & bit) != 0) return false;
  if (type == DEVICE_NET) acquiredNics |= bit;
  else acquiredDisks |= bit;
  return true;
}

/** The NIC behind a handle; NO_DEVICE if the application has not acquired it as one. */
export function nicOf(handle: u64): u32 {
  return isIn(acquiredNics, handle) ? <u32>load<u8>(numbers + <u32>handle) : NO_DEVICE;
}

/** The disk behind a handle, the same way. */
export function diskOf(handle: u64): u32 {
  return isIn(acquiredDisks, handle) ? <u32>load<u8>(numbers + <u32>handle) : NO_DEVICE;
}

/** The set of handles of acquired NICs. */
export function nicHandles(): u64 {
  return acquiredNics;
}

function isIn(set: u64, handle: u64): bool {
  return handle <= HANDLES_MAX && (set >> handle & 1) != 0;
}

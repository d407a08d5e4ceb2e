// A disk: a block device that was started, what it can hold and what it can do. Read first: VirtIO 1.2 §5.2.3 to §5.2.5.
// Its requests are block-request.ts's matter. Disks are numbered in the order of their devices.
//
//   table: one record a disk, from the heap, as many as the machine has block devices

import { DISKS_MAX } from "../base/limits";
import { alignDown } from "../lib/align";
import { takeMemory } from "../mm/heap";
import {
  CONFIG_BLK_SIZE, CONFIG_CAPACITY, CONFIG_DISCARD_ALIGNMENT, CONFIG_MAX_DISCARD_SECTORS, CONFIG_MAX_WRITE_ZEROES_SECTORS,
  CONFIG_SIZE_MAX, FEATURE_BLK_SIZE, FEATURE_DISCARD, FEATURE_FLUSH, FEATURE_RO, FEATURE_SIZE_MAX, FEATURE_WRITE_ZEROES,
  SECTOR,
} from "./block-spec";
import { nextVirtioDevice, VirtioDevice, virtioDevice, virtioDevices } from "./device";
import { Queue } from "./queue";
import { DEVICE_BLOCK } from "./spec";
import { beginDevice, failDevice, finishDevice, hasFeature, makeQueue, startQueue } from "./start";
import { readConfiguration32, readGeneration } from "./transport";

/** Descriptors of a disk's queue: requests in flight; a third of that where the device knows no indirect descriptors. */
export const DISK_QUEUE_SIZE: u32 = 64;
/** A request of one data part has three descriptors. */
const REQUEST_PARTS: u32 = 3;
/** Bytes of one request: the largest block size that QEMU knows. More at once is not faster, and longer to do again. */
const REQUEST_BYTES_MAX: u32 = 0x200000;
const BLOCK_SIZE_MAX: u32 = REQUEST_BYTES_MAX;
/** Sectors that can be counted in bytes with room to spare. */
const SECTORS_MAX: u64 = 1 << 52;
/** Two reads of a configuration that keeps changing between them: then the last one counts. */
const GENERATION_ATTEMPTS: u32 = 8;

const WANTED: u64 = FEATURE_SIZE_MAX | FEATURE_RO | FEATURE_BLK_SIZE | FEATURE_FLUSH | FEATURE_DISCARD | FEATURE_WRITE_ZEROES;

@final @unmanaged
export class Disk {
  /** Bytes, a multiple of the block size. */
  capacity: u64;
  device: VirtioDevice;
  /** Valid from the first start on. */
  queue: Queue;
  blockSize: u32;
  /** Bytes of one request's data at most, a multiple of the block size. */
  requestMax: u32;
  /** The same for DISCARD and WRITE_ZEROES, in sectors; 0: the device cannot. */
  discardMax: u32;
  writeZeroesMax: u32;
  /** A restart failed: it has been told to stop, and every request fails. */
  isDead: u32;
  /** Times it was reset because it did not behave. */
  recoveries: u32;
  /** Looks in vain since it last gave something back. */
  looks: u32;
  unused: u32;
  /** When that will have been too long ago, in ns of the monotonic clock; 0: nobody has looked at the clock yet. */
  patienceEnds: u64;
}

let table: usize = 0;
let count: u32 = 0;

export function disks(): u32 {
  return count;
}

/** Block devices, whether they start or not, as far as there is room for them. */
export function diskDevices(): u32 {
  let found: u32 = 0;
  for (let i: u32 = 0; i < virtioDevices(); i++) if (virtioDevice(i).type == DEVICE_BLOCK) found++;
  return min(found, DISKS_MAX);
}

export function diskAt(index: u32): Disk {
  assert(index < count);
  return changetype<Disk>(table + <usize>(index * <u32>offsetof<Disk>()));
}

/** Starts every block device there is, of which there must be one; one that does not start is left out. Before the heap is locked. */
export function startDisks(): void {
  count = 0;
  table = takeMemory(diskDevices() * <u32>offsetof<Disk>(), 8);
  for (let i = nextVirtioDevice(DEVICE_BLOCK, 0); i < virtioDevices() && count < DISKS_MAX; i = nextVirtioDevice(DEVICE_BLOCK, i + 1)) {
    const device = virtioDevice(i);
    device.isTaken = 1;
    count++;
    const disk = diskAt(count - 1);
    memory.fill(changetype<usize>(disk), 0, offsetof<Disk>());
    disk.device = device;
    if (!startDisk(disk)) count--;
  }
}

/** Brings the device from whatever state to a live one. False, and it has been told that it failed, if that cannot be done. */
export function startDisk(disk: Disk): bool {
  const device = disk.device;
  if (!beginDevice(device, WANTED)) return false;
  if (!readLimits(disk)) return failDevice(device);
  if (changetype<usize>(disk.queue) == 0) {
    const made = makeQueue(device, 0, DISK_QUEUE_SIZE);
    if (made === null) return failDevice(device);
    disk.queue = made;
  }
  if (!startQueue(disk.queue)) return failDevice(device);
  if (disk.queue.hasIndirect == 0 && disk.queue.size < REQUEST_PARTS) return failDevice(device);
  finishDevice(device);
  return true;
}

/** What the device can do. False if that is nothing: not even one block fits into a request. */
function readLimits(disk: Disk): bool {
  const device = disk.device;
  disk.blockSize = SECTOR;
  if (hasFeature(device, FEATURE_BLK_SIZE)) {
    const offered = readConfiguration32(device, CONFIG_BLK_SIZE);
    // One that makes no sense is not believed; requests of sectors are understood by every device.
    if (popcnt(offered) == 1 && offered > SECTOR && offered <= BLOCK_SIZE_MAX) disk.blockSize = offered;
  }
  let most = REQUEST_BYTES_MAX;
  if (hasFeature(device, FEATURE_SIZE_MAX)) most = min(most, readConfiguration32(device, CONFIG_SIZE_MAX));
  disk.requestMax = <u32>alignDown(most, disk.blockSize);
  disk.discardMax = 0;
  disk.writeZeroesMax = 0;
  if (hasFeature(device, FEATURE_DISCARD)) {
    // Pieces that end at a multiple of the alignment lose nothing to rounding (§5.2.4).
    const alignment = max<u32>(readConfiguration32(device, CONFIG_DISCARD_ALIGNMENT), disk.blockSize / SECTOR);
    const sectors = readConfiguration32(device, CONFIG_MAX_DISCARD_SECTORS);
    disk.discardMax = sectors < alignment ? wholeBlocks(disk, sectors) : wholeBlocks(disk, sectors - sectors % alignment);
  }
  if (hasFeature(device, FEATURE_WRITE_ZEROES)) {
    disk.writeZeroesMax = wholeBlocks(disk, readConfiguration32(device, CONFIG_MAX_WRITE_ZEROES_SECTORS));
  }
  readCapacity(disk);
  return disk.requestMax != 0;
}

function wholeBlocks(disk: Disk, sectors: u32): u32 {
  return <u32>alignDown(sectors, disk.blockSize / SECTOR);
}

/** The capacity is two words, and may change between them: the generation tells (§2.5.1). */
export function readCapacity(disk: Disk): void {
  const device = disk.device;
  device.isChanged = 0;
  let sectors: u64 = 0;
  for (let i: u32 = 0; i < GENERATION_ATTEMPTS; i++) {
    const before = readGeneration(device);
    sectors = <u64>readConfiguration32(device, CONFIG_CAPACITY + 4) << 32 | readConfiguration32(device, CONFIG_CAPACITY);
    if (readGeneration(device) == before) break;
  }
  disk.capacity = alignDown(min(sectors, SECTORS_MAX) * SECTOR, disk.blockSize);
}

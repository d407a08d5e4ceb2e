// The block device (VirtIO 1.2 §5.2): a disk in memory with a write cache, so that what was never flushed can be lost.
// A request that the specification forbids is the driver's mistake, and an error. Faults are chosen request by request.
import type { Clock } from '../clock.ts';
import { VirtioDevice, type VirtioOptions } from './device.ts';
import { type Chain, fill, join } from './queue.ts';
import type { Ram } from './ram.ts';

export const BLOCK_FEATURES = { SIZE_MAX: 1n << 1n, SEG_MAX: 1n << 2n, RO: 1n << 5n, BLK_SIZE: 1n << 6n, FLUSH: 1n << 9n, DISCARD: 1n << 13n, WRITE_ZEROES: 1n << 14n };
const SECTOR = 512;
const TYPES = { 0: 'read', 1: 'write', 4: 'flush', 8: 'id', 11: 'discard', 13: 'zeroes' } as const;
const STATUS = { ok: 0, ioerr: 1, unsupp: 2 };

export interface BlockRequest {
  readonly kind: (typeof TYPES)[keyof typeof TYPES];
  /** In bytes. */
  readonly offset: number;
  readonly bytes: number;
}

/**
 * What can become of a request. `ioerr`, `unsupp`: the device says so. `silent`: never answered. `short`: it says it wrote
 * less than it did. `long`: more than it may. `badId`, `farId`: an id that was not made available, or is outside the queue.
 * `backwards`, `ahead`: the used index runs wild. `noStatus`: given back untouched. `twice`: given back two times.
 * `broken`: the device needs a reset.
 */
export type BlockFate = 'ok' | 'ioerr' | 'unsupp' | 'silent' | 'short' | 'long' | 'badId' | 'farId' | 'backwards' | 'ahead' | 'noStatus' | 'twice' | 'broken';

export interface BlockOptions extends VirtioOptions {
  readonly sectors?: number;
  readonly blockSize?: number;
  readonly serial?: string;
  readonly readOnly?: boolean;
  readonly sizeMax?: number;
  readonly maxDiscard?: number;
  readonly discardAlignment?: number;
  readonly maxWriteZeroes?: number;
  /** The count begins at 0 and is never reset. */
  readonly fate?: (request: BlockRequest, count: number) => BlockFate;
  /** In ns; requests with less overtake others. */
  readonly takes?: (request: BlockRequest, count: number) => number;
}

export class Block extends VirtioDevice {
  /** What a reader sees, and what would be left after a power cut. */
  readonly contents: Uint8Array;
  readonly durable: Uint8Array;
  readonly requests: BlockRequest[] = [];
  /** Requests that were taken and not given back: memory that the device may still write to. */
  held = 0;
  mostHeld = 0;
  /** From now on its status does not read 0 after a reset. */
  isStuck = false;
  #options: BlockOptions;

  constructor(ram: Ram, clock: Clock, options: BlockOptions = {}) {
    const f = BLOCK_FEATURES;
    const features = f.SEG_MAX | f.FLUSH | f.BLK_SIZE
      | (options.readOnly ? f.RO : 0n) | (options.sizeMax === undefined ? 0n : f.SIZE_MAX)
      | (options.maxDiscard === undefined ? 0n : f.DISCARD) | (options.maxWriteZeroes === undefined ? 0n : f.WRITE_ZEROES);
    super(ram, clock, 2, features, 1, new Uint8Array(64), options);
    this.#options = options;
    const sectors = options.sectors ?? 128;
    this.contents = new Uint8Array(sectors * SECTOR);
    this.durable = new Uint8Array(sectors * SECTOR);
    const view = new DataView(this.config.buffer);
    view.setBigUint64(0, BigInt(sectors), true);
    view.setUint32(8, options.sizeMax ?? 0, true);
    view.setUint32(12, 1, true);
    view.setUint32(20, options.blockSize ?? SECTOR, true);
    view.setUint32(36, options.maxDiscard ?? 0, true);
    view.setUint32(40, 1, true);
    view.setUint32(44, options.discardAlignment ?? 1, true);
    view.setUint32(48, options.maxWriteZeroes ?? 0, true);
    view.setUint32(52, 1, true);
  }

  /** The host changes the size it shows; the contents stay what they were. */
  resize(sectors: number): void {
    new DataView(this.config.buffer).setBigUint64(0, BigInt(sectors), true);
    this.configChanged();
  }

  override reset(): void {
    this.held = 0;
    super.reset();
    if (this.isStuck) this.status = 1;
  }

  notified(queue: number): void {
    for (let chain = this.queues[queue]!.take(); chain; chain = this.queues[queue]!.take()) {
      const taken = chain;
      const request = this.#parse(taken);
      const count = this.requests.push(request) - 1;
      this.mostHeld = Math.max(this.mostHeld, ++this.held);
      this.later(() => this.#answer(taken, request, this.#options.fate?.(request, count) ?? 'ok'), this.#options.takes?.(request, count));
    }
  }

  /** §5.2.6: a header to be read, data, a status byte to be written. */
  #parse({ readable, writable }: Chain): BlockRequest {
    const [header, ...out] = readable;
    if (header?.length !== 16 || writable.at(-1)?.length !== 1) throw new Error('a request begins with 16 bytes and ends with one');
    const parts = [...out, ...writable.slice(0, -1)];
    const { sizeMax } = this.#options;
    if (parts.length > 1) throw new Error('more segments than SEG_MAX');
    if (sizeMax !== undefined && this.has(BLOCK_FEATURES.SIZE_MAX) && parts.some((part) => part.length > sizeMax)) throw new Error('a segment longer than SIZE_MAX');
    const view = new DataView(header.buffer, header.byteOffset, 16);
    const kind = TYPES[view.getUint32(0, true) as keyof typeof TYPES];
    const bytes = parts[0]?.length ?? 0;
    const offset = Number(view.getBigUint64(8, true)) * SECTOR;
    const { FLUSH, DISCARD, WRITE_ZEROES, RO } = BLOCK_FEATURES;
    const needs = { read: 0n, id: 0n, write: 0n, flush: FLUSH, discard: DISCARD, zeroes: WRITE_ZEROES }[kind];
    if ((this.accepted & needs) !== needs) throw new Error(`${kind} was not agreed on`);
    if (kind === 'read' || kind === 'write') {
      if (this.has(RO) && kind === 'write') throw new Error('a disk that cannot be written was to be written');
      if (bytes === 0 || bytes % SECTOR !== 0 || offset + bytes > this.contents.length) throw new Error(`a ${kind} of ${bytes} bytes at ${offset}`);
    }
    return kind === 'discard' || kind === 'zeroes' ? this.#parseRange(kind, out[0]!) : { kind, offset, bytes };
  }

  #parseRange(kind: 'discard' | 'zeroes', segment: Uint8Array): BlockRequest {
    const view = new DataView(segment.buffer, segment.byteOffset, 16);
    const sectors = view.getUint32(8, true);
    const most = kind === 'discard' ? this.#options.maxDiscard! : this.#options.maxWriteZeroes!;
    if (sectors === 0 || sectors > most || view.getUint32(12, true) !== 0) throw new Error(`${kind} of ${sectors} sectors, most ${most}`);
    return { kind, offset: Number(view.getBigUint64(0, true)) * SECTOR, bytes: sectors * SECTOR };
  }

  #answer({ head, readable, writable }: Chain, request: BlockRequest, fate: BlockFate): void {
    const queue = this.queues[0]!;
    if (fate === 'silent') return;
    if (fate === 'broken') return this.giveUp();
    this.held--;
    let written = 1;
    const status = fate === 'ioerr' || fate === 'unsupp' ? STATUS[fate] : STATUS.ok;
    if (status === STATUS.ok && fate !== 'noStatus') {
      this.#carryOut(request, readable);
      const answer = request.kind === 'read' ? this.contents.slice(request.offset, request.offset + request.bytes)
        : request.kind === 'id' ? new TextEncoder().encode((this.#options.serial ?? '').slice(0, 20)) : new Uint8Array(0);
      fill(writable.slice(0, -1), answer);
      written += writable.slice(0, -1).reduce((sum, part) => sum + part.length, 0);
    }
    if (fate !== 'noStatus') writable.at(-1)[0] = status;
    switch (fate) {
      case 'short': return this.give(0, head, 2);
      case 'long': return this.give(0, head, written + 1);
      case 'badId': return this.give(0, (head + queue.size / 2) % queue.size, written);
      case 'farId': return this.give(0, 0x10000 + head, written);
      case 'backwards': return this.#run(queue.usedIndex - 1);
      case 'ahead': return this.#run(queue.usedIndex + queue.size + 1);
      case 'twice': this.give(0, head, written);
    }
    this.give(0, head, written);
  }

  #run(index: number): void {
    this.queues[0]!.pokeIndex(index);
    this.interrupt(this.queues[0]);
  }

  #carryOut({ kind, offset, bytes }: BlockRequest, readable: Uint8Array[]): void {
    if (kind === 'write') this.contents.set(join(readable.slice(1)), offset);
    // What was given up reads as anything; here as something that is easily seen.
    if (kind === 'discard') this.contents.fill(0xdd, offset, offset + bytes);
    if (kind === 'zeroes') this.contents.fill(0, offset, offset + bytes);
    // §5.2.6.2: without FLUSH there is no cache.
    if (kind === 'flush' || !this.has(BLOCK_FEATURES.FLUSH)) this.durable.set(this.contents);
  }
}

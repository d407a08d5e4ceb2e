// A split virtqueue, the device's side, from VirtIO 1.2 §2.7. It follows the specification; a device that should
// misbehave overrides a step or writes into the rings itself (`poke…`).
import { type Ram, view } from './ram.ts';

const NEXT = 1;
const WRITE = 2;
const INDIRECT = 4;

/** One request: what the device may read, and what it may write. */
export interface Chain {
  readonly head: number;
  readonly readable: Uint8Array[];
  readonly writable: Uint8Array[];
}

export class DeviceQueue {
  readonly sizeMax: number;
  size = 0;
  ready = false;
  descriptors = 0n;
  available = 0n;
  used = 0n;
  eventIndex = false;
  indirect = false;
  vector = 0xffff;
  #ram: Ram;
  #next = 0;
  #usedIndex = 0;

  constructor(ram: Ram, sizeMax: number) {
    this.#ram = ram;
    this.sizeMax = sizeMax;
  }

  reset(): void {
    Object.assign(this, { size: 0, ready: false, descriptors: 0n, available: 0n, used: 0n, vector: 0xffff });
    this.#next = 0;
    this.#usedIndex = 0;
  }

  /** Requests that the driver made available and the device has not taken. */
  waiting(): number {
    if (!this.ready) return 0;
    return (this.#load16(this.available + 2n) - this.#next) & 0xffff;
  }

  /** How far the device has taken requests; a device that finds too few puts it back. */
  get position(): number {
    return this.#next;
  }

  set position(index: number) {
    this.#next = index;
  }

  /** Takes the next request; undefined if there is none. A broken chain is the driver's mistake, and an error. */
  take(): Chain | undefined {
    if (this.waiting() === 0) return undefined;
    if (this.waiting() > this.size) throw new Error('the available index ran ahead of the queue');
    const head = this.#load16(this.available + 4n + BigInt((this.#next % this.size) * 2));
    this.#next = (this.#next + 1) & 0xffff;
    // Tells the driver up to where it has looked (§2.7.10).
    if (this.eventIndex) view(this.#ram, this.used + 4n + BigInt(this.size * 8), 2).setUint16(0, this.#next, true);
    const chain: Chain = { head, readable: [], writable: [] };
    this.#follow(chain, this.descriptors, this.size, head, true);
    return chain;
  }

  #follow(chain: Chain, table: bigint, count: number, first: number, mayIndirect: boolean): void {
    let index = first;
    for (let steps = 0; ; steps++) {
      if (index >= count || steps >= count) throw new Error(`descriptor ${index} of ${count}: the chain is broken`);
      const entry = view(this.#ram, table + BigInt(index * 16), 16);
      const address = entry.getBigUint64(0, true);
      const length = entry.getUint32(8, true);
      const flags = entry.getUint16(12, true);
      if (flags & INDIRECT) {
        if (!mayIndirect || !this.indirect || flags & (NEXT | WRITE)) throw new Error('an indirect descriptor where none may be');
        return this.#follow(chain, address, length / 16, 0, false);
      }
      if (length === 0) throw new Error('virtio: zero sized buffers are not allowed');
      if (!(flags & WRITE) && chain.writable.length > 0) throw new Error('a part to be read follows one to be written');
      (flags & WRITE ? chain.writable : chain.readable).push(this.#ram.bytes(address, length));
      if (!(flags & NEXT)) return;
      index = entry.getUint16(14, true);
    }
  }

  /** Gives a request back with so many bytes written; whether the driver wants to be interrupted. */
  give(head: number, written: number): boolean {
    const old = this.#usedIndex;
    this.poke(old, head, written);
    this.#usedIndex = (old + 1) & 0xffff;
    this.pokeIndex(this.#usedIndex);
    if (!this.eventIndex) return (this.#load16(this.available) & 1) === 0;
    const event = this.#load16(this.available + 4n + BigInt(this.size * 2));
    return ((this.#usedIndex - event - 1) & 0xffff) < ((this.#usedIndex - old) & 0xffff);
  }

  /** Writes a used entry, whatever it says. */
  poke(slot: number, head: number, written: number): void {
    const entry = view(this.#ram, this.used + 4n + BigInt((slot % this.size) * 8), 8);
    entry.setUint32(0, head, true);
    entry.setUint32(4, written, true);
  }

  /** Writes the used index, whatever it says. */
  pokeIndex(index: number): void {
    this.#usedIndex = index & 0xffff;
    view(this.#ram, this.used + 2n, 2).setUint16(0, this.#usedIndex, true);
  }

  get usedIndex(): number {
    return this.#usedIndex;
  }

  #load16(address: bigint): number {
    return view(this.#ram, address, 2).getUint16(0, true);
  }
}

/** Copies `bytes` over the parts of a chain, in order; how many fitted. */
export function fill(parts: readonly Uint8Array[], bytes: Uint8Array): number {
  let at = 0;
  for (const part of parts) {
    const piece = bytes.subarray(at, at + part.length);
    part.set(piece);
    at += piece.length;
  }
  return Math.min(at, bytes.length);
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

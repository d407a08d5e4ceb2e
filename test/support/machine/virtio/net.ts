// The network device (VirtIO 1.2 §5.1), and the cable: a test delivers frames and sees those that were sent.
// Checksums and segmentation are done here as the specification has the device do them.
import type { Clock } from '../clock.ts';
import { VirtioDevice, type VirtioOptions } from './device.ts';
import { type Chain, fill, join } from './queue.ts';
import type { Ram } from './ram.ts';
import { cutSegments, writeChecksum } from './offload.ts';

export const NET_F_CSUM = 1n << 0n;
export const NET_F_GUEST_CSUM = 1n << 1n;
export const NET_F_MTU = 1n << 3n;
export const NET_F_MAC = 1n << 5n;
export const NET_F_GUEST_TSO4 = 1n << 7n;
export const NET_F_HOST_TSO4 = 1n << 11n;
export const NET_F_MRG_RXBUF = 1n << 15n;
export const NET_F_STATUS = 1n << 16n;
const ALL = NET_F_CSUM | NET_F_GUEST_CSUM | NET_F_MTU | NET_F_MAC | NET_F_GUEST_TSO4 | NET_F_HOST_TSO4 | NET_F_MRG_RXBUF | NET_F_STATUS;

const RECEIVE = 0;
const TRANSMIT = 1;
const HEADER = 12;
const NEEDS_CHECKSUM = 1;
const DATA_VALID = 2;

export interface NetOptions extends VirtioOptions {
  readonly mac?: readonly number[];
  readonly mtu?: number;
  /** Says that frames from the cable have been verified (GUEST_CSUM). */
  readonly vouches?: boolean;
  /** Keeps what is to be sent and never gives it back. */
  readonly neverSends?: boolean;
  /** What stands in the header as the number of buffers, where it lies. */
  readonly buffersSaid?: (used: number) => number;
  /** What a used entry says of the receive queue, where it lies: which buffer, how many bytes. */
  readonly usedSaid?: (head: number, written: number) => [number, number];
  /** After so many frames either way the device needs a reset; again after each reset. */
  readonly givesUpAfter?: number;
}

/** One frame as the driver handed it over. */
export interface Sent {
  readonly header: DataView;
  /** As it goes onto the cable: several after segmentation, checksums in place. */
  readonly frames: Uint8Array[];
}

export class Net extends VirtioDevice {
  readonly sent: Sent[] = [];
  /** Called with each frame that goes onto the cable. */
  onFrame: (frame: Uint8Array) => void = () => {};
  /** Frames from the cable that found no buffers yet; QEMU keeps them, too. */
  readonly waiting: { frame: Uint8Array; header: Uint8Array }[] = [];
  #options: NetOptions;
  #frames = 0;

  constructor(ram: Ram, clock: Clock, options: NetOptions = {}) {
    const config = new Uint8Array(12);
    config.set(options.mac ?? [0x52, 0x54, 0, 0x12, 0x34, 0x56]);
    new DataView(config.buffer).setUint16(6, 1, true);
    new DataView(config.buffer).setUint16(8, 1, true);
    new DataView(config.buffer).setUint16(10, options.mtu ?? 1500, true);
    super(ram, clock, 1, ALL, 2, config, options);
    this.#options = options;
  }

  set link(isUp: boolean) {
    new DataView(this.config.buffer).setUint16(6, isUp ? 1 : 0, true);
    this.configChanged();
  }

  get frames(): Uint8Array[] {
    return this.sent.flatMap(({ frames }) => frames);
  }

  /** A frame comes in. `gsoSize`: it is a large TCP segment, as a host hands it over whole (§5.1.6.4). */
  deliver(frame: Uint8Array, { gsoSize = 0, partialChecksum = false } = {}): void {
    const header = new DataView(new ArrayBuffer(HEADER));
    if (partialChecksum && !this.has(NET_F_GUEST_CSUM)) throw new Error('this driver takes no partial checksums');
    if (gsoSize > 0 && !this.has(NET_F_GUEST_TSO4)) throw new Error('this driver takes no large segments');
    header.setUint8(0, partialChecksum ? NEEDS_CHECKSUM : this.has(NET_F_GUEST_CSUM) && this.#options.vouches ? DATA_VALID : 0);
    header.setUint8(1, gsoSize > 0 ? 1 : 0);
    header.setUint16(4, gsoSize, true);
    this.waiting.push({ frame, header: new Uint8Array(header.buffer) });
    this.#fillBuffers();
  }

  notified(queue: number): void {
    if (queue === RECEIVE) return this.#fillBuffers();
    if (this.#options.neverSends) return;
    for (let chain = this.queues[TRANSMIT]!.take(); chain; chain = this.queues[TRANSMIT]!.take()) {
      const taken = chain;
      this.later(() => this.#send(taken));
    }
  }

  override reset(): void {
    super.reset();
    this.waiting.length = 0;
    this.#frames = 0;
  }

  #fillBuffers(): void {
    if (!this.isLive || !this.queues[RECEIVE]!.ready) return;
    while (this.waiting.length > 0 && this.#receive(this.waiting[0]!.frame, this.waiting[0]!.header)) this.waiting.shift();
  }

  /** One frame into as many buffers as it takes; false, and nothing is taken, if there are not so many. */
  #receive(frame: Uint8Array, header: Uint8Array): boolean {
    const queue = this.queues[RECEIVE]!;
    let rest = join([header, frame]);
    const used: { chain: Chain; part: Uint8Array }[] = [];
    const saved = queue.position;
    do {
      const chain = queue.take();
      if (chain === undefined) {
        queue.position = saved;
        return false;
      }
      const room = chain.writable.reduce((sum, part) => sum + part.length, 0);
      used.push({ chain, part: rest.subarray(0, room) });
      rest = rest.subarray(room);
      if (rest.length > 0 && !this.has(NET_F_MRG_RXBUF)) rest = rest.subarray(rest.length);
    } while (rest.length > 0);
    new DataView(used[0]!.part.buffer, used[0]!.part.byteOffset).setUint16(10, this.#options.buffersSaid?.(used.length) ?? used.length, true);
    let wantsInterrupt = false;
    for (const { chain, part } of used) {
      const written = fill(chain.writable, part);
      const [head, bytes] = this.#options.usedSaid?.(chain.head, written) ?? [chain.head, written];
      wantsInterrupt = queue.give(head, bytes) || wantsInterrupt;
    }
    if (wantsInterrupt) this.interrupt(queue);
    this.#count();
    return true;
  }

  #send({ head, readable }: Chain): void {
    const whole = join(readable);
    if (whole.length < HEADER + 14) throw new Error(`a frame of ${whole.length - HEADER} bytes was sent`);
    const header = new DataView(whole.buffer, 0, HEADER);
    const frame = whole.slice(HEADER);
    const gso = header.getUint8(1);
    if (gso !== 0 && (gso !== 1 || !this.has(NET_F_HOST_TSO4))) throw new Error('segmentation that was not agreed on');
    const needsChecksum = (header.getUint8(0) & NEEDS_CHECKSUM) !== 0;
    if (needsChecksum && !this.has(NET_F_CSUM)) throw new Error('checksumming that was not agreed on');
    if (needsChecksum && gso === 0) writeChecksum(frame, header.getUint16(6, true), header.getUint16(8, true));
    const frames = gso === 0 ? [frame] : cutSegments(frame, header.getUint16(6, true), header.getUint16(4, true));
    this.sent.push({ header, frames });
    this.give(TRANSMIT, head, 0);
    for (const out of frames) this.onFrame(out);
    this.#count();
  }

  #count(): void {
    if (++this.#frames === this.#options.givesUpAfter) this.giveUp();
  }
}

// What every virtio device has (VirtIO 1.2 §2): status, features, configuration, queues, interrupts. A device type
// extends it with `notified`; a transport (mmio.ts, pci.ts) gives the guest its registers.
import type { Clock } from '../clock.ts';
import { DeviceQueue } from './queue.ts';
import type { Ram } from './ram.ts';

export const FEATURE_INDIRECT_DESC = 1n << 28n;
export const FEATURE_EVENT_IDX = 1n << 29n;
export const FEATURE_VERSION_1 = 1n << 32n;
const DRIVER_OK = 4;
const FEATURES_OK = 8;
const NEEDS_RESET = 64;

export interface VirtioOptions {
  /** Features that this device does not offer. */
  readonly without?: bigint;
  /** Features that it offers and then does not accept: FEATURES_OK does not stay set. */
  readonly refuses?: bigint;
  readonly queueSize?: number;
  /** How long it takes over a request, in ns. */
  readonly latency?: number;
  /** Interrupts: lost ones are never sent, doubled ones twice. */
  readonly interrupts?: (count: number) => 'once' | 'lost' | 'doubled';
  /** PCI: no MSI-X, so that INTx is used. */
  readonly withoutMsix?: boolean;
  /** PCI: BAR address; above 4 GiB is possible. */
  readonly barAt?: bigint;
  /** An id of PCI's transitional range, as QEMU's pc has it. */
  readonly transitional?: boolean;
  /** No modern registers at all. */
  readonly legacyOnly?: boolean;
}

export abstract class VirtioDevice {
  readonly type: number;
  readonly offered: bigint;
  readonly queues: DeviceQueue[];
  config: Uint8Array;
  status = 0;
  accepted = 0n;
  generation = 0;
  resets = 0;
  notifications = 0;
  /** Set by the transport: an interrupt for a queue, or for the configuration (undefined). */
  raise: (queue: DeviceQueue | undefined) => void = () => {};
  protected readonly clock: Clock;
  readonly options: VirtioOptions;
  /** How often the driver was to be interrupted. */
  interrupts = 0;
  #life = 0;

  constructor(ram: Ram, clock: Clock, type: number, features: bigint, queues: number, config: Uint8Array, options: VirtioOptions) {
    this.clock = clock;
    this.type = type;
    this.options = options;
    this.offered = (features | FEATURE_VERSION_1 | FEATURE_EVENT_IDX | FEATURE_INDIRECT_DESC) & ~(options.without ?? 0n);
    this.config = config;
    this.queues = Array.from({ length: queues }, () => new DeviceQueue(ram, options.queueSize ?? 256));
  }

  /** The driver rang for this queue and the device is live. */
  abstract notified(queue: number): void;

  /** The driver has set DRIVER_OK. */
  started(): void {}

  has(feature: bigint): boolean {
    return (this.accepted & feature) !== 0n;
  }

  get isLive(): boolean {
    return (this.status & DRIVER_OK) !== 0 && (this.status & NEEDS_RESET) === 0;
  }

  writeStatus(value: number): void {
    if (value === 0) return this.reset();
    const wasLive = this.isLive;
    if (value & FEATURES_OK && this.accepted & (this.options.refuses ?? 0n)) value &= ~FEATURES_OK;
    this.status = value;
    for (const queue of this.queues) {
      queue.eventIndex = this.has(FEATURE_EVENT_IDX);
      queue.indirect = this.has(FEATURE_INDIRECT_DESC);
    }
    if (!wasLive && this.isLive) this.started();
  }

  reset(): void {
    this.status = 0;
    this.accepted = 0n;
    this.resets++;
    this.#life++;
    for (const queue of this.queues) queue.reset();
  }

  /** §2.1.2: the device gives up until it is reset. */
  giveUp(): void {
    this.status |= NEEDS_RESET;
    this.configChanged();
  }

  configChanged(): void {
    this.generation = (this.generation + 1) & 0xff;
    this.interrupt(undefined);
  }

  notify(queue: number): void {
    this.notifications++;
    if (this.isLive && this.queues[queue]?.ready) this.notified(queue);
  }

  /** Does something for a request after the device's latency, unless the device was reset meanwhile. */
  later(action: () => void, delay = this.options.latency ?? 0): void {
    const life = this.#life;
    this.clock.after(delay, () => {
      if (life === this.#life && this.isLive) action();
    });
  }

  /** Gives a request back, and interrupts if the driver asked for that. */
  give(queue: number, head: number, written: number): void {
    if (this.queues[queue]!.give(head, written)) this.interrupt(this.queues[queue]);
  }

  interrupt(queue: DeviceQueue | undefined): void {
    const times = { once: 1, lost: 0, doubled: 2 }[this.options.interrupts?.(this.interrupts++) ?? 'once'];
    for (let i = 0; i < times; i++) this.raise(queue);
  }
}

// The console device (VirtIO 1.2 §5.3): one port, or several with control messages (§5.3.6.2). What the guest says is in
// `output`; `enter` sends it something, when it has a buffer for it and has opened the port.
import type { Clock } from '../clock.ts';
import { VirtioDevice, type VirtioOptions } from './device.ts';
import { fill, join } from './queue.ts';
import type { Ram } from './ram.ts';

/** What the device does with a buffer it was given: in turn, the last for ever. */
export type Deed = 'take' | 'keep' | 'twice' | 'wrong head' | 'too long' | 'run ahead' | 'give up' | 'reset itself';

export interface ConsoleOptions extends VirtioOptions {
  /** Numbers of its ports, in the order in which it names them; without, the one port of a device without numbers. */
  readonly ports?: readonly number[];
  /** For each buffer with output. */
  readonly deeds?: readonly Deed[];
  /** Never names a port. */
  readonly mute?: boolean;
}

const CONTROL = 2;
const MULTIPORT = 1n << 1n;
const [DEVICE_READY, PORT_ADD, PORT_READY, PORT_OPEN] = [0, 1, 3, 6];

function configuration(portsMax: number): Uint8Array {
  const config = new Uint8Array(12);
  new DataView(config.buffer).setUint32(4, portsMax, true);
  return config;
}

export class Console extends VirtioDevice {
  readonly output: number[] = [];
  /** Buffers with output that were taken. */
  taken = 0;
  readonly opened = new Set<number>();
  #options: ConsoleOptions;
  #port: number;
  #input: number[] = [];
  #deed = 0;

  constructor(ram: Ram, clock: Clock, options: ConsoleOptions = {}) {
    const portsMax = options.ports === undefined ? 1 : Math.max(...options.ports, 1) + 1;
    const queues = options.ports === undefined ? 2 : 2 * portsMax + 2;
    super(ram, clock, 3, options.ports === undefined ? 0n : MULTIPORT, queues, configuration(portsMax), options);
    this.#options = options;
    this.#port = options.ports?.[0] ?? 0;
  }

  /** The queue to the guest; the next one is from it. */
  get #queue(): number {
    return this.#port === 0 ? 0 : 2 * this.#port + 2;
  }

  get #isOpen(): boolean {
    return !this.has(MULTIPORT) || this.opened.has(this.#port);
  }

  get text(): string {
    return new TextDecoder().decode(Uint8Array.from(this.output));
  }

  enter(bytes: Uint8Array | readonly number[]): void {
    this.#input.push(...bytes);
    this.#deliver();
  }

  override reset(): void {
    super.reset();
    this.opened.clear();
  }

  override started(): void {
    this.#deliver();
  }

  notified(queue: number): void {
    if (this.has(MULTIPORT) && queue === CONTROL + 1) this.#control();
    else if (queue === this.#queue) this.#deliver();
    else if (queue === this.#queue + 1) this.#take(queue);
  }

  #deliver(): void {
    if (!this.isLive || !this.#isOpen) return;
    while (this.#input.length > 0) {
      const chain = this.queues[this.#queue]!.ready ? this.queues[this.#queue]!.take() : undefined;
      if (chain === undefined) return;
      const bytes = Uint8Array.from(this.#input);
      const count = fill(chain.writable, bytes);
      this.#input.splice(0, count);
      this.give(this.#queue, chain.head, count);
    }
  }

  #take(queue: number): void {
    for (let chain = this.queues[queue]!.take(); chain; chain = this.queues[queue]!.take()) {
      const { head, readable } = chain;
      const { deeds = [] } = this.#options;
      const deed = deeds[Math.min(this.#deed++, deeds.length - 1)] ?? 'take';
      this.later(() => this.#do(deed, queue, head, join(readable)));
      if (deed === 'reset itself') return;
    }
  }

  #do(deed: Deed, queue: number, head: number, bytes: Uint8Array): void {
    if (deed === 'keep') return;
    if (deed === 'give up') return this.giveUp();
    if (deed === 'reset itself') {
      this.reset();
      return this.interrupt(undefined);
    }
    this.output.push(...bytes);
    this.taken++;
    if (deed === 'run ahead') this.queues[queue]!.pokeIndex(this.queues[queue]!.usedIndex + 77);
    else if (deed === 'wrong head') this.give(queue, head + 3, 0);
    else this.give(queue, head, deed === 'too long' ? 4096 : 0);
    if (deed === 'twice') this.give(queue, head, 0);
  }

  #control(): void {
    for (let chain = this.queues[CONTROL + 1]!.take(); chain; chain = this.queues[CONTROL + 1]!.take()) {
      const message = join(chain.readable);
      const view = new DataView(message.buffer);
      const [port, event, value] = [view.getUint32(0, true), view.getUint16(4, true), view.getUint16(6, true)];
      this.give(CONTROL + 1, chain.head, 0);
      this.later(() => {
        if (event === DEVICE_READY && value === 1 && !this.#options.mute) for (const each of this.#options.ports!) this.#say(each, PORT_ADD);
        if (event === PORT_READY) this.#say(port, PORT_OPEN);
        if (event === PORT_OPEN && value === 1) this.opened.add(port);
        this.#deliver();
      });
    }
  }

  /** Without a buffer for it the message is lost, as in QEMU. */
  #say(port: number, event: number): void {
    const chain = this.queues[CONTROL]!.take();
    if (chain === undefined) return;
    const message = new DataView(new ArrayBuffer(8));
    message.setUint32(0, port, true);
    message.setUint16(4, event, true);
    message.setUint16(6, 1, true);
    this.give(CONTROL, chain.head, fill(chain.writable, new Uint8Array(message.buffer)));
  }
}

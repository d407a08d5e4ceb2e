// The entropy device (VirtIO 1.2 §5.4): fills what it is given, from a repeatable generator.
import type { Clock } from '../clock.ts';
import { VirtioDevice, type VirtioOptions } from './device.ts';
import { fill } from './queue.ts';
import type { Ram } from './ram.ts';

export interface EntropyOptions extends VirtioOptions {
  /** The most bytes that it gives at a time; 0: it answers with nothing. */
  readonly most?: number;
  readonly neverAnswers?: boolean;
}

export class Entropy extends VirtioDevice {
  given = 0;
  #options: EntropyOptions;
  #state = 1;

  constructor(ram: Ram, clock: Clock, options: EntropyOptions = {}) {
    super(ram, clock, 4, 0n, 1, new Uint8Array(0), options);
    this.#options = options;
  }

  notified(queue: number): void {
    if (this.#options.neverAnswers) return;
    for (let chain = this.queues[queue]!.take(); chain; chain = this.queues[queue]!.take()) {
      const { head, writable } = chain;
      this.later(() => {
        const wanted = writable.reduce((sum, part) => sum + part.length, 0);
        const bytes = Uint8Array.from({ length: Math.min(wanted, this.#options.most ?? wanted) }, () => {
          this.#state = Math.imul(this.#state, 1664525) + 1013904223 >>> 0;
          return this.#state >>> 24;
        });
        this.given += bytes.length;
        this.give(queue, head, fill(writable, bytes));
      });
    }
  }
}

// A local APIC (Intel SDM vol. 3A, chapter 11: enable bit, LVT timer, one-shot timer, request and service registers,
// end of interrupt) and an I/O APIC (82093AA, section 3: redirection, by edges and by levels).
import type { Clock } from './clock.ts';

const LVT_MASKED = 1 << 16;
const LEVEL = 1 << 15;

export interface ApicOptions {
  /** The timer's clock before its divider; 1 GHz in QEMU and KVM. 0: the timer does not count. */
  readonly hz?: number;
}

export class LocalApic {
  #clock: Clock;
  #hz: number;
  #spurious = 0xff;
  #timerEntry = LVT_MASKED;
  #divide = 0;
  #initial = 0;
  #startedAt = 0;
  #stop = (): void => {};
  #requested = new Set<number>();
  #inService: number[] = [];
  /** End-of-interrupts with nothing in service: harmless on hardware, a mistake in a kernel. */
  strayEnds = 0;
  linesMasked = 0;
  /** Told of each end of interrupt, as the I/O APIC is. */
  onEnd: (vector: number) => void = () => {};

  constructor(clock: Clock, options: ApicOptions) {
    this.#clock = clock;
    this.#hz = options.hz ?? 1e9;
  }

  request(vector: number): void {
    if (this.#spurious & 0x100) this.#requested.add(vector);
  }

  /** The vector that would interrupt the processor now, taken into service. */
  accept(): number | undefined {
    const inService = Math.max(0, ...this.#inService) >> 4;
    const vector = Math.max(...this.#requested);
    if (this.#requested.size === 0 || vector >> 4 <= inService) return undefined;
    this.#requested.delete(vector);
    this.#inService.push(vector);
    return vector;
  }

  read(offset: number): number {
    switch (offset) {
      case 0x20: return 0;
      case 0x100: case 0x110: case 0x120: case 0x130: case 0x140: case 0x150: case 0x160: case 0x170:
        return this.#inService.reduce((bits, vector) => (vector >> 5 === offset - 0x100 >> 4 ? bits | 1 << (vector & 31) : bits), 0);
      case 0xf0: return this.#spurious;
      case 0x320: return this.#timerEntry;
      case 0x380: return this.#initial;
      case 0x390: return this.#current();
      default: return 0;
    }
  }

  write(offset: number, value: number): void {
    switch (offset) {
      case 0xb0: this.#end(); break;
      case 0xf0: this.#spurious = value; break;
      case 0x320: this.#timerEntry = value; break;
      case 0x350: case 0x360: if (value & LVT_MASKED) this.linesMasked++; break;
      case 0x380: this.#start(value); break;
      case 0x3e0: this.#divide = value; break;
      default: throw new Error(`local APIC register ${offset.toString(16)} is not modelled`);
    }
  }

  #end(): void {
    if (this.#inService.length === 0) this.strayEnds++;
    const highest = Math.max(...this.#inService);
    this.#inService = this.#inService.filter((vector) => vector !== highest);
    this.onEnd(highest);
  }

  get #countTime(): number {
    const shift = ((this.#divide & 3) | (this.#divide & 8) >> 1) + 1 & 7;
    return (1 << shift) * 1e9 / this.#hz;
  }

  #start(count: number): void {
    this.#stop();
    this.#initial = count >>> 0;
    this.#startedAt = this.#clock.now;
    this.#stop = count === 0 || this.#hz === 0 ? () => {} : this.#clock.after(this.#initial * this.#countTime, () => {
      if ((this.#timerEntry & LVT_MASKED) === 0) this.request(this.#timerEntry & 0xff);
    });
  }

  #current(): number {
    if (this.#hz === 0) return 0;
    return Math.max(0, this.#initial - Math.floor((this.#clock.now - this.#startedAt) / this.#countTime));
  }
}

export class IoApic {
  #apic: LocalApic;
  #select = 0;
  #entries = new Uint32Array(48).fill(LVT_MASKED);
  #up = new Set<number>();
  /** Level interrupts that were sent and not ended (remote IRR). */
  #sent = new Set<number>();

  constructor(apic: LocalApic) {
    this.#apic = apic;
    apic.onEnd = (vector) => {
      for (const irq of this.#sent) if ((this.#entries[irq * 2]! & 0xff) === vector) this.#sent.delete(irq);
      for (const irq of this.#up) this.#level(irq);
    };
  }

  /** An input goes up or down: an edge, and a level while it stays up. */
  line(irq: number, up: boolean): void {
    const wasUp = this.#up.has(irq);
    if (!up) return void this.#up.delete(irq);
    this.#up.add(irq);
    if (this.#entries[irq * 2]! & LEVEL) this.#level(irq);
    else if (!wasUp) this.edge(irq);
  }

  #level(irq: number): void {
    const entry = this.#entries[irq * 2]!;
    if (!(entry & LEVEL) || entry & LVT_MASKED || this.#sent.has(irq)) return;
    this.#sent.add(irq);
    this.#apic.request(entry & 0xff);
  }

  /** A rising edge on an input; a masked input forgets it. */
  edge(irq: number): void {
    const entry = this.#entries[irq * 2]!;
    if ((entry & LVT_MASKED) === 0) this.#apic.request(entry & 0xff);
  }

  read(offset: number): number {
    return offset === 0 ? this.#select : this.#entries[this.#select - 0x10] ?? 0;
  }

  write(offset: number, value: number): void {
    if (offset === 0) this.#select = value;
    else {
      this.#entries[this.#select - 0x10] = value;
      for (const irq of this.#up) this.#level(irq);
    }
  }
}

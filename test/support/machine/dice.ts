// Repeatable chance for the storm of test/sim/hostile.test.ts: one seed, one machine, one course of events.

export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  }

  /** A whole number from 0 to `below` - 1. */
  roll(below: number): number {
    this.#state = this.#state + 0x6d2b79f5 >>> 0;
    let mixed = Math.imul(this.#state ^ this.#state >>> 15, this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return Math.floor(((mixed ^ mixed >>> 14) >>> 0) / 0x1_0000_0000 * below);
  }

  chance(probability: number): boolean {
    return this.roll(1_000_000) < probability * 1_000_000;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.roll(list.length)]!;
  }

  /** Any 32 bits; small numbers and those at the edges more often than others. */
  word(): number {
    return this.pick([this.roll(8), this.roll(300), this.roll(70_000), this.roll(0x1_0000_0000), 0xffff, 0xffff_ffff, 0x8000_0000, 0x1_0000]);
  }
}

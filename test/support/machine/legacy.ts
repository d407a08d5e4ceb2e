// The old devices of a PC as far as a kernel without them would miss them: the 8254's channel 2 (mode 0, latch), the
// MC146818A clock, the masks of the two 8259s. From their data sheets.
import type { Clock } from './clock.ts';

export class Pit {
  #clock: Clock;
  #present: boolean;
  #reload: number[] = [];
  #startedAt = 0;
  #latched: number[] = [];

  constructor(clock: Clock, present: boolean) {
    this.#clock = clock;
    this.#present = present;
  }

  read(port: number): number {
    if (!this.#present) return 0xff;
    if (port !== 0x42) return 0;
    return this.#latched.shift() ?? 0;
  }

  write(port: number, value: number): void {
    if (port === 0x43 && value === 0xb0) this.#reload = [];
    if (port === 0x43 && value === 0x80) {
      const ticks = Math.floor((this.#clock.now - this.#startedAt) * 1_193_182 / 1e9);
      const count = ((this.#reload[0] ?? 0) + (this.#reload[1] ?? 0) * 256 - ticks) & 0xffff;
      this.#latched = [count & 0xff, count >> 8];
    }
    if (port === 0x42 && this.#reload.push(value) === 2) this.#startedAt = this.#clock.now;
  }
}

export interface RtcOptions {
  /** What the clock shows when the machine starts, ms since 1970 (as Date.UTC gives it). */
  readonly start?: number;
  readonly binary?: boolean;
  readonly twelveHours?: boolean;
  readonly century?: boolean;
  /** Every so many readings of register A say that an update is going on. */
  readonly busyReadings?: number;
  readonly absent?: boolean;
}

export class Rtc {
  #clock: Clock;
  #options: RtcOptions;
  #index = 0;
  #busy: number;

  constructor(clock: Clock, options: RtcOptions) {
    this.#clock = clock;
    this.#options = options;
    this.#busy = options.busyReadings ?? 0;
  }

  write(port: number, value: number): void {
    if (port === 0x70) this.#index = value & 0x7f;
  }

  read(): number {
    const o = this.#options;
    if (o.absent) return 0xff;
    const date = new Date((o.start ?? 0) + this.#clock.now / 1e6);
    switch (this.#index) {
      case 0: return this.#code(date.getUTCSeconds());
      case 2: return this.#code(date.getUTCMinutes());
      case 4: return this.#hour(date.getUTCHours());
      case 7: return this.#code(date.getUTCDate());
      case 8: return this.#code(date.getUTCMonth() + 1);
      case 9: return this.#code(date.getUTCFullYear() % 100);
      case 0x0a: return this.#busy-- > 0 ? 0x80 : 0x26;
      case 0x0b: return (o.binary ? 4 : 0) | (o.twelveHours ? 0 : 2);
      case 0x32: return o.century === false ? 0 : this.#code(Math.floor(date.getUTCFullYear() / 100));
      default: return 0;
    }
  }

  #hour(hour: number): number {
    if (!this.#options.twelveHours) return this.#code(hour);
    return this.#code(hour % 12 === 0 ? 12 : hour % 12) | (hour >= 12 ? 0x80 : 0);
  }

  #code(value: number): number {
    return this.#options.binary ? value : Math.floor(value / 10) << 4 | value % 10;
  }
}

// A 16550 with FIFOs, from its data sheet (PC16550D, section 8): registers, receiver trigger level and time-out, interrupt
// identification, line status. What is sent is kept; what is typed arrives as fast as the FIFO has room, as with QEMU.
import type { Clock } from './clock.ts';

const FIFO_SIZE = 16;
const TRIGGER_LEVELS = [1, 4, 8, 14];

export interface UartOptions {
  /** Nothing answers at these ports. */
  readonly absent?: boolean;
  /** Time to send one byte, in ns; 0: at once. Infinity: the other side never takes any. */
  readonly byteTime?: number;
  /** Announces "trigger level reached" from the first byte, as the UARTs of Firecracker and Cloud Hypervisor do. */
  readonly ignoresTrigger?: boolean;
}

export class Uart {
  readonly sent: number[] = [];
  /** Bytes written into a full FIFO; a correct driver never loses one. */
  lost = 0;
  /** Bytes read from an empty FIFO; a correct driver never does that. */
  invented = 0;
  /** Called with each byte that is sent. */
  onSend: (byte: number) => void = () => {};
  #clock: Clock;
  #options: UartOptions;
  #raise: () => void;
  #registers = { ier: 0, fcr: 0, lcr: 0, mcr: 0, divisor: 12 };
  #line = false;
  #received: number[] = [];
  #waiting: number[] = [];
  #transmit: number[] = [];
  #timedOut = false;
  #stopTimeOut = (): void => {};

  constructor(clock: Clock, options: UartOptions, raise: () => void) {
    this.#clock = clock;
    this.#options = options;
    this.#raise = raise;
  }

  get output(): Uint8Array {
    return Uint8Array.from(this.sent);
  }

  /** Bytes that arrive on the line now. */
  type(bytes: Iterable<number>): void {
    this.#waiting.push(...bytes);
    this.#refill();
  }

  read(offset: number): number {
    if (this.#options.absent) return 0xff;
    switch (offset) {
      case 0: return this.#latched ? this.#registers.divisor & 0xff : this.#receive();
      case 1: return this.#latched ? this.#registers.divisor >> 8 : this.#registers.ier;
      case 2: return this.#identify() | (this.#registers.fcr & 1 ? 0xc0 : 0);
      case 3: return this.#registers.lcr;
      case 4: return this.#registers.mcr;
      case 5: return (this.#received.length > 0 ? 1 : 0) | (this.#transmit.length === 0 ? 0x60 : 0);
      default: return 0;
    }
  }

  write(offset: number, value: number): void {
    if (this.#options.absent) return;
    const r = this.#registers;
    if (this.#latched && offset < 2) {
      r.divisor = offset === 0 ? (r.divisor & 0xff00) | value : (r.divisor & 0xff) | value << 8;
    } else if (offset === 0) this.#send(value);
    else if (offset === 1) r.ier = value & 0x0f;
    else if (offset === 2) this.#control(value);
    else if (offset === 3) r.lcr = value;
    else if (offset === 4) r.mcr = value & 0x1f;
    this.#update();
  }

  get #latched(): boolean {
    return (this.#registers.lcr & 0x80) !== 0;
  }

  #control(value: number): void {
    // Switching the FIFOs on or off empties them, and the receiver.
    if ((value ^ this.#registers.fcr) & 1) value |= 6;
    this.#registers.fcr = value & 0xc9;
    if (value & 2) this.#received = [];
    if (value & 4) this.#transmit = [];
    this.#refill();
  }

  #send(value: number): void {
    this.onSend(value);
    const time = this.#options.byteTime ?? 0;
    if (time === 0) {
      this.sent.push(value);
      return;
    }
    if (this.#transmit.length === FIFO_SIZE) this.lost++;
    else this.#transmit.push(value);
    if (this.#transmit.length === 1 && time !== Infinity) this.#clock.after(time, () => this.#shift(time));
  }

  #shift(time: number): void {
    const byte = this.#transmit.shift();
    if (byte !== undefined) this.sent.push(byte);
    if (this.#transmit.length > 0) this.#clock.after(time, () => this.#shift(time));
  }

  #receive(): number {
    const byte = this.#received.shift();
    if (byte === undefined) this.invented++;
    this.#timedOut = false;
    // Without FIFOs the monitor brings the next byte a little later, and only then.
    if (this.#registers.fcr & 1) this.#refill();
    else this.#clock.after(20_000, () => this.#refill());
    return byte ?? 0;
  }

  #refill(): void {
    while (this.#waiting.length > 0 && this.#received.length < (this.#registers.fcr & 1 ? FIFO_SIZE : 1)) {
      this.#received.push(this.#waiting.shift()!);
      this.#timedOut = false;
    }
    this.#stopTimeOut();
    // Fewer bytes than the trigger level are announced after four character times (section 8.4).
    const characterTime = this.#registers.divisor * 86_806;
    this.#stopTimeOut = this.#received.length === 0 ? () => {} : this.#clock.after(4 * characterTime, () => {
      this.#timedOut = true;
      this.#update();
    });
    this.#update();
  }

  #identify(): number {
    if ((this.#registers.ier & 1) === 0 || this.#received.length === 0) return 1;
    const level = this.#options.ignoresTrigger ? 1 : TRIGGER_LEVELS[this.#registers.fcr >> 6]!;
    if (this.#timedOut) return 0x0c;
    return this.#received.length >= level ? 4 : 1;
  }

  /** OUT2 gates the interrupt line on a PC; only a rising line is an edge. */
  #update(): void {
    const line = (this.#identify() & 1) === 0 && (this.#registers.mcr & 8) !== 0;
    if (line && !this.#line) this.#raise();
    this.#line = line;
  }
}

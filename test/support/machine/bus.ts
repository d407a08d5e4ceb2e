// Ports and registers: which device answers where. A port that is not in the list is an error, since ring 3 has only
// been given the listed ones. Every access costs an exit to the monitor, in time and in the count.
import { IoApic, LocalApic, type ApicOptions } from './apic.ts';
import type { Clock } from './clock.ts';
import { PciBus } from './pci-bus.ts';
import { Pit, Rtc, type RtcOptions } from './legacy.ts';
import { Uart, type UartOptions } from './uart.ts';

const EXIT_TIME = 1000;
const UART_BASES = [0x3f8, 0x2f8, 0x3e8];
const POWER_PORTS = [0xf4, 0x604, 0x600, 0x64];

export interface BusOptions {
  readonly apic?: ApicOptions;
  readonly rtc?: RtcOptions;
  readonly pit?: boolean;
  readonly com1?: UartOptions;
  readonly com2?: UartOptions;
  readonly com3?: UartOptions;
  /** The port that switches this machine off; -1: only a triple fault does. */
  readonly powerPort?: number;
}

export class PowerOff extends Error {
  readonly status: number;

  constructor(status: number) {
    super('power off');
    this.status = status;
  }
}

/** Registers in memory: `access` gets the offset, the width in bytes, and the value if it is a write. */
export interface Registers {
  readonly base: bigint;
  readonly size: number;
  access(offset: number, bytes: number, value?: number): number;
}

export class Bus {
  readonly apic: LocalApic;
  readonly ioApic: IoApic;
  readonly uarts: readonly Uart[];
  readonly pci = new PciBus();
  readonly registers: Registers[] = [];
  /** Accesses so far. */
  exits = 0;
  /** Writes to ports that end some machine, in order. */
  readonly powerWrites: [port: number, value: number][] = [];
  readonly picMasks = new Map<number, number>();
  #clock: Clock;
  #pit: Pit;
  #rtc: Rtc;
  #powerPort: number;

  constructor(clock: Clock, options: BusOptions) {
    this.#clock = clock;
    this.#powerPort = options.powerPort ?? 0xf4;
    this.apic = new LocalApic(clock, options.apic ?? {});
    this.ioApic = new IoApic(this.apic);
    this.uarts = [options.com1 ?? {}, options.com2 ?? {}, options.com3 ?? {}]
      .map((uart, i) => new Uart(clock, uart, () => this.ioApic.edge(i === 1 ? 3 : 4)));
    this.#pit = new Pit(clock, options.pit ?? true);
    this.#rtc = new Rtc(clock, options.rtc ?? {});
  }

  in(port: number, bytes = 1): number {
    this.#exit();
    if (port >= 0xcf8 && port < 0xd00) return this.pci.port(port, bytes);
    return this.#device(port);
  }

  out(port: number, value: number, bytes = 1): void {
    this.#exit();
    if (port >= 0xcf8 && port < 0xd00) return void this.pci.port(port, bytes, value);
    if (!POWER_PORTS.includes(port)) this.#device(port, value);
    else this.powerWrites.push([port, value]);
    if (port === this.#powerPort) throw new PowerOff(port === 0xf4 ? value : 0);
  }

  outString(port: number, bytes: Uint8Array): void {
    this.#exit();
    for (const byte of bytes) this.#device(port, byte);
  }

  inString(port: number, bytes: Uint8Array): void {
    this.#exit();
    for (let i = 0; i < bytes.length; i++) bytes[i] = this.#device(port);
  }

  /** A register at a physical address: read, or written with a value. Where nobody answers a read gives all ones. */
  register(address: bigint, bytes: number, value?: number): number {
    this.#exit();
    const page = Number(address & ~0xfffn);
    const offset = Number(address & 0xfffn);
    const chip = page === 0xfee00000 ? this.apic : page === 0xfec00000 ? this.ioApic : undefined;
    if (chip === undefined) return this.#deviceRegister(address, bytes, value);
    if (bytes !== 4) throw new Error(`APIC registers are 32 bits wide, not ${bytes * 8}`);
    if (value === undefined) return chip.read(offset) | 0;
    chip.write(offset, value >>> 0);
    return 0;
  }

  /** The APICs' registers are mapped from the start, others only when the kernel asks. */
  isApic(address: bigint): boolean {
    return address >> 12n === 0xfee00n || address >> 12n === 0xfec00n;
  }

  #deviceRegister(address: bigint, bytes: number, value?: number): number {
    const found = this.registers.find(({ base, size }) => address >= base && address < base + BigInt(size));
    if (found !== undefined) return found.access(Number(address - found.base), bytes, value);
    return this.pci.memory(address, bytes, value) ?? (bytes === 4 ? -1 : (1 << (8 * bytes)) - 1);
  }

  /** The triple fault. */
  reset(): never {
    throw new PowerOff(0);
  }

  #exit(): void {
    this.exits++;
    this.#clock.pass(EXIT_TIME);
  }

  #device(port: number, value?: number): number {
    const uart = this.uarts[UART_BASES.findIndex((base) => port >= base && port < base + 8)];
    if (uart !== undefined) {
      if (value === undefined) return uart.read(port & 7);
      uart.write(port & 7, value);
    } else if (port === 0x21 || port === 0xa1) {
      if (value !== undefined) this.picMasks.set(port, value);
    } else if (port === 0x70 || port === 0x71) {
      if (value === undefined) return this.#rtc.read();
      this.#rtc.write(port, value);
    } else if (port === 0x42 || port === 0x43 || port === 0x61) {
      if (value === undefined) return this.#pit.read(port);
      this.#pit.write(port, value);
    } else {
      throw new Error(`port ${port.toString(16)} is not in the list`);
    }
    return 0;
  }
}

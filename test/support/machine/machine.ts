// A whole machine in Node: the very bytes of build/kernel.wasm, with devices that follow their data sheets on the other
// side of its imports. docs/simulated-machine.md says how to write a test and how to add a device.
//
//   kernel.wasm -- io, mmio --> devices         exported memory = RAM
//               -- dma, cpu --> processor       the application's memory is an array of its own
import { Application, type Wasi } from './application.ts';
import { writeBootInformation } from './boot-information.ts';
import { Bus, PowerOff } from './bus.ts';
import { Clock } from './clock.ts';
import { attachDevices } from './devices.ts';
import { importsOf } from './imports.ts';
import { compileKernel } from './kernel.ts';
import { sizeOf, type MachineOptions, type MachineResult } from './options.ts';
import { Processor } from './processor.ts';
import { Windows } from './windows.ts';
import type { VirtioDevice } from './virtio/device.ts';

export type { ImageFiles, MachineOptions, MachineResult } from './options.ts';

const SHARED_PAGE = 0x100000;
<<<<<<< test/support/machine/machine.ts
const PAGE = 4096;
/** Where the archive of the image is said to lie: nowhere near RAM, so that the two cannot be mixed up. */
const ARCHIVE = 0xd0000000;
/** Where low memory that must be mapped ends and begins again; what lies between is the kernel's. */
const KERNEL_START = 0x100000;
const KERNEL_END = 0x200000;
const CYCLE_READ_TIME = 20;
/** Flags of vm.map: present, writable, uncached; and present, writable, in 2 MiB blocks. */
const REGISTERS = 7;
const DEVICE_MEMORY = 11;

export interface MachineOptions extends BootOptions, BusOptions {
  readonly memory?: `${number}M` | `${number}G`;
  /** Words built into the image. */
  readonly builtIn?: string;
  readonly cpu?: CpuOptions;
  /** What comes in on COM1. */
  readonly stdin?: string | Uint8Array;
  /** Time between switch-on and the image's first instruction, in ns. */
  readonly firmwareTime?: number;
  /** The archive of files in the image; test/support/archive.ts makes one. */
  readonly files?: ImageFiles;
  readonly symbols?: (address: bigint) => { name: string; start: bigint } | undefined;
  /** Bytes of application memory. */
  readonly applicationBytes?: number;
  readonly refuseApplication?: boolean;
  /** Virtio devices, in the order of their slots. */
  readonly devices?: readonly DeviceSpec[];
}

/** What the build puts into the image's section .files. */
export interface ImageFiles {
  readonly archive: Uint8Array;
}

export interface MachineResult {
  /** What isa-debug-exit was told, unless a control line says otherwise. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly control: string;
}
=======
const KERNEL_END = 0x200000;
>>>>>>> /tmp/asolo/pub.new

export class Machine {
  readonly clock = new Clock();
  readonly bus: Bus;
  readonly processor: Processor;
  halts = 0;
  /** What vm.setApplication was told. */
  region: { base: bigint; bytes: bigint } | undefined;
  readonly mappedPages = new Set<number>();
  /** What `devices` became. */
  devices: VirtioDevice[] = [];
  readonly windows = new Windows();
  memory!: WebAssembly.Memory;
  view!: DataView;
  exports!: Record<string, (...values: (number | bigint)[]) => number>;
  options: MachineOptions;
  /** What the monitor left in low memory, seen by the kernel where it is mapped. */
  monitor!: DataView;
  #pending = 0n;
  #application!: Uint8Array;
  /** What the application's memory can have, with what was taken from its top left out. */
  #limit = 0;

  constructor(options: MachineOptions = {}) {
    this.options = options;
    this.bus = new Bus(this.clock, options);
    this.processor = new Processor(this.clock, options.cpu ?? {});
  }

  /** Boots, runs `application` in place of the application, and says how it ended. A number returned is the status. */
  run(application: (application: Application) => number | void = () => 0): MachineResult {
    return this.attempt(() => {
      this.start();
      const app = this.boot();
      const status = application(app);
      this.exports['exit']!(status ?? 0);
    });
  }

  /** Switches on: RAM, boot information, the kernel instantiated, nothing called yet. */
  start(): void {
    const bytes = sizeOf(this.options);
    const instance = new WebAssembly.Instance(compileKernel(), importsOf(this));
    this.memory = instance.exports['memory'] as WebAssembly.Memory;
    this.exports = instance.exports as unknown as typeof this.exports;
    // Large machines are only claimed: the kernel never touches what it gives to the application.
    const backed = Math.min(bytes, 0x4000000);
    if (backed > this.memory.buffer.byteLength) this.memory.grow((backed - this.memory.buffer.byteLength) / 65536);
    this.view = new DataView(this.memory.buffer);
    this.monitor = new DataView(new ArrayBuffer(backed));
    this.#application = new Uint8Array(0);
    this.#attach();
    this.#offerInput();
  }

  /** Devices, and what a monitor says of them on the command line. */
  #attach(): void {
    const specs = this.options.devices ?? [];
    const ram = { bytes: (address: bigint, count: number) => this.deviceBytes(address, count) };
    const { devices, words } = attachDevices(specs, this.bus, ram, this.clock);
    this.devices = devices;
    if (words.length > 0) this.options = { ...this.options, commandLine: `${words.join(' ')} ${(this.options.commandLine as string | undefined) ?? ''}` };
  }

  /** Memory that a device reaches: the kernel's own, device memory, the application's. Anything else nobody gave it. */
  deviceBytes(address: bigint, count: number): Uint8Array {
    const region = this.region;
    if (region !== undefined && address >= region.base && address + BigInt(count) <= region.base + BigInt(this.#application.length)) {
      return this.claim(Number(address - region.base), count);
    }
    const end = address + BigInt(count);
    const isOwn = address > BigInt(SHARED_PAGE) + 0xfffn && end <= BigInt(KERNEL_END);
    if (!isOwn && !this.windows.isDeviceMemory(address, end)) throw new Error(`a device was pointed to ${count} bytes at ${address.toString(16)}, which are not for it`);
    return new Uint8Array(this.memory.buffer, Number(address), count);
  }

  /** With a control port, input is sent when the kernel says `ready`, as asolo does; without, before it runs. */
  #offerInput(): void {
    const input = this.options.stdin ?? '';
    const type = (): void => this.bus.uarts[0]!.type(typeof input === 'string' ? new TextEncoder().encode(input) : input);
    const line = this.options.commandLine;
    if (typeof line !== 'string' || !line.includes('log=com3')) return type();
    let said = '';
    this.bus.uarts[2]!.onSend = (byte) => {
      said += String.fromCharCode(byte);
      if (said.endsWith('ready\n')) type();
    };
  }

  /** Calls boot() and enterApplication() as the shim's main does. */
  boot(): Application {
    const information = writeBootInformation(this.monitor, sizeOf(this.options), this.options);
    const protocol = this.options.protocol === 'pvh' ? 2 : 1;
    this.clock.pass(this.options.firmwareTime ?? 5_000_000);
    this.view.setUint32(SHARED_PAGE + 8, protocol, true);
    this.view.setUint32(SHARED_PAGE + 12, information, true);
    this.view.setBigUint64(SHARED_PAGE + 0x10, this.processor.cycles(), true);
    this.clock.pass(10_000);
    this.view.setBigUint64(SHARED_PAGE + 0x18, this.processor.cycles(), true);
    this.exports['boot']!(protocol, information);
    if (this.mappedPages.size > 0) throw new Error('boot information stayed mapped');
    this.#application = new Uint8Array(this.options.applicationBytes ?? 0x40000);
    this.exports['enterApplication']!();
    const wasi: Wasi = {};
    for (const [name, call] of Object.entries(this.exports)) if (name.startsWith('wasi_')) wasi[name.slice(5)] = call;
    return new Application(this.#application, wasi, this.clock);
  }

  /** Runs something that may switch the machine off; fails if it does not. */
  attempt(action: () => void): MachineResult {
    try {
      action();
    } catch (error) {
      if (error instanceof PowerOff) return this.#result(error.status);
      throw error;
    }
    throw new Error('the machine was not switched off');
  }

  #result(status: number): MachineResult {
    const text = (i: number): string => new TextDecoder().decode(this.bus.uarts[i]!.output);
    if (this.bus.uarts.some((uart) => uart.lost > 0)) throw new Error('bytes were sent into a full FIFO');
    if (this.bus.uarts.some((uart) => uart.invented > 0)) throw new Error('bytes were read from an empty FIFO');
    const told = /^exit (\d+)$/m.exec(text(2));
    return { status: told === null ? status : Number(told[1]), stdout: text(0), stderr: text(1), control: text(2) };
  }

<<<<<<< test/support/machine/machine.ts
  #imports(): Record<string, Record<string, unknown>> {
    return {
      io: {
        in8: (port: number) => this.bus.in(port),
        in32: (port: number) => this.bus.in(port, 4) | 0,
        out8: (port: number, value: number) => this.bus.out(port, value & 0xff),
        out16: (port: number, value: number) => this.bus.out(port, value & 0xffff, 2),
        out32: (port: number, value: number) => this.bus.out(port, value >>> 0, 4),
        outs8: (port: number, from: number, count: number) => this.bus.outString(port, new Uint8Array(this.memory.buffer, from, count)),
        ins8: (port: number, to: number, count: number) => this.bus.inString(port, new Uint8Array(this.memory.buffer, to, count)),
      },
      mmio: {
        read8: (address: bigint) => this.#register(address, 1),
        read16: (address: bigint) => this.#register(address, 2),
        read32: (address: bigint) => this.#register(address, 4),
        write8: (address: bigint, value: number) => this.#register(address, 1, value & 0xff),
        write16: (address: bigint, value: number) => this.#register(address, 2, value & 0xffff),
        write32: (address: bigint, value: number) => this.#register(address, 4, value),
      },
      dma: {
        load8: (at: number) => this.view.getUint8(at),
        load16: (at: number) => this.view.getUint16(at, true),
        load32: (at: number) => this.view.getUint32(at, true),
        load64: (at: number) => this.view.getBigUint64(at, true),
        store16: (at: number, value: number) => this.view.setUint16(at, value, true),
        store32: (at: number, value: number) => this.view.setUint32(at, value, true),
        store64: (at: number, value: bigint) => this.view.setBigUint64(at, value, true),
        fence: () => {},
      },
      cpu: this.#cpu(),
      vm: {
        map: (at: number, bytes: number, flags: number) => this.#map(at >>> 0, bytes, flags),
        mapFar: (at: bigint, physical: bigint, bytes: number) => this.windows.mapFar(at, physical, bytes),
        setApplication: (base: bigint, bytes: bigint) => {
          if (this.#options.refuseApplication) return -1;
          this.region = { base: BigInt.asUintN(64, base), bytes: BigInt.asUintN(64, bytes) };
          this.#limit = Number(this.region.bytes);
          return 0;
        },
        growable: () => BigInt(this.#limit - this.#application.length),
        takeTop: (bytes: number) => {
          if (bytes > this.#limit - this.#application.length) throw new Error('the kernel takes memory that the application has');
          this.#limit -= bytes;
          return this.region!.base + BigInt(this.#limit);
        },
      },
      app: {
        copyIn: (to: number, from: number, bytes: number) => {
          new Uint8Array(this.memory.buffer).set(this.#claim(from >>> 0, bytes), to);
        },
        copyOut: (to: number, from: number, bytes: number) => {
          this.#claim(to >>> 0, bytes).set(new Uint8Array(this.memory.buffer, from, bytes));
        },
        size: () => BigInt(this.#application.length),
      },
      image: {
        end: () => IMAGE_END,
        commandLine: (to: number, capacity: number) => this.#text(this.#options.builtIn ?? '', to, capacity),
        symbol: (address: bigint, to: number, capacity: number) =>
          this.#text(this.#options.symbols?.(BigInt.asUintN(64, address))?.name ?? '', to, capacity),
        symbolStart: (address: bigint) => this.#options.symbols?.(BigInt.asUintN(64, address))?.start ?? 0n,
        files: () => this.#options.files?.archive.length ?? 0,
        filesAt: () => ARCHIVE,
        readFiles: (to: number, from: number, bytes: number) => {
          new Uint8Array(this.memory.buffer).set(this.#place(from >>> 0, bytes >>> 0), to);
        },
        copyFiles: (to: number, from: number, bytes: number) => {
          this.#claim(to >>> 0, bytes >>> 0).set(this.#place(from >>> 0, bytes >>> 0));
        },
      },
      power: { reset: () => this.bus.reset() },
    };
  }

  #cpu(): Record<string, unknown> {
    return {
      cycles: () => {
        this.clock.pass(CYCLE_READ_TIME);
        return this.processor.cycles();
      },
      identify: (leaf: number, subleaf: number, register: number) => this.processor.identify(leaf >>> 0, subleaf, register),
      random: (kind: number, out: number) => {
        const value = this.processor.random(kind);
        if (value !== undefined) this.view.setBigUint64(out, value, true);
        return value === undefined ? 0 : 1;
      },
      pause: () => this.clock.pass(CYCLE_READ_TIME),
      wait: () => this.#wait(),
      takePending: () => {
        const taken = this.#pending;
        this.#pending = 0n;
        return taken;
      },
      enableKvmclock: () => this.processor.enableKvmclock(this.view),
    };
  }

=======
>>>>>>> /tmp/asolo/pub.new
  /** Interrupts are open only in here: ring 3 runs with them shut. */
  wait(): void {
    this.halts++;
    while (this.#pending === 0n) {
      const vector = this.bus.apic.accept();
      if (vector !== undefined) this.interrupt(vector);
      else if (!this.clock.skip()) throw new Error('the machine waits for ever');
    }
  }

  takePending(): bigint {
    const taken = this.#pending;
    this.#pending = 0n;
    return taken;
  }

<<<<<<< test/support/machine/machine.ts
  /** Pages appear when they are mapped and turn to rubbish when they are not, so that use after unmapping shows. */
  #map(at: number, bytes: number, flags: number): number {
    const isKernel = at >= KERNEL_START && at < KERNEL_END;
    if (at % PAGE !== 0 || isKernel || (at >= KERNEL_END && at < IMAGE_END)) return -1;
    if (flags === REGISTERS) return this.windows.mapRegisters(at, bytes, sizeOf(this.#options.memory ?? '64M'));
    if (at + bytes > this.#monitor.byteLength) return -1;
    const ram = new Uint8Array(this.memory.buffer, at, bytes);
    if (this.#isTaken(at, bytes)) return ram.fill(0xcc) && 0;
    if (flags === DEVICE_MEMORY) return this.windows.mapDeviceMemory(at, bytes);
    if (flags & 2) throw new Error('boot information is to be read, not written');
    if (flags & 1) ram.set(new Uint8Array(this.#monitor.buffer, at, bytes));
    else ram.fill(0xcc);
    for (let page = at; page < at + bytes; page += PAGE) {
      if (flags & 1) this.mappedPages.add(page);
      else this.mappedPages.delete(page);
    }
    return 0;
  }

  /** Whether it is memory that was taken from the application's top: it can be written, and what was in it is rubbish. */
  #isTaken(at: number, bytes: number): boolean {
    if (!this.region) return false;
    const base = Number(this.region.base);
    return at >= base + this.#limit && at + bytes <= base + Number(this.region.bytes);
  }

  #register(address: bigint, bytes: number, value?: number): number {
    const at = BigInt.asUintN(64, address);
    return this.bus.register(this.bus.isApic(at) ? at : this.windows.physical(at), bytes, value);
=======
  get applicationBytes(): number {
    return this.#application.length;
  }

  /** What ring 0's stub does: sets the vector's bit. */
  interrupt(vector: number): void {
    this.#pending |= 1n << BigInt(vector - 32);
>>>>>>> /tmp/asolo/pub.new
  }

  /** The bytes of application memory that the kernel may copy; a range it should have refused is a failure. */
  claim(at: number, bytes: number): Uint8Array {
    if (at + bytes > this.#application.length) throw new Error('the kernel copies outside the application\'s memory');
    return this.#application.subarray(at, at + bytes);
  }
<<<<<<< test/support/machine/machine.ts

  /** A part of the archive or of a mapped module; the kernel must never look outside them. */
  #place(from: number, bytes: number): Uint8Array {
    const archive = this.#options.files?.archive ?? new Uint8Array(0);
    const at = from - ARCHIVE;
    if (at >= 0 && at + bytes <= archive.length) return archive.subarray(at, at + bytes);
    const module = (this.#options.modules ?? []).find(({ start, end }) => from >= start && from + bytes <= end);
    if (!module || !this.mappedPages.has(from - from % PAGE)) throw new Error('the kernel reads outside the archives of files');
    return new Uint8Array(this.memory.buffer, from, bytes);
  }

  #text(text: string, to: number, capacity: number): number {
    const bytes = new TextEncoder().encode(text);
    new Uint8Array(this.memory.buffer).set(bytes.subarray(0, capacity), to);
    return bytes.length;
  }
}

function sizeOf(memory: string): number {
  return Number.parseInt(memory) * (memory.endsWith('G') ? 0x40000000 : 0x100000);
=======
>>>>>>> /tmp/asolo/pub.new
}

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
const KERNEL_END = 0x200000;

export class Machine {
  readonly clock = new Clock();
  readonly bus: Bus;
  readonly processor: Processor;
  halts = 0;
  /** Looks at indices that a device writes; they take no time, so a test may say how many there can be. */
  looks = 0;
  looksMost = Infinity;
  /** What vm.setApplication was told. */
  region: { base: bigint; bytes: bigint } | undefined;
  /** Bytes of it that the application's memory can have: what was taken from its top is left out. */
  limit = 0;
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
    const instance = new WebAssembly.Instance(this.options.kernel ?? compileKernel(), { ...this.options.imports, ...importsOf(this) });
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
    for (const { at, bytes } of this.options.acpi ?? []) new Uint8Array(this.monitor.buffer, at).set(bytes);
    if (words.length > 0 && this.options.acpi === undefined) this.options = { ...this.options, commandLine: `${words.join(' ')} ${(this.options.commandLine as string | undefined) ?? ''}` };
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
    const offered = (prefix: string): Wasi => Object.fromEntries(Object.entries(this.exports)
      .filter(([name]) => name.startsWith(prefix)).map(([name, call]) => [name.slice(prefix.length), call]));
    return new Application(this.#application, offered, this.clock);
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

  /** Interrupts are open only in here: ring 3 runs with them shut. */
  wait(): void {
    this.halts++;
    while (this.#pending === 0n) {
      const vector = this.bus.apic.accept();
      if (vector !== undefined) this.interrupt(vector);
      else if (!this.clock.skip()) throw new Error('the machine waits for ever');
    }
  }

  look(): void {
    if (++this.looks > this.looksMost) throw new Error('the kernel looks at a device for ever');
  }

  takePending(): bigint {
    const taken = this.#pending;
    this.#pending = 0n;
    return taken;
  }

  get applicationBytes(): number {
    return this.#application.length;
  }

  /** What ring 0's stub does: sets the vector's bit. */
  interrupt(vector: number): void {
    this.#pending |= 1n << BigInt(vector - 32);
  }

  /** The bytes of application memory that the kernel may copy; a range it should have refused is a failure. */
  claim(at: number, bytes: number): Uint8Array {
    if (at + bytes > this.#application.length) throw new Error('the kernel copies outside the application\'s memory');
    return this.#application.subarray(at, at + bytes);
  }
}

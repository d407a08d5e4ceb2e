// A machine with network devices, booted, and the driver's functions as a test calls them. The application's memory holds
// what is sent and received; a device is machine.devices[n].
import { compileNetKernel } from './net-kernel.ts';
import { Machine, type MachineOptions } from './machine.ts';
import type { Application } from './application.ts';
import { Net, type NetOptions } from './virtio/net.ts';

/** In the application's memory. */
const OUT = 0x1000;
const IN = 0x8000;
const TX = { header: 0, payload: 0x1000 } as const;

export interface NetSpec extends NetOptions { readonly transport?: 'mmio' | 'pci' }

export interface Transmission {
  readonly header: Uint8Array;
  readonly payload?: Uint8Array;
  readonly checksumStart?: number;
  readonly checksumOffset?: number;
  readonly segmentSize?: number;
  readonly owner?: number;
}

export class NetMachine {
  readonly machine: Machine;
  readonly received: { nic: number; frame: Uint8Array; valid: boolean }[] = [];
  readonly released: number[] = [];
  #app!: Application;

  private constructor(kernel: WebAssembly.Module, specs: readonly NetSpec[], options: MachineOptions) {
    this.machine = new Machine({
      cpu: { kvmclock: true }, ...options, kernel,
      imports: {
        test: {
          frame: (nic: number, at: number, bytes: number, valid: number) => {
            this.received.push({ nic, frame: new Uint8Array(this.machine.memory.buffer, at, bytes).slice(), valid: valid !== 0 });
            this.onReceive?.();
          },
          released: (owner: number) => void this.released.push(owner),
        },
      },
      devices: specs.map((spec) => ({ device: 'net' as const, ...spec })),
    });
  }

  /** Called from inside the receiver. */
  onReceive?: () => void;

  static async boot(specs: NetSpec | readonly NetSpec[], options: MachineOptions & { readonly offloads?: boolean; readonly prepare?: (machine: Machine) => void } = {}): Promise<NetMachine> {
    const made = new NetMachine(await compileNetKernel(), [specs].flat(), options);
    made.machine.start();
    if (options.offloads) made.machine.exports['askForOffloads']!();
    made.machine.exports['connectTest']!();
    options.prepare?.(made.machine);
    made.#app = made.machine.boot();
    return made;
  }

  get device(): Net {
    return this.machine.devices[0] as Net;
  }

  call(name: string, ...values: number[]): number {
    return this.machine.exports[name]!(...values);
  }

  /** Sends a frame of the application; whether it was taken. */
  send(frame: Uint8Array, nic = 0): boolean {
    this.#app.memory.set(frame, OUT);
    return this.call('sendFromApplication', nic, OUT, frame.length) !== 0;
  }

  /** The next frame, if there is one. The memory behind it must stay as it is. */
  receive(capacity = 1514, nic = 0): Uint8Array | undefined {
    this.#app.memory.fill(0xee, IN, IN + 0x11000);
    const bytes = this.call('receiveToApplication', nic, IN, capacity);
    const touched = this.#app.memory.subarray(IN + Math.max(bytes, 0), IN + 0x11000).findIndex((byte) => byte !== 0xee);
    if (touched >= 0) throw new Error(`bytes behind the frame were written, ${touched} after its end`);
    return bytes < 0 ? undefined : this.#app.memory.slice(IN, IN + bytes);
  }

  /** Sends as the stack does; the result. */
  transmit(out: Transmission, nic = 0): number {
    const room = this.call('testMemory');
    const memory = new Uint8Array(this.machine.memory.buffer);
    memory.set(out.header, room + TX.header);
    memory.set(out.payload ?? [], room + TX.payload);
    return this.call('nicTransmit', nic, room + TX.header, out.header.length, room + TX.payload, out.payload?.length ?? 0,
      out.checksumStart ?? 0, out.checksumOffset ?? 0, out.segmentSize ?? 0, out.owner ?? 0);
  }

  /** What yield does: sleeps until a frame is there, through any number of wake-ups. */
  sleepUntilFrame(nic = 0): void {
    while (this.call('hasFrame', nic) === 0) {
      if (this.call('nicPrepareToSleep', nic) !== 0) this.call('idle');
      this.call('nicWakeUp', nic);
    }
  }

  /** Lets the devices work. */
  pass(ns = 1_000_000): void {
    this.machine.clock.pass(ns);
  }
}

/** `bytes` bytes that tell frames apart. */
export function frameOf(bytes: number, seed = 0): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => i < 4 ? seed >>> (8 * i) : (i * 7 + seed * 13) & 0xff);
}

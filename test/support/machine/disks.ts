// Disks on the simulated machine, called as the layers above the driver call them (assembly/virtio/block.ts): the real
// kernel with the driver's functions as further exports.
import { compileAssembly } from '../assembly.ts';
import { Machine, type MachineOptions, type MachineResult } from './machine.ts';
import type { Block, BlockOptions } from './virtio/block.ts';

export const RESULT = { OK: 0, INVALID: 1, READ_ONLY: 2, UNSUPPORTED: 3, FAILED: 4, PENDING: 5 };
const TICKET = 0x1ff000;

let kernel: WebAssembly.Module | undefined;

/** Before the tests: compiles the kernel. */
export async function compileDisks(): Promise<void> {
  kernel ??= new WebAssembly.Module(await compileAssembly('index.ts', 'virtio/block.ts'));
}

type Call = (...values: (number | bigint)[]) => number;

export class Disks {
  readonly machine: Machine;
  readonly memory: Uint8Array;

  constructor(machine: Machine, memory: Uint8Array) {
    this.machine = machine;
    this.memory = memory;
  }

  get count(): number {
    return this.#call('diskCount')();
  }

  device(disk = 0): Block {
    return this.machine.devices[disk] as Block;
  }

  capacity(disk = 0): number {
    return Number(this.#call('diskCapacity')(disk));
  }

  blockSize(disk = 0): number {
    return this.#call('diskBlockSize')(disk);
  }

  isReadOnly(disk = 0): boolean {
    return this.#call('diskIsReadOnly')(disk) !== 0;
  }

  recoveries(disk = 0): number {
    return this.#call('diskRecoveries')(disk);
  }

  serial(disk = 0): string {
    const at = this.#call('diskSerial')(disk);
    return new TextDecoder().decode(new Uint8Array(this.machine.memory.buffer, at, 20)).replace(/\0+$/, '');
  }

  read(offset: number, to: number, bytes: number, disk = 0): number {
    return this.#settled(this.#call('diskRead')(disk, BigInt(offset), this.physical(to), bytes), disk);
  }

  write(offset: number, from: number, bytes: number, disk = 0): number {
    return this.#settled(this.#call('diskWrite')(disk, BigInt(offset), this.physical(from), bytes), disk);
  }

  flush(disk = 0): number {
    return this.#settled(this.#call('diskFlush')(disk), disk);
  }

  discard(offset: number, bytes: number, disk = 0): number {
    return this.#settled(this.#call('diskDiscard')(disk, BigInt(offset), BigInt(bytes)), disk);
  }

  writeZeroes(offset: number, bytes: number, disk = 0): number {
    return this.#settled(this.#call('diskWriteZeroes')(disk, BigInt(offset), BigInt(bytes)), disk);
  }

  /** A ticket, or undefined if none is to be had now. */
  submit(isWrite: boolean, offset: number, at: number, bytes: number, disk = 0): number | undefined {
    const result = this.#call('diskSubmit')(disk, isWrite ? 1 : 0, BigInt(offset), this.physical(at), bytes, TICKET);
    if (result === RESULT.PENDING) return undefined;
    if (result !== RESULT.OK) throw new Error(`diskSubmit: ${result}`);
    return this.machine.view.getUint32(TICKET, true);
  }

  poll(ticket: number): number {
    return this.#call('diskPoll')(ticket);
  }

  wait(ticket: number): number {
    return this.#call('diskWait')(ticket);
  }

  physical(at: number): bigint {
    return this.machine.region!.base + BigInt(at);
  }

  #call(name: string): Call {
    return this.machine.exports[name]!;
  }

  /** A synchronous call has returned: nothing that it began may be on its way to memory. */
  #settled(result: number, disk: number): number {
    if (this.tickets === 0 && (this.machine.devices[disk] as Block | undefined)?.held) throw new Error('a call returned while the device still had memory');
    return result;
  }

  /** Set by a test that has tickets out. */
  tickets = 0;
}

export type DiskSpec = BlockOptions & { readonly transport?: 'mmio' | 'pci'; readonly slot?: number };

/** Boots with these disks and calls the test in place of the application. */
export function withDisks(specs: readonly DiskSpec[], use: (disks: Disks) => number | void, options: MachineOptions = {}): MachineResult & { machine: Machine } {
  const devices = specs.map((spec) => ({ device: 'block' as const, ...spec }));
  const machine = new Machine({ cpu: { kvmclock: true }, ...options, kernel: kernel!, devices });
  const result = machine.run((app) => use(new Disks(machine, app.memory)));
  return { ...result, machine };
}

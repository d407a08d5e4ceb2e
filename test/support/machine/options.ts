// What a simulated machine can be asked to be, and what is known of it when it has ended.
import type { Piece } from './acpi-tables.ts';
import type { BootOptions } from './boot-information.ts';
import type { BusOptions } from './bus.ts';
import type { DeviceSpec } from './devices.ts';
import type { CpuOptions } from './processor.ts';

export interface MachineOptions extends BootOptions, BusOptions {
  /** Another kernel than build/kernel.wasm: the same sources with more exports (test/support/assembly.ts). */
  readonly kernel?: WebAssembly.Module;
  /** What that kernel imports besides. */
  readonly imports?: WebAssembly.Imports;
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
  /** What the image's note says that the application declares. */
  readonly declared?: readonly { readonly name: string; readonly type: 'net' | 'block' }[];
  /** Virtio devices, in the order of their slots. */
  readonly devices?: readonly DeviceSpec[];
  /** ACPI tables, as bytes in memory; they tell of the devices, and the command line does not. */
  readonly acpi?: readonly Piece[];
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

/** Bytes of RAM. */
export function sizeOf({ memory = '64M' }: MachineOptions): number {
  return Number.parseInt(memory) * (memory.endsWith('G') ? 0x40000000 : 0x100000);
}

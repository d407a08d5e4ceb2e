// What a monitor leaves in memory, for both protocols: Multiboot 1 (specification 0.6.96, §3.3) and PVH
// (Xen's start_info.h). Placed where QEMU and Firecracker place it; every detail can be made wrong.

export interface MapEntry { readonly start: bigint; readonly length: bigint; readonly type: number }

export interface BootOptions {
  readonly protocol?: 'multiboot' | 'pvh';
  readonly commandLine?: string | Uint8Array;
  /** The memory map; without it, one that fits the machine's size. */
  readonly memoryMap?: readonly MapEntry[];
  /** Multiboot: no map, only mem_upper in KiB. */
  readonly memUpper?: number;
  /** PVH: 0 has no memory map. */
  readonly version?: number;
  readonly magic?: number;
  /** The count of map entries (PVH) or the length of the map in bytes (Multiboot) that is claimed. */
  readonly claimedEntries?: number;
  readonly modules?: readonly { readonly start: number; readonly end: number; readonly contents?: Uint8Array }[];
  /** Where the structure is said to be, instead of where it is. */
  readonly information?: number;
  readonly commandLineAt?: number;
  /** PVH: where ACPI's root pointer is said to be. */
  readonly rsdp?: number;
}

export const RAM = 1;
export const RESERVED = 2;

const INFORMATION = 0x9500;
const MODULES = 0xa000;
const MEMORY_MAP = 0xb000;

/** The map of a plain PC with that much memory: a hole under 1 MiB and one under 4 GiB. */
export function plainMap(bytes: number): MapEntry[] {
  const low = BigInt(Math.min(bytes, 0xc0000000));
  const map = [
    { start: 0n, length: 0x9fc00n, type: RAM },
    { start: 0x9fc00n, length: 0x60400n, type: RESERVED },
    { start: 0x100000n, length: low - 0x100000n, type: RAM },
  ];
  if (bytes > 0xc0000000) map.push({ start: 1n << 32n, length: BigInt(bytes) - low, type: RAM });
  return map;
}

/** Writes everything into the monitor's side of memory; returns the address that boot() is given. */
export function writeBootInformation(memory: DataView, bytes: number, options: BootOptions): number {
  const line = typeof options.commandLine === 'string'
    ? new TextEncoder().encode(`${options.commandLine}\0`) : options.commandLine;
  // QEMU's option ROM puts it after the image, Firecracker at 0x20000.
  const at = options.commandLineAt ?? (options.protocol === 'pvh' ? 0x20000 : 0x240000);
  if (line !== undefined && at + line.length <= memory.byteLength) new Uint8Array(memory.buffer, at).set(line);
  for (const { start, contents } of options.modules ?? []) if (contents) new Uint8Array(memory.buffer, start).set(contents);
  const map = options.memoryMap ?? plainMap(bytes);
  const commandLineAt = line === undefined && options.commandLineAt === undefined ? 0 : at;
  if (options.protocol === 'pvh') writePvh(memory, map, commandLineAt, options);
  else writeMultiboot(memory, map, commandLineAt, options);
  return options.information ?? INFORMATION;
}

function writeMultiboot(memory: DataView, map: readonly MapEntry[], commandLineAt: number, options: BootOptions): void {
  const set = (offset: number, value: number): void => memory.setUint32(INFORMATION + offset, value, true);
  const hasMap = options.memUpper === undefined;
  const modules = options.modules ?? [];
  set(0, (hasMap ? 1 << 6 : 1) | (commandLineAt !== 0 ? 4 : 0) | (modules.length > 0 ? 8 : 0));
  set(8, options.memUpper ?? 0);
  set(16, commandLineAt);
  set(20, modules.length);
  set(24, MODULES);
  modules.forEach((module, i) => {
    memory.setUint32(MODULES + i * 16, module.start, true);
    memory.setUint32(MODULES + i * 16 + 4, module.end, true);
  });
  set(44, options.claimedEntries ?? map.length * 24);
  set(48, MEMORY_MAP);
  map.forEach((entry, i) => {
    const at = MEMORY_MAP + i * 24;
    memory.setUint32(at, 20, true);
    memory.setBigUint64(at + 4, entry.start, true);
    memory.setBigUint64(at + 12, entry.length, true);
    memory.setUint32(at + 20, entry.type, true);
  });
}

function writePvh(memory: DataView, map: readonly MapEntry[], commandLineAt: number, options: BootOptions): void {
  const modules = options.modules ?? [];
  memory.setUint32(INFORMATION, options.magic ?? 0x336ec578, true);
  memory.setUint32(INFORMATION + 4, options.version ?? 1, true);
  memory.setUint32(INFORMATION + 12, modules.length, true);
  memory.setBigUint64(INFORMATION + 16, BigInt(MODULES), true);
  memory.setBigUint64(INFORMATION + 24, BigInt(commandLineAt), true);
  modules.forEach((module, i) => {
    memory.setBigUint64(MODULES + i * 32, BigInt(module.start), true);
    memory.setBigUint64(MODULES + i * 32 + 8, BigInt(module.end - module.start), true);
  });
  memory.setBigUint64(INFORMATION + 32, BigInt(options.rsdp ?? 0), true);
  memory.setBigUint64(INFORMATION + 40, BigInt(MEMORY_MAP), true);
  memory.setUint32(INFORMATION + 48, options.claimedEntries ?? map.length, true);
  map.forEach((entry, i) => {
    const at = MEMORY_MAP + i * 24;
    memory.setBigUint64(at, entry.start, true);
    memory.setBigUint64(at + 8, entry.length, true);
    memory.setUint32(at + 16, entry.type, true);
  });
}

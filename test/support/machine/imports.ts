// The imports of kernel.wasm, module by module (assembly/host), each joined to the part of the machine that is meant.
import type { Machine } from './machine.ts';
import { sizeOf } from './options.ts';

const PAGE = 4096;
/** Where low memory that must be mapped ends and begins again; what lies between is the kernel's. */
const KERNEL_START = 0x100000;
const KERNEL_END = 0x200000;
const IMAGE_END = 0x230000;
const CYCLE_READ_TIME = 20;
/** Where the archive of the image is said to lie: nowhere near RAM, so that the two cannot be mixed up. */
const ARCHIVE = 0xd0000000;
/** Flags of vm.map: present, writable, uncached; and present, writable, in 2 MiB blocks. */
const REGISTERS = 7;
const DEVICE_MEMORY = 11;

type Functions = Record<string, (...values: never[]) => number | bigint | void>;

export function importsOf(machine: Machine): WebAssembly.Imports {
  return {
    io: io(machine), mmio: mmio(machine), dma: dma(machine), cpu: cpu(machine), vm: vm(machine), app: app(machine),
    image: image(machine), power: { reset: () => machine.bus.reset() },
  } satisfies Record<string, Functions>;
}

/** The kernel's memory, as it is now: growing it makes a new buffer. */
function bytesAt(machine: Machine, at: number, count: number): Uint8Array {
  return new Uint8Array(machine.memory.buffer, at, count);
}

function io(machine: Machine): Functions {
  const { bus } = machine;
  return {
    in8: (port: number) => bus.in(port),
    in32: (port: number) => bus.in(port, 4) | 0,
    out8: (port: number, value: number) => bus.out(port, value & 0xff),
    out16: (port: number, value: number) => bus.out(port, value & 0xffff, 2),
    out32: (port: number, value: number) => bus.out(port, value >>> 0, 4),
    outs8: (port: number, from: number, count: number) => bus.outString(port, bytesAt(machine, from, count)),
    ins8: (port: number, to: number, count: number) => bus.inString(port, bytesAt(machine, to, count)),
  };
}

function mmio(machine: Machine): Functions {
  const register = (address: bigint, bytes: number, value?: number): number => {
    const at = BigInt.asUintN(64, address);
    return machine.bus.register(machine.bus.isApic(at) ? at : machine.windows.physical(at), bytes, value);
  };
  return {
    read8: (address: bigint) => register(address, 1),
    read16: (address: bigint) => register(address, 2),
    read32: (address: bigint) => register(address, 4),
    write8: (address: bigint, value: number) => register(address, 1, value & 0xff),
    write16: (address: bigint, value: number) => register(address, 2, value & 0xffff),
    write32: (address: bigint, value: number) => register(address, 4, value),
  };
}

function dma(machine: Machine): Functions {
  return {
    load8: (at: number) => machine.view.getUint8(at),
    load16: (at: number) => {
      machine.look();
      return machine.view.getUint16(at, true);
    },
    load32: (at: number) => machine.view.getUint32(at, true),
    load64: (at: number) => machine.view.getBigUint64(at, true),
    store8: (at: number, value: number) => machine.view.setUint8(at, value),
    store16: (at: number, value: number) => machine.view.setUint16(at, value, true),
    store32: (at: number, value: number) => machine.view.setUint32(at, value, true),
    store64: (at: number, value: bigint) => machine.view.setBigUint64(at, value, true),
    fence: () => {},
  };
}

function cpu(machine: Machine): Functions {
  const { clock, processor } = machine;
  return {
    cycles: () => {
      clock.pass(CYCLE_READ_TIME);
      return processor.cycles();
    },
    identify: (leaf: number, subleaf: number, register: number) => processor.identify(leaf >>> 0, subleaf, register),
    random: (kind: number, out: number) => {
      const value = processor.random(kind);
      if (value !== undefined) machine.view.setBigUint64(out, value, true);
      return value === undefined ? 0 : 1;
    },
    pause: () => clock.pass(CYCLE_READ_TIME),
    wait: () => machine.wait(),
    takePending: () => machine.takePending(),
    enableKvmclock: () => processor.enableKvmclock(machine.view),
  };
}

function vm(machine: Machine): Functions {
  return {
    map: (at: number, bytes: number, flags: number) => map(machine, at >>> 0, bytes, flags),
    mapFar: (at: bigint, physical: bigint, bytes: number) => machine.windows.mapFar(at, physical, bytes),
    setApplication: (base: bigint, bytes: bigint) => {
      if (machine.options.refuseApplication) return -1;
      machine.region = { base: BigInt.asUintN(64, base), bytes: BigInt.asUintN(64, bytes) };
      machine.limit = Number(machine.region.bytes);
      return 0;
    },
    growable: () => BigInt(machine.limit - machine.applicationBytes),
    takeTop: (bytes: number) => {
      if (bytes > machine.limit - machine.applicationBytes) throw new Error('the kernel takes memory that the application has');
      machine.limit -= bytes;
      return machine.region!.base + BigInt(machine.limit);
    },
  };
}

/** Pages appear when they are mapped and turn to rubbish when they are not, so that use after unmapping shows. */
function map(machine: Machine, at: number, bytes: number, flags: number): number {
  const isKernel = at >= KERNEL_START && at < KERNEL_END;
  if (at % PAGE !== 0 || isKernel || (at >= KERNEL_END && at < IMAGE_END)) return -1;
  if (flags === REGISTERS) return machine.windows.mapRegisters(at, bytes, sizeOf(machine.options));
  if (at + bytes > machine.monitor.byteLength) return -1;
  const ram = bytesAt(machine, at, bytes);
  if (isTaken(machine, at, bytes)) return ram.fill(0xcc) && 0;
  if (flags === DEVICE_MEMORY) return machine.windows.mapDeviceMemory(at, bytes);
  if (flags & 2) throw new Error('boot information is to be read, not written');
  if (flags & 1) ram.set(new Uint8Array(machine.monitor.buffer, at, bytes));
  else ram.fill(0xcc);
  for (let page = at; page < at + bytes; page += PAGE) {
    if (flags & 1) machine.mappedPages.add(page);
    else machine.mappedPages.delete(page);
  }
  return 0;
}

/** Whether it is memory that was taken from the application's top: it can be written, and what was in it is rubbish. */
function isTaken({ region, limit }: Machine, at: number, bytes: number): boolean {
  if (!region) return false;
  const base = Number(region.base);
  return at >= base + limit && at + bytes <= base + Number(region.bytes);
}

function app(machine: Machine): Functions {
  return {
    copyIn: (to: number, from: number, bytes: number) => bytesAt(machine, to, bytes).set(machine.claim(from >>> 0, bytes)),
    copyOut: (to: number, from: number, bytes: number) => machine.claim(to >>> 0, bytes).set(bytesAt(machine, from, bytes)),
    size: () => BigInt(machine.applicationBytes),
  };
}

function image(machine: Machine): Functions {
  const { builtIn, symbols, files, modules } = machine.options;
  const text = (of: string, to: number, capacity: number): number => {
    const bytes = new TextEncoder().encode(of);
    new Uint8Array(machine.memory.buffer).set(bytes.subarray(0, capacity), to);
    return bytes.length;
  };
  /** A part of the archive or of a mapped module; the kernel must never look outside them. */
  const place = (from: number, bytes: number): Uint8Array => {
    const archive = files?.archive ?? new Uint8Array(0);
    const at = from - ARCHIVE;
    if (at >= 0 && at + bytes <= archive.length) return archive.subarray(at, at + bytes);
    const module = modules?.find(({ start, end }) => from >= start && from + bytes <= end);
    if (!module || !machine.mappedPages.has(from - from % PAGE)) throw new Error('the kernel reads outside the archives of files');
    return bytesAt(machine, from, bytes);
  };
  const { declared = [] } = machine.options;
  return {
    declared: () => declared.length,
    readDeclared: (index: number, to: number) => {
      const { name, type } = declared[index]!;
      const entry = bytesAt(machine, to, 72).fill(0);
      entry[0] = { net: 1, block: 2 }[type];
      entry.set(new TextEncoder().encode(name), 4);
    },
    end: () => IMAGE_END,
    commandLine: (to: number, capacity: number) => text(builtIn ?? '', to, capacity),
    symbol: (address: bigint, to: number, capacity: number) => text(symbols?.(BigInt.asUintN(64, address))?.name ?? '', to, capacity),
    symbolStart: (address: bigint) => symbols?.(BigInt.asUintN(64, address))?.start ?? 0n,
    files: () => files?.archive.length ?? 0,
    filesAt: () => ARCHIVE,
    readFiles: (to: number, from: number, bytes: number) => bytesAt(machine, to, bytes >>> 0).set(place(from >>> 0, bytes >>> 0)),
    copyFiles: (to: number, from: number, bytes: number) => machine.claim(to >>> 0, bytes >>> 0).set(place(from >>> 0, bytes >>> 0)),
  };
}

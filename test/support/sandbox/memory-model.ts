// Attempts to leave a linear memory by its loads and stores, and what the specification says of each: address + offset +
// width > size is a trap and changes nothing (core 3.0, §4.6.9). For memories with 32-bit and 64-bit addresses, one or several.
// Read first: accesses.ts. The guest's side: memory-driver.ts.
import { DIGEST_START, digest64 } from '../digest.ts';
import { type Access, SCALAR, VECTOR } from './accesses.ts';

export const PAGE = 65536;
const OUT_OF_BOUNDS = 1;

/** Bits of an address, one for each memory of the module. */
export type Layout = readonly (32 | 64)[];

/** One function of the module under test. */
export interface Probe {
  access: Access;
  memory: number;
  bits: 32 | 64;
  offset: bigint;
  /** Where the address stands in the code; else it comes with the call. */
  constant?: bigint;
}

export interface Attempt {
  probe: number;
  /** The address is the memory's size plus the value, modulo 2^bits; else the value. */
  relative: boolean;
  value: bigint;
}

const power = (exponent: number): bigint => 1n << BigInt(exponent);
const OFFSETS: Record<32 | 64, readonly bigint[]> = {
  32: [0n, 1n, 3n, 7n, 8n, 15n, 4095n, 65535n, 65536n, 31n * 65536n, power(21) - 1n, power(21), power(31) - 1n, power(31), power(32) - 65536n, power(32) - 16n, power(32) - 1n],
  64: [0n, 1n, 7n, 15n, 65535n, 65536n, power(32) - 1n, power(32), power(33), power(34), power(40), power(40) + power(34), power(63), power(64) - 65536n, power(64) - 16n, power(64) - 1n],
};
/** Where something of the machine lies: the kernel (16 GiB), further memories (1 TiB, each 16 GiB), the image. */
const PLACES: Record<32 | 64, readonly bigint[]> = {
  32: [0n, 1n, 65535n, power(21) - 1n, power(31) - 1n, power(31), power(32) - 8n, power(32) - 4n, power(32) - 1n],
  64: [0n, 1n, 65535n, power(21) - 1n, power(31), power(32) - 8n, power(32), power(33), power(34) + power(20), power(40), power(40) + power(34), power(63), power(64) - power(31) + power(21), power(64) - 8n, power(64) - 1n],
};
const CONSTANTS: Record<32 | 64, readonly [bigint, bigint][]> = {
  32: [
    [0n, 0n], [65532n, 0n], [65535n, 0n], [65536n, 0n], [65535n, 65535n], [power(31) - 1n, 1n], [power(31), power(31)],
    [power(32) - 1n, 0n], [power(32) - 1n, 1n], [power(32) - 1n, power(32) - 1n],
  ],
  64: [[0n, 0n], [65535n, 0n], [65536n, 0n], [0n, power(34)], [power(40), 0n], [power(64) - 1n, 0n], [power(64) - 1n, 1n], [power(63), power(63)], [power(64) - 1n, power(64) - 1n]],
};

export function probesOf(layout: Layout): Probe[] {
  return layout.flatMap((bits, memory) => [...SCALAR, ...VECTOR].flatMap((access) => [
    ...OFFSETS[bits].map((offset) => ({ access, memory, bits, offset })),
    ...CONSTANTS[bits].map(([constant, offset]) => ({ access, memory, bits, offset, constant })),
  ]));
}

/** Addresses at which the access begins or ends around each border, and those that would wrap around into the memory. */
export function attemptsOf({ access, bits, offset, constant }: Probe, probe: number): Attempt[] {
  if (constant !== undefined) return [{ probe, relative: false, value: 0n }];
  const width = BigInt(access.width);
  const near = [-width - 1n, -width, -width + 1n, -1n, 0n, 1n];
  const relative = [...near, ...near.map((k) => k - offset), -4096n, 4095n];
  const absolute = [...PLACES[bits], ...near.map((k) => k - offset), -offset + 32768n, power(21) - offset - 1n, power(31) - offset, -offset + 4096n];
  const unique = (values: readonly bigint[]): bigint[] => [...new Set(values.map((value) => BigInt.asUintN(bits, value)))];
  return [
    ...unique(relative).map((value) => ({ probe, relative: true, value })),
    ...unique(absolute).map((value) => ({ probe, relative: false, value })),
  ];
}

/** What the guest tells of one round, or must tell. */
export interface Verdict {
  /** A letter for each attempt: 'a' and the trap's code. */
  codes: string;
  /** A digest of what all attempts up to the last of a probe loaded. */
  sums: number[];
}

/** What the specification says of one state of the memories; changes the bytes as the attempts do. */
export function judge(memories: readonly ArrayBuffer[], probes: readonly Probe[], attempts: readonly Attempt[], emulated: boolean): Verdict {
  const views = memories.map((memory) => new DataView(memory));
  const sums: number[] = [];
  let codes = '';
  let sum = DIGEST_START;
  for (const [i, { probe, relative, value }] of attempts.entries()) {
    const { access, memory, bits, offset, constant } = probes[probe]!;
    const view = views[memory]!;
    const size = BigInt(view.byteLength);
    const at = (constant ?? BigInt.asUintN(bits, value + (relative ? size : 0n))) + offset;
    const traps = at + BigInt(access.width) > size;
    codes += String.fromCharCode(97 + (traps ? OUT_OF_BOUNDS : 0));
    const stored = (BigInt(sum) << 32n) | BigInt(~i >>> 0);
    if (!traps && access.kind === 'store') access.store(view, Number(at), stored);
    // QEMU's emulation writes a vector as two halves and keeps the first when the second faults. Processors do not.
    const half = traps && emulated && bits === 32 && access.name === 'v128.store' && at + 8n <= size;
    if (half) view.setBigUint64(Number(at), stored, true);
    sum = digest64(sum, !traps && access.kind === 'load' ? access.load(view, Number(at)) : 0n);
    sums[probe] = sum;
  }
  return { codes, sums };
}

/** The memory after it grew: what is new is filled with a pattern of its own. */
export function grown(memory: ArrayBuffer, bytes: number, index: number): ArrayBuffer {
  const larger = new ArrayBuffer(bytes);
  new Uint8Array(larger).set(new Uint8Array(memory));
  const words = new Uint32Array(larger);
  for (let i = memory.byteLength / 4; i < words.length; i++) words[i] = Math.imul(i * 4 + index, 2654435761);
  return larger;
}

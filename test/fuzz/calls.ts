// The calls of a random module's exports, the same for both sides: every function several times, with values that are
// likely to be at some border. A seed and an index decide everything.
import { createHash } from 'node:crypto';
import type { ValueType } from '../../scripts/wasm/module.ts';
import type { FuzzModule } from './module.ts';

export const NUMBERS: readonly ValueType[] = ['i32', 'i64', 'f32', 'f64'];

/**
 * A trap ends an application, so nobody sees its memory and globals afterwards, and a compiler may move a store across the load
 * that traps. Hence after each trap both sides clear the memory and give all globals this value: binaryen counts down in
 * one of them and traps at 0.
 */
export const AFTER_TRAP = 100;

export interface Call {
  function: number;
  /** Bits. References are null. */
  values: bigint[];
}

/** An endless stream of bytes from a seed: SHA-256 in counter mode. */
export class Bytes {
  private readonly seed: string;
  private block = Buffer.alloc(0);
  private counter = 0;

  constructor(seed: string) {
    this.seed = seed;
  }

  take(count: number): Buffer {
    while (this.block.length < count) {
      this.block = Buffer.concat([this.block, createHash('sha256').update(`${this.seed}:${this.counter++}`).digest()]);
    }
    const taken = this.block.subarray(0, count);
    this.block = this.block.subarray(count);
    return taken;
  }

  below(limit: number): number {
    return this.take(4).readUInt32LE() % limit;
  }
}

const doubles = (...values: number[]): bigint[] => values.map((value) => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes.readBigUInt64LE();
});
const floats = (...values: number[]): bigint[] => values.map((value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return BigInt(bytes.readUInt32LE());
});
const REALS = [0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 127, 128, 255.5, 256, 65535.9, 2 ** 24 + 1, 2 ** 31, 2 ** 31 - 0.5, -(2 ** 31), -(2 ** 31) - 0.9, 2 ** 32, 2 ** 53, 2 ** 63, -(2 ** 63), 2 ** 64, 1e-40, 5e-324, 3.4e38, 1.7e308, Infinity, -Infinity];
const INTEGERS = [0n, 1n, 2n, 7n, 31n, 32n, 63n, 64n, 127n, 128n, 255n, 256n, 32767n, 32768n, 65535n, 65536n, 0x7fff_fffen, 0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn, 0x1_0000_0000n, 0x7fff_ffff_ffff_ffffn, 0x8000_0000_0000_0000n, 0xffff_ffff_ffff_ffffn];
const INTERESTING: Partial<Record<ValueType, bigint[]>> = { i32: INTEGERS, i64: INTEGERS, f32: floats(...REALS), f64: doubles(...REALS) };
const BITS: Partial<Record<ValueType, number>> = { i32: 32, i64: 64, f32: 32, f64: 64 };

function value(type: ValueType, bytes: Bytes): bigint {
  const bits = BITS[type];
  if (bits === undefined) return 0n;
  const choice = bytes.below(4);
  const raw = choice === 0 ? bytes.take(8).readBigUInt64LE() : choice === 1 && type.startsWith('i') ? BigInt(bytes.below(70000)) : INTERESTING[type]![bytes.below(INTERESTING[type]!.length)]!;
  return BigInt.asUintN(bits, raw);
}

/** Every function `rounds` times, in turns: state left by one call meets the next. */
export function callsOf(module: FuzzModule, seed: string, rounds = 3): Call[] {
  const bytes = new Bytes(`calls:${seed}`);
  return Array.from({ length: rounds }, () => module.functions.map(({ signature }, i) => ({ function: i, values: signature.params.map((type) => value(type, bytes)) }))).flat();
}

/** Rules that both sides follow when a module calls one of its own exports through an import. */
export const CALL_EXPORT_DEPTH = 3;
export const CALL_EXPORT_COUNT = 20;

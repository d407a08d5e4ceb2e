// The vectors that SIMD instructions are tried on: every pair of each lane type's edge values, and random ones from a
// fixed seed, as one block of bytes. Read operations.ts first.

/** Bytes of one pair of vectors. */
export const PAIR = 32;
const RANDOM_PAIRS = 256;
const SEED = 0x51d;

const powers = (bits: number): bigint[] => [0n, 1n, 2n, -1n, -2n, (1n << BigInt(bits - 1)) - 1n, -(1n << BigInt(bits - 1)), 1n - (1n << BigInt(bits - 1)), 3n << BigInt(bits - 4), 0x5555555555555555n];

const F32: (number | { bits: number })[] = [
  0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 8388607.5, -8388609, 3.1415927, 2147483648, 2147483520, -2147483648, -2147483904, 4294967040, 4294967296,
  1.401298464324817e-45, -1.1754942106924411e-38, 1.1754943508222875e-38, 3.4028234663852886e38, -3.4028234663852886e38, Infinity, -Infinity,
  { bits: 0x7fc00000 }, { bits: 0xffc00000 }, { bits: 0x7fa00001 }, { bits: 0xff800001 }, { bits: 0x7fc12345 },
];

const F64: (number | { bits: bigint })[] = [
  0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 4503599627370495.5, 2147483647, 2147483647.5, 2147483648, -2147483648.9, -2147483649, 4294967295, 4294967295.5, 4294967296,
  7.006492321624085e-46, 7.006492321624087e-46, 3.4028234663852886e38, 3.4028235677973366e38, 1e39, 5e-324, -2.2250738585072014e-308, 1.7976931348623157e308, Infinity, -Infinity,
  { bits: 0x7ff8000000000000n }, { bits: 0xfff8000000000000n }, { bits: 0x7ff4000000000001n }, { bits: 0xfff0000000000001n }, { bits: 0x7ff8000012345678n },
];

type Lane = { bytes: number; write: (view: DataView, at: number, index: number) => void; count: number };

function integers(bits: 8 | 16 | 32 | 64): Lane {
  const values = powers(bits);
  const write = (view: DataView, at: number, index: number): void => {
    const value = values[index]!;
    for (let i = 0; i < bits / 8; i++) view.setUint8(at + i, Number((value >> BigInt(8 * i)) & 0xffn));
  };
  return { bytes: bits / 8, write, count: values.length };
}

/** NaNs are given by their bits: a number that passes through JavaScript may lose its payload. */
const singles: Lane = {
  bytes: 4, count: F32.length,
  write: (view, at, index) => {
    const value = F32[index]!;
    if (typeof value === 'number') view.setFloat32(at, value, true);
    else view.setUint32(at, value.bits, true);
  },
};
const doubles: Lane = {
  bytes: 8, count: F64.length,
  write: (view, at, index) => {
    const value = F64[index]!;
    if (typeof value === 'number') view.setFloat64(at, value, true);
    else view.setBigUint64(at, value.bits, true);
  },
};

/** All pairs of the lane's values, lane by lane through as many vectors as it takes. */
function pairsOf({ bytes, write, count }: Lane): Uint8Array {
  const lanes = 16 / bytes;
  const pairs = new DataView(new ArrayBuffer(Math.ceil((count * count) / lanes) * PAIR));
  for (let n = 0; n < count * count; n++) {
    const at = Math.floor(n / lanes) * PAIR + (n % lanes) * bytes;
    write(pairs, at, n % count);
    write(pairs, at + 16, Math.floor(n / count));
  }
  return new Uint8Array(pairs.buffer);
}

/** Marsaglia's xorshift32. */
function randomPairs(): Uint8Array {
  const bytes = new Uint8Array(RANDOM_PAIRS * PAIR);
  let state = SEED;
  for (let i = 0; i < bytes.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state >>> 11;
  }
  return bytes;
}

/** Pairs one after another; after the last stands its successor's place, since bitselect looks one vector further. */
export function operandBytes(): Uint8Array {
  const parts = [integers(8), integers(16), integers(32), integers(64), singles, doubles].map(pairsOf);
  return Buffer.concat([...parts, randomPairs(), new Uint8Array(PAIR)]);
}

/** How many pairs the instructions are applied to. */
export const pairCount = (operands: Uint8Array): number => operands.length / PAIR - 1;

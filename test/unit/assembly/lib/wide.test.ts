// assembly/lib/wide.ts: products of 128 bits and saturating sums, against BigInt.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantiate } from '../../../support/assembly.ts';

const { exports: wide } = await instantiate('lib/wide.ts');
const word = fc.bigInt(0n, 0xffff_ffff_ffff_ffffn);
const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);

test('products keep the bits that 64-bit arithmetic would lose', () => {
  fc.assert(fc.property(word, word, (a, b) => {
    expect(u64(wide['multiplyHigh']!(a, b))).toBe((a * b) >> 64n);
    expect(u64(wide['multiplyShift32']!(a, b))).toBe(u64((a * b) >> 32n));
  }), { seed: 1, numRuns: 500 });
});

test('saturating sums and differences stop at the ends', () => {
  fc.assert(fc.property(word, word, (a, b) => {
    const sum = a + b;
    expect(u64(wide['addSaturating']!(a, b))).toBe(sum > 0xffff_ffff_ffff_ffffn ? 0xffff_ffff_ffff_ffffn : sum);
    expect(u64(wide['subtractSaturating']!(a, b))).toBe(a < b ? 0n : a - b);
  }), { seed: 2 });
});

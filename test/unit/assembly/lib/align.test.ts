// assembly/lib/align.ts: rounding to powers of two.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantiate } from '../../../support/assembly.ts';

const { exports: align } = await instantiate('lib/align.ts');
const value = fc.bigInt(0n, 1n << 52n);
const power = fc.integer({ min: 0, max: 30 }).map((bits) => 1n << BigInt(bits));

test('alignUp and alignDown enclose the value, less than one step away', () => {
  fc.assert(fc.property(value, power, (v, a) => {
    const up: bigint = align['alignUp']!(v, a);
    const down: bigint = align['alignDown']!(v, a);
    expect(down <= v && v <= up && up - down <= a && up % a === 0n && down % a === 0n).toBe(true);
    expect(align['isAligned']!(v, a)).toBe(v % a === 0n ? 1 : 0);
  }), { seed: 1 });
});

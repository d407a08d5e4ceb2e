// assembly/lib/bitmap.ts: bits in memory.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantiate, SCRATCH } from '../../../support/assembly.ts';

const unit = await instantiate('lib/bitmap.ts');
const bitmap = unit.exports;
const bits = fc.array(fc.boolean(), { minLength: 1, maxLength: 70 });

function fill(values: readonly boolean[]): void {
  unit.bytes.fill(0xff, SCRATCH, SCRATCH + 16);
  values.forEach((value, i) => bitmap[value ? 'setBit' : 'clearBit']!(SCRATCH, i));
}

test('setBit and clearBit change their bit and no other', () => {
  fc.assert(fc.property(bits, (values) => {
    fill(values);
    expect(values.map((_, i) => bitmap['testBit']!(SCRATCH, i) === 1)).toEqual(values);
    expect(bitmap['testBit']!(SCRATCH, values.length)).toBe(1);
  }), { seed: 1 });
});

test('findClearRun finds the first run that is long enough', () => {
  fc.assert(fc.property(bits, fc.integer({ min: 1, max: 9 }), (values, run) => {
    fill(values);
    const first = values.findIndex((_, i) => i + run <= values.length && values.slice(i, i + run).every((bit) => !bit));
    expect(bitmap['findClearRun']!(SCRATCH, values.length, run)).toBe(first < 0 ? values.length : first);
  }), { seed: 2 });
});

// assembly/lib/format.ts: numbers to text and back.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantiate, put, SCRATCH, take } from '../../../support/assembly.ts';

const unit = await instantiate('lib/format.ts');
const format = unit.exports;
const word = fc.bigInt(0n, 0xffff_ffff_ffff_ffffn);
const UNREADABLE = 0xffff_ffff_ffff_ffffn;

test('formatDecimal writes what the number is', () => {
  fc.assert(fc.property(fc.oneof(word, fc.bigInt(0n, 1000n)), (value) => {
    expect(take(unit, SCRATCH, format['formatDecimal']!(SCRATCH, value))).toBe(String(value));
  }), { seed: 1 });
});

test('formatHex writes the digits asked for, or as many as it needs', () => {
  fc.assert(fc.property(word, (value) => {
    expect(take(unit, SCRATCH, format['formatHex']!(SCRATCH, value, 0))).toBe(value.toString(16));
    expect(take(unit, SCRATCH, format['formatHex']!(SCRATCH, value, 16))).toBe(value.toString(16).padStart(16, '0'));
  }), { seed: 2 });
});

test('parseDecimal reads numbers of up to 63 bits and nothing else', () => {
  const parse = (text: string): bigint => BigInt.asUintN(64, format['parseDecimal']!(SCRATCH, put(unit, SCRATCH, text)));
  fc.assert(fc.property(fc.bigInt(0n, (1n << 63n) - 1n), (value) => {
    expect(parse(String(value))).toBe(value);
  }), { seed: 3 });
  for (const text of ['', '-1', '1a', ' 1', '9223372036854775808', '99999999999999999999999']) {
    expect(parse(text), text).toBe(UNREADABLE);
  }
});

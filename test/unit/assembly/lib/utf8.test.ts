// assembly/lib/utf8.ts against the platform's decoder.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantiate, put, SCRATCH, type Unit } from '../../../support/assembly.ts';

function accepts(unit: Unit, bytes: Uint8Array): boolean {
  // What lies behind must not matter: here it would continue any sequence.
  unit.bytes.fill(0xbf, SCRATCH, SCRATCH + bytes.length + 4);
  put(unit, SCRATCH, bytes);
  return unit.exports['isUtf8']!(SCRATCH, bytes.length) !== 0;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

test('text is accepted, and every other byte sequence as the platform says', async () => {
  const unit = await instantiate('lib/utf8.ts');
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
    const bytes = new TextEncoder().encode(text);
    expect(accepts(unit, bytes)).toBe(true);
  }), { seed: 1, numRuns: 200 });
  const byte = fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5));
  fc.assert(fc.property(fc.array(byte, { maxLength: 6 }), (values) => {
    const bytes = Uint8Array.from(values);
    expect(accepts(unit, bytes)).toBe(isUtf8(bytes));
  }), { seed: 2, numRuns: 5000 });
});

// assembly/lib/ring-buffer.ts: the byte ring against a queue.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantiate, SCRATCH } from '../../../support/assembly.ts';

const unit = await instantiate('lib/ring-buffer.ts');
const ring = unit.exports;
const RING = SCRATCH;
const BYTES = SCRATCH + 64;
const OUT = SCRATCH + 4096;

test('a ring gives back what was put, in order, and refuses what does not fit', () => {
  const step = fc.oneof(
    fc.record({ put: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 20 }) }),
    fc.record({ take: fc.integer({ min: 0, max: 20 }) }),
  );
  // Indices run freely through 32 bits: the start is anywhere, most interesting just below the wrap.
  const start = fc.constantFrom(0, 5, 0xfffffff0, 0xffffffff);
  fc.assert(fc.property(start, fc.array(step, { maxLength: 40 }), (first, steps) => {
    ring['initialiseRing']!(RING, BYTES, 16);
    unit.view.setUint32(RING + 8, first, true);
    unit.view.setUint32(RING + 12, first, true);
    const model: number[] = [];
    for (const s of steps) {
      if ('put' in s) {
        for (const byte of s.put) {
          expect(ring['ringPut']!(RING, byte)).toBe(model.length < 16 ? 1 : 0);
          if (model.length < 16) model.push(byte);
        }
      } else {
        const count = ring['ringTake']!(RING, OUT, s.take);
        expect([...unit.bytes.subarray(OUT, OUT + count)]).toEqual(model.splice(0, s.take));
      }
      expect(ring['ringFill']!(RING)).toBe(model.length);
      expect(ring['ringRoom']!(RING)).toBe(16 - model.length);
    }
  }), { seed: 1 });
});

test('a capacity that is no power of two is a broken assertion', () => {
  expect(() => ring['initialiseRing']!(RING, BYTES, 12)).toThrow('kernel panic');
});

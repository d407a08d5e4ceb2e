// assembly/mm/pool.ts: objects of one size.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantiate, SCRATCH, type Unit } from '../../../support/assembly.ts';

// A pool over memory that the test lays out: makePool() itself takes it from the heap, which needs a booted kernel.
const OBJECTS = SCRATCH + 0x1000;
const TAKEN = SCRATCH + 0x100;

async function poolOf(size: number, capacity: number): Promise<{ unit: Unit; take: () => number; give: (at: number) => void }> {
  const unit = await instantiate('mm/pool.ts');
  const words = [OBJECTS, TAKEN, size, capacity, 1, 0];
  words.forEach((word, i) => unit.view.setUint32(SCRATCH + i * 4, word, true));
  for (let i = 1; i <= capacity; i++) unit.view.setUint32(OBJECTS + (i - 1) * size, i === capacity ? 0 : i + 1, true);
  return { unit, take: () => unit.exports['poolTake']!(SCRATCH), give: (at) => { unit.exports['poolGive']!(SCRATCH, at); } };
}

test('a pool hands out each object to one owner at a time, zeroed', async () => {
  const { unit, take, give } = await poolOf(16, 5);
  const owned: number[] = [];
  fc.assert(fc.property(fc.array(fc.option(fc.nat(), { nil: undefined }), { maxLength: 60 }), (steps) => {
    for (const which of steps) {
      if (which === undefined) {
        const at = take();
        if (at === 0) {
          expect(owned).toHaveLength(5);
          continue;
        }
        expect(owned).not.toContain(at);
        expect(unit.bytes.subarray(at, at + 16).every((byte) => byte === 0)).toBe(true);
        unit.bytes.fill(0xff, at, at + 16);
        owned.push(at);
      } else if (owned.length > 0) {
        give(owned.splice(which % owned.length, 1)[0]!);
      }
      expect(unit.view.getUint32(SCRATCH + 20, true)).toBe(owned.length);
    }
  }), { seed: 1, numRuns: 50 });
});

test('an object given back twice, or of another pool, is a panic', async () => {
  const { take, give } = await poolOf(16, 3);
  const at = take();
  give(at);
  for (const wrong of [at, OBJECTS - 16, OBJECTS + 48, OBJECTS + 8]) expect(() => give(wrong)).toThrow('kernel panic');
});

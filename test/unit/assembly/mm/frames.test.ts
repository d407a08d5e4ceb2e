// assembly/mm/frames.ts: the frame allocator against a model.
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { instantiate, type Unit } from '../../../support/assembly.ts';

const PAGE = 4096;
let unit: Unit;
beforeEach(async () => {
  unit = await instantiate('mm/frames.ts');
  unit.exports['initialiseFrames']!();
});

describe('the frame allocator', () => {
  test('hands out every frame between the statics and the image once', () => {
    const frames = unit.exports;
    const free = frames['freeFrames']!();
    expect(free).toBeGreaterThan(200);
    const seen = new Set<number>();
    for (let at = frames['takeFrames']!(1); at !== 0; at = frames['takeFrames']!(1)) {
      expect(at % PAGE === 0 && at >= 0x101000 && at + PAGE <= 0x200000).toBe(true);
      seen.add(at);
    }
    expect(seen.size).toBe(free);
    expect(frames['freeFrames']!()).toBe(0);
  });

  test('never lets two owners share a frame, and finds every run that exists', () => {
    const step = fc.record({ take: fc.boolean(), frames: fc.integer({ min: 1, max: 40 }), which: fc.nat() });
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const frames = unit.exports;
      frames['initialiseFrames']!();
      const total = frames['freeFrames']!();
      const owned: [at: number, count: number][] = [];
      const isOwned = (page: number): boolean => owned.some(([at, n]) => page >= at && page < at + n * PAGE);
      for (const s of steps) {
        if (s.take) {
          const at = frames['takeFrames']!(s.frames);
          if (at === 0) {
            let run = 0;
            for (let page = 0x200000 - total * PAGE; page < 0x200000; page += PAGE) {
              run = isOwned(page) ? 0 : run + 1;
              expect(run).toBeLessThan(s.frames);
            }
            continue;
          }
          for (let i = 0; i < s.frames; i++) expect(isOwned(at + i * PAGE)).toBe(false);
          owned.push([at, s.frames]);
        } else if (owned.length > 0) {
          const [at, count] = owned.splice(s.which % owned.length, 1)[0]!;
          frames['giveFrames']!(at, count);
        }
        expect(frames['freeFrames']!()).toBe(total - owned.reduce((sum, [, n]) => sum + n, 0));
      }
    }), { seed: 1, numRuns: 60 });
  });

  test('zeroes what it hands out', () => {
    const at = unit.exports['takeFrames']!(2);
    unit.bytes.fill(0xff, at, at + 2 * PAGE);
    unit.exports['giveFrames']!(at, 2);
    const again = unit.exports['takeFrames']!(2);
    expect(again).toBe(at);
    expect(unit.bytes.subarray(again, again + 2 * PAGE).every((byte) => byte === 0)).toBe(true);
  });

  test('panics when a frame is given back twice, or was never taken', () => {
    const frames = unit.exports;
    const at = frames['takeFrames']!(1);
    frames['giveFrames']!(at, 1);
    expect(() => frames['giveFrames']!(at, 1)).toThrow('kernel panic');
    for (const wrong of [0, 0x101000 - PAGE, 0x200000, at + 1]) expect(() => frames['giveFrames']!(wrong, 1)).toThrow('kernel panic');
  });

  test('panics when it is used after boot', () => {
    const frames = unit.exports;
    const at = frames['takeFrames']!(1);
    frames['lockFrames']!();
    expect(() => frames['takeFrames']!(1)).toThrow('kernel panic');
    expect(() => frames['giveFrames']!(at, 1)).toThrow('kernel panic');
  });
});

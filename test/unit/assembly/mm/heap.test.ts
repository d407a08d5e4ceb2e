// assembly/mm/heap.ts: the boot-time heap and its lock.
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { instantiate, type Unit } from '../../../support/assembly.ts';

let unit: Unit;
beforeEach(async () => {
  unit = await instantiate(['mm/frames.ts', 'mm/heap.ts', 'mm/pool.ts']);
  unit.exports['initialiseFrames']!();
});

describe('the boot-time heap', () => {
  test('hands out zeroed, aligned memory that nobody else has', () => {
    const owned: [at: number, end: number][] = [];
    const request = fc.tuple(fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 0, max: 12 }));
    for (const [bytes, bits] of fc.sample(request, { seed: 1, numRuns: 40 })) {
      const at = unit.exports['takeMemory']!(bytes, 1 << bits);
      expect(at % (1 << bits)).toBe(0);
      expect(unit.bytes.subarray(at, at + bytes).every((byte) => byte === 0)).toBe(true);
      for (const [start, end] of owned) expect(at >= end || at + bytes <= start).toBe(true);
      unit.bytes.fill(0xff, at, at + bytes);
      owned.push([at, at + bytes]);
    }
  });

  test('panics when it is used up', () => {
    expect(() => { for (;;) unit.exports['takeMemory']!(65536, 4096); }).toThrow('the kernel\'s memory is used up');
  });

  test('panics when it is used after it was locked, and so do the frames under it', () => {
    unit.exports['takeMemory']!(8, 8);
    unit.exports['lockHeap']!();
    expect(() => unit.exports['takeMemory']!(8, 8)).toThrow('the heap is locked after boot');
  });

  test('gives pools their memory; a pool works on after the lock', () => {
    const pool = unit.exports['makePool']!(24, 3);
    unit.exports['lockHeap']!();
    const taken = [1, 2, 3].map(() => unit.exports['poolTake']!(pool));
    expect(new Set(taken).size).toBe(3);
    expect(unit.exports['poolTake']!(pool)).toBe(0);
    unit.exports['poolGive']!(pool, taken[1]!);
    expect(unit.exports['poolTake']!(pool)).toBe(taken[1]);
  });
});

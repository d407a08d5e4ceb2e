// assembly/mm/memory-map.ts: RAM from any list of ranges, against a page-by-page model.
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { instantiate, type Exports } from '../../../support/assembly.ts';

let map: Exports;
beforeEach(async () => {
  map = (await instantiate('mm/memory-map.ts')).exports;
});

type Range = [start: bigint, length: bigint, usable: boolean];
const PAGE = 4096n;

function resolve(ranges: readonly Range[]): { ok: boolean; result: [bigint, bigint][] } {
  map['clearMap']!();
  for (const [start, length, usable] of ranges) map[usable ? 'addUsable' : 'addReserved']!(start, length);
  const ok = map['resolveMap']!() === 1;
  const result: [bigint, bigint][] = [];
  for (let i = 0; i < map['usableRanges']!(); i++) result.push([map['usableStart']!(i), map['usableEnd']!(i)]);
  return { ok, result };
}

describe('the memory map', () => {
  test('merges ranges that overlap or touch', () => {
    const { result } = resolve([[0x3000n, 0x1000n, true], [0x1000n, 0x2000n, true], [0x3800n, 0x1800n, true]]);
    expect(result).toEqual([[0x1000n, 0x5000n]]);
  });

  test('lets a reserved range win, whichever came first', () => {
    const hole: Range = [0x2000n, 0x1000n, false];
    const ram: Range = [0x1000n, 0x3000n, true];
    for (const order of [[hole, ram], [ram, hole]]) {
      expect(resolve(order).result).toEqual([[0x1000n, 0x2000n], [0x3000n, 0x4000n]]);
    }
  });

  test('shrinks RAM to pages and grows reservations to pages', () => {
    expect(resolve([[0x1001n, 0x3000n, true]]).result).toEqual([[0x2000n, 0x4000n]]);
    expect(resolve([[0x1000n, 0x4000n, true], [0x2fffn, 2n, false]]).result).toEqual([[0x1000n, 0x2000n], [0x4000n, 0x5000n]]);
  });

  test('survives lengths that pass the end of memory', () => {
    expect(resolve([[0x1000n, 0xffff_ffff_ffff_ffffn, true]]).result).toEqual([[0x1000n, 1n << 52n]]);
    expect(resolve([[0x1000n, 0x1000n, true], [0n, 0xffff_ffff_ffff_ffffn, false]]).result).toEqual([]);
    expect(resolve([[0xffff_ffff_ffff_f000n, 0x2000n, true]]).result).toEqual([]);
  });

  test('says so when it has more ranges than it can hold', () => {
    const many: Range[] = Array.from({ length: 193 }, (_, i) => [BigInt(i) * 0x2000n, 0x1000n, true]);
    expect(resolve(many).ok).toBe(false);
    expect(resolve(many.slice(0, 192)).ok).toBe(true);
    expect(resolve(many.map(([start, length]) => [start, length, false])).ok).toBe(false);
  });

  test('has exactly the pages that are usable and not reserved, sorted and merged', () => {
    const range = fc.tuple(fc.bigInt(0n, 40n * PAGE), fc.bigInt(0n, 12n * PAGE), fc.boolean());
    fc.assert(fc.property(fc.array(range, { maxLength: 20 }), (ranges) => {
      const { ok, result } = resolve(ranges);
      expect(ok).toBe(true);
      for (let page = 0n; page < 60n; page++) {
        const start = page * PAGE;
        const end = start + PAGE;
        // RAM counts by whole pages of each merged run of pages, so byte by byte is not the rule.
        const usable = ranges.some(([s, n, u]) => u && ceil(s) <= start && end <= floor(s + n));
        const reserved = ranges.some(([s, n, u]) => !u && n > 0n && s < end && start < s + n);
        expect(result.some(([s, e]) => s <= start && end <= e), `page ${page}`).toBe(usable && !reserved);
        expect(map['isUsable']!(start, end)).toBe(usable && !reserved ? 1 : 0);
      }
      for (let i = 1; i < result.length; i++) expect(result[i]![0]).toBeGreaterThan(result[i - 1]![1]);
    }), { seed: 1, numRuns: 300 });
  });

  test('holds its invariants for ranges anywhere in 64 bits', () => {
    const word = fc.bigInt(0n, 0xffff_ffff_ffff_ffffn);
    fc.assert(fc.property(fc.array(fc.tuple(word, word, fc.boolean()), { maxLength: 60 }), (ranges) => {
      const { result } = resolve(ranges);
      for (const [i, [start, end]] of result.entries()) {
        expect(start < end && end <= 1n << 52n && start % PAGE === 0n && end % PAGE === 0n).toBe(true);
        if (i > 0) expect(start).toBeGreaterThan(result[i - 1]![1]);
        for (const [s, n, usable] of ranges) if (!usable && n > 0n) expect(s >= end || s + n <= start).toBe(true);
      }
    }), { seed: 2, numRuns: 200 });
  });
});

function ceil(value: bigint): bigint {
  return (value + PAGE - 1n) / PAGE * PAGE;
}

function floor(value: bigint): bigint {
  return value / PAGE * PAGE;
}

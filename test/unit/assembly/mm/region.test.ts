// assembly/mm/region.ts: the application's part of the memory map.
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { instantiate, type Exports } from '../../../support/assembly.ts';

const KIB = 1024n;
const MIB = 1024n * KIB;
const GIB = 1024n * MIB;
const IMAGE_END = 2n * MIB + 192n * KIB;
let mm: Exports;
beforeAll(async () => {
  mm = (await instantiate(['mm/memory-map.ts', 'mm/region.ts'])).exports;
});

function choose(ranges: readonly (readonly [bigint, bigint])[]): [base: bigint, bytes: bigint] {
  mm['clearMap']!();
  for (const [start, end] of ranges) mm['addUsable']!(start, end - start);
  mm['resolveMap']!();
  mm['chooseRegion']!(IMAGE_END);
  return [mm['regionBase']!(), mm['regionBytes']!()];
}

describe('the application\'s region', () => {
  test('begins at the first large page after the image', () => {
    expect(choose([[MIB, 64n * MIB]])).toEqual([4n * MIB, 60n * MIB]);
  });

  test('begins right after the image where there is no room for a large page', () => {
    expect(choose([[MIB, 4n * MIB]])).toEqual([IMAGE_END, 4n * MIB - IMAGE_END]);
    expect(choose([[MIB, 5n * MIB]])).toEqual([IMAGE_END, 2n * MIB]);
  });

  test('lies above 4 GiB if there is more', () => {
    expect(choose([[MIB, 3n * GIB], [4n * GIB, 8n * GIB]])).toEqual([4n * GIB, 4n * GIB]);
    expect(choose([[MIB, 3n * GIB], [4n * GIB, 5n * GIB]])).toEqual([4n * MIB, 3n * GIB - 4n * MIB]);
  });

  test('is never longer than a WebAssembly memory can be', () => {
    expect(choose([[MIB, 3n * GIB], [4n * GIB, 100n * GIB]])).toEqual([4n * GIB, 4n * GIB]);
  });

  test('is empty when there is no RAM after the image', () => {
    expect(choose([])).toEqual([0n, 0n]);
    expect(choose([[0n, IMAGE_END]])).toEqual([0n, 0n]);
  });

  test('always lies in RAM, after the image, aligned by its length', () => {
    const point = fc.bigInt(0n, 16n * MIB / 4096n).map((page) => page * 4096n);
    fc.assert(fc.property(fc.array(fc.tuple(point, point), { maxLength: 8 }), (pairs) => {
      const ranges = pairs.map(([a, b]) => (a < b ? [a, b] as const : [b, a] as const));
      const [base, bytes] = choose(ranges);
      if (bytes === 0n) {
        for (const [, end] of ranges.filter(([start, end]) => start < end)) expect(end).toBeLessThanOrEqual(IMAGE_END);
        return;
      }
      expect(base).toBeGreaterThanOrEqual(IMAGE_END);
      expect(mm['isUsable']!(base, base + bytes)).toBe(1);
      expect(base % (2n * MIB) === 0n || bytes <= 2n * MIB).toBe(true);
    }), { seed: 1, numRuns: 300 });
  });
});

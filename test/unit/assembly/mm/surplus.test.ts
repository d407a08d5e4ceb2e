import { describe, expect, test } from 'vitest';
import { instantiate, type Unit } from '../../../support/assembly.ts';

const MIB = 0x100000;
const [SMALL, LARGE] = [0x10000, 0x200000];

interface Taken { at: number; bytes: number; flags: number[] }

/** A machine whose RAM is `ranges`, MiB each, with an application of `own` MiB; what takeSurplus then gives, until there is none. */
async function takeAll(ranges: [number, number][], own: number, { refuse = () => false }: { refuse?: (at: number, flags: number) => boolean } = {}): Promise<{ taken: Taken[]; unit: Unit }> {
  let [base, limit] = [0, 0];
  let flags: number[] = [];
  const unit = await instantiate(['mm/surplus.ts', 'mm/memory-map.ts', 'mm/region.ts'], {
    image: { end: () => 3 * MIB },
    vm: {
      growable: () => BigInt(limit - own * MIB),
      takeTop: (bytes: number) => BigInt(base + (limit -= bytes)),
      map: (at: number, _bytes: number, wanted: number) => {
        flags.push(wanted);
        return refuse(at >>> 0, wanted) ? -1 : 0;
      },
    },
  });
  const call = unit.exports;
  call['clearMap']!();
  for (const [start, end] of ranges) call['addUsable']!(BigInt(start) * BigInt(MIB), BigInt(end - start) * BigInt(MIB));
  call['chooseRegion']!(BigInt(3 * MIB));
  [base, limit] = [Number(call['regionBase']!<bigint>()), Number(call['regionBytes']!<bigint>())];
  call['resetSurplus']!();
  const taken: Taken[] = [];
  for (;;) {
    flags = [];
    const at = call['takeSurplus']!() >>> 0;
    if (at === 0) return { taken, unit };
    taken.push({ at, bytes: call['takenBytes']!(), flags });
  }
}

describe('memory for files', () => {
  test('comes from the region\'s top: a little first, then whole large pages, then what is left, and all of it', async () => {
    const { taken, unit } = await takeAll([[1, 16]], 5);
    expect(taken.slice(0, 33).map(({ at, bytes }) => [at, bytes])).toEqual([
      ...Array.from({ length: 32 }, (_, i) => [16 * MIB - (i + 1) * SMALL, SMALL]), [12 * MIB, LARGE],
    ]);
    expect(taken[0]!.flags).toEqual([3]);
    expect(taken[32]!.flags).toEqual([11]);
    // The region begins at 4 MiB, and 5 MiB of it are the application's.
    expect(taken.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(7 * MIB);
    expect(taken.at(-1).at).toBe(9 * MIB);
    expect(unit.exports['surplusBytes']!<bigint>()).toBe(0n);
  });

  test('never comes twice, nor crosses a large page', async () => {
    const { taken } = await takeAll([[1, 23]], 3);
    taken.forEach(({ at, bytes }, i) => {
      expect(at + bytes).toBe(i === 0 ? 23 * MIB : taken[i - 1]!.at);
      expect(Math.floor(at / LARGE)).toBe(Math.floor((at + bytes - 1) / LARGE));
    });
  });

  test('is mapped page by page where a large page is refused, and is none where that is refused too', async () => {
    const { taken } = await takeAll([[1, 16]], 5, { refuse: (_, flags) => flags === 11 });
    expect(taken[32]!.flags).toEqual([11, 3]);
    expect((await takeAll([[1, 16]], 5, { refuse: () => true })).taken).toEqual([]);
  });

  test('comes from another run of RAM where the region lies above 4 GiB, behind the image', async () => {
    const { taken } = await takeAll([[1, 3072], [4096, 9000]], 100);
    expect(taken[0]!.at).toBe(3072 * MIB - SMALL);
    expect(taken.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(3069 * MIB);
    expect(Math.min(...taken.map(({ at }) => at))).toBe(3 * MIB);
  });
});

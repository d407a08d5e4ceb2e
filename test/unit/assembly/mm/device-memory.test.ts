import { describe, expect, test } from 'vitest';
import { instantiate } from '../../../support/assembly.ts';

const MIB = 0x100000n;

async function machine(...ram: [start: bigint, bytes: bigint][]) {
  const mapped: [number, number, number][] = [];
  const unit = await instantiate(['mm/device-memory.ts', 'mm/memory-map.ts', 'mm/frames.ts'], {
    vm: { map: (at: number, bytes: number, flags: number) => (mapped.push([at, bytes, flags]), 0) },
  });
  const { exports } = unit;
  exports['initialiseFrames']!();
  exports['clearMap']!();
  for (const [start, bytes] of ram) exports['addUsable']!(start, bytes);
  const memory = exports['memory'] as unknown as WebAssembly.Memory;
  memory.grow(256);
  const reserve = (after: bigint, bytes: number): boolean => exports['reserveDeviceMemory']!(after, bytes) === 1;
  const take = (bytes: number, alignment: number): number => exports['takeDeviceMemory']!(bytes, alignment);
  return { exports, mapped, reserve, take };
}

describe('device memory', () => {
  test('that is little comes from the frame pool', async () => {
    const { exports, mapped, reserve, take } = await machine([MIB, 3n * MIB]);
    const before = exports['freeFrames']!();
    expect(reserve(2n * MIB, 10000)).toBe(true);
    expect(exports['freeFrames']!()).toBe(before - 3);
    expect(take(100, 16)).toBeLessThan(0x200000);
    expect(mapped).toEqual([]);
  });

  test('that is more is a run of 2 MiB blocks, left out of the map of usable memory', async () => {
    const { exports, mapped, reserve, take } = await machine([MIB, 15n * MIB]);
    expect(reserve(0x230000n, 0x200001)).toBe(true);
    expect(exports['usableRanges']!()).toBe(2);
    expect(exports['usableStart']!<bigint>(1)).toBe(8n * MIB);
    expect(mapped).toEqual([]);
    expect(take(64, 16)).toBe(0x400000);
    expect(take(4096, 4096)).toBe(0x401000);
    expect(mapped).toEqual([[0x400000, 0x400000, 11]]);
  });

  test('ends: then there is none', async () => {
    const { reserve, take } = await machine([MIB, 15n * MIB]);
    expect(reserve(0x230000n, 0x200000)).toBe(true);
    expect(take(0x200000, 16)).toBe(0x400000);
    expect(take(1, 1)).toBe(0);
  });

  test('lies below 4 GiB, or is refused', async () => {
    const { reserve, take } = await machine([MIB, 2n * MIB], [4n << 30n, 64n * MIB]);
    expect(reserve(0x230000n, 0x100000)).toBe(false);
    expect(take(16, 16)).toBe(0);
  });
});

import { describe, expect, test } from 'vitest';
import { instantiate } from '../../../support/assembly.ts';

const GIB = 1n << 30n;
const FAR = (2n << 40n) - 16n * GIB;

async function windows() {
  const near: [number, number, number][] = [];
  const far: [bigint, bigint, number][] = [];
  const unit = await instantiate(['mm/device-window.ts', 'mm/memory-map.ts'], {
    vm: {
      map: (at: number, bytes: number, flags: number) => (near.push([at >>> 0, bytes, flags]), 0),
      mapFar: (at: bigint, physical: bigint, bytes: number) => (far.push([at, physical, bytes]), 0),
    },
  });
  unit.exports['clearMap']!();
  unit.exports['addUsable']!(0x100000n, 3n * GIB);
  const map = (physical: bigint, bytes: number): bigint => unit.exports['mapRegisters']!<bigint>(physical, bytes);
  return { near, far, map };
}

describe('mapRegisters', () => {
  test('keeps the address below 4 GiB and maps whole pages', async () => {
    const { near, map } = await windows();
    expect(map(0xfeb00e00n, 0x200)).toBe(0xfeb00e00n);
    expect(near).toEqual([[0xfeb00000, 4096, 7]]);
  });

  test('gives addresses in a window of their own above', async () => {
    const { far, map } = await windows();
    expect(map(0x3f_0000_0010n, 16)).toBe(FAR + 0x10n);
    expect(map(0x3f_0001_0000n, 0x2000)).toBe(FAR + 0x1000n);
    expect(far).toEqual([[FAR, 0x3f_0000_0000n, 4096], [FAR + 0x1000n, 0x3f_0001_0000n, 0x2000]]);
  });

  test('refuses RAM, nothing, what crosses 4 GiB, and more than the window holds', async () => {
    const { near, far, map } = await windows();
    expect(map(0x200000n, 16)).toBe(0n);
    expect(map(0x100000n + 3n * GIB - 1n, 16)).toBe(0n);
    expect(map(0n, 16)).toBe(0n);
    expect(map(0xfeb00000n, 0)).toBe(0n);
    expect(map(0xfffff800n, 0x1000)).toBe(0n);
    expect(map(1n << 46n, 16)).toBe(0n);
    expect(map(0x3f_0000_0000n, 0x400001)).toBe(0n);
    expect([near, far]).toEqual([[], []]);
  });
});

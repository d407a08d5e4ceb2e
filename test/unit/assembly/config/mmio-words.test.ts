import { describe, expect, test } from 'vitest';
import { instantiate, put, SCRATCH } from '../../../support/assembly.ts';

async function words(...texts: string[]) {
  const unit = await instantiate('config/mmio-words.ts');
  const results = texts.map((text) => unit.exports['addMmioWord']!(SCRATCH, put(unit, SCRATCH, text)) === 1);
  const found = Array.from({ length: unit.exports['mmioWords']!() }, (_, i) =>
    [unit.exports['mmioWordBase']!<bigint>(i), unit.exports['mmioWordLine']!(i)]);
  return { results, found };
}

describe('virtio_mmio.device=', () => {
  test('is understood as QEMU and Firecracker write it, with and without an id', async () => {
    const { results, found } = await words('512@0xfeb00e00:12', '4K@0xc0001000:5', '0x200@1024:7:3', '1m@0xD0000000:6');
    expect(results).toEqual([true, true, true, true]);
    expect(found).toEqual([[0xfeb00e00n, 12], [0xc0001000n, 5], [1024n, 7], [0xd0000000n, 6]]);
  });

  test('that makes no sense is refused', async () => {
    const wrong = ['', '@', '512', '512@', '512@0x1000', '512@:5', '512@0x1000:', '512@0x1000:256', '512@0xg000:5', 'x@0x1000:5', 'k@0x1000:5', '512@0x:5', '512@0x1000:5x'];
    const { results, found } = await words(...wrong);
    expect(results).toEqual(wrong.map(() => false));
    expect(found).toEqual([]);
  });

  test('is refused where there are more than 64', async () => {
    const { results } = await words(...Array.from({ length: 65 }, (_, i) => `512@0x${(0x1000 * (i + 1)).toString(16)}:5`));
    expect(results.indexOf(false)).toBe(64);
  });
});

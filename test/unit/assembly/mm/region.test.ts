import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantiate } from '../../../support/assembly.ts';

// mm/region.ts reads the map of its own instance, so the map is filled through the kernel's boot in test/sim; here the
// two files are one program.
const { exports: region } = await instantiate('mm/region.ts');

test('an empty map has no region', () => {
  region['chooseRegion'](0x230000n);
  expect(region['regionBytes']()).toBe(0n);
  fc.assert(fc.property(fc.bigInt(0n, 1n << 52n), (after) => {
    region['chooseRegion'](after);
    expect(region['regionBytes']()).toBe(0n);
  }), { seed: 1, numRuns: 20 });
});

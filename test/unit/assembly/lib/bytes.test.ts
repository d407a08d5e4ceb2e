// assembly/lib/bytes.ts: comparing and measuring bytes.
import { expect, test } from 'vitest';
import { instantiate, put, SCRATCH } from '../../../support/assembly.ts';

// Texts to compare with are literals of the kernel, so those two functions are tested through config/configuration.ts.
const unit = await instantiate('lib/bytes.ts');
const bytes = unit.exports;

test('equals compares whole runs', () => {
  put(unit, SCRATCH, 'abcabd');
  expect(bytes['equals']!(SCRATCH, SCRATCH + 3, 2)).toBe(1);
  expect(bytes['equals']!(SCRATCH, SCRATCH + 3, 3)).toBe(0);
  expect(bytes['equals']!(SCRATCH, SCRATCH + 3, 0)).toBe(1);
});

test('distanceTo counts up to the byte, or to the limit', () => {
  put(unit, SCRATCH, 'key=value\0');
  expect(bytes['distanceTo']!(0x3d, SCRATCH, 9)).toBe(3);
  expect(bytes['distanceTo']!(0, SCRATCH, 100)).toBe(9);
  expect(bytes['distanceTo']!(0x3d, SCRATCH, 3)).toBe(3);
  expect(bytes['distanceTo']!(0x3d, SCRATCH, 0)).toBe(0);
});

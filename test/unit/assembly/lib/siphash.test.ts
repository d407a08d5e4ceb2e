// assembly/lib/siphash.ts: the hash against the vectors of its paper.
import { expect, test } from 'vitest';
import { instantiate, SCRATCH } from '../../../support/assembly.ts';

const unit = await instantiate('lib/siphash.ts');
const KEY = SCRATCH;
const INPUT = SCRATCH + 16;

/** The vectors' key and input are the bytes 0, 1, 2, … */
function hash(words: number): bigint {
  for (let i = 0; i < 16; i++) unit.bytes[KEY + i] = i;
  for (let i = 0; i < 64; i++) unit.bytes[INPUT + i] = i;
  return BigInt.asUintN(64, unit.exports['sipHash']!<bigint>(KEY, INPUT, words));
}

test('gives the values of the reference implementation for inputs of 0, 8, 16 and 56 bytes', () => {
  expect([0, 1, 2, 7].map((words) => hash(words).toString(16))).toEqual([
    '726fdb47dd0e0e31', '93f5f5799a932462', '3f2acc7f57c29bdb', 'b78dbfaf3a8d83bd',
  ]);
});

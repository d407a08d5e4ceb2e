// assembly/console/framing.ts: standard input with an end, on a line that has none.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantiate } from '../../../support/assembly.ts';

const { exports: framing } = await instantiate('console/framing.ts');
const [NOTHING, END] = [0x100, 0x101];
const decode = (bytes: readonly number[]): number[] =>
  bytes.map((byte) => framing['decodeFrame']!(byte)).filter((answer) => answer !== NOTHING);

test('what was framed comes out as it went in, and ends once', () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.constantFrom(0x10, 0x04), fc.integer({ min: 0, max: 255 }))), (bytes) => {
    const framed = [...bytes.flatMap((byte) => (byte === 0x10 ? [0x10, 0x10] : [byte])), 0x10, 0x04];
    expect(decode(framed)).toEqual([...bytes, END]);
  }), { seed: 1 });
});

test('an escape before any other byte is dropped', () => {
  expect(decode([0x10, 0x41, 0x42])).toEqual([0x41, 0x42]);
});

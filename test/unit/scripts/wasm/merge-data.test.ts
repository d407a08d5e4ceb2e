import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeData } from '../../../../scripts/wasm/merge-data.ts';
import { compileWat } from '../../../support/wat.ts';

async function memoryOf(wasm: Uint8Array): Promise<Uint8Array> {
  const { instance } = await WebAssembly.instantiate(wasm as Uint8Array<ArrayBuffer>);
  return new Uint8Array((instance.exports['m'] as WebAssembly.Memory).buffer);
}

const module = async (segments: readonly { at: number; text: string }[]): Promise<Uint8Array> =>
  compileWat(`(module (memory (export "m") 2) ${segments.map(({ at, text }) => `(data (i32.const ${at}) "${text}")`).join(' ')})`);

test('memory is the same, whatever the segments', async () => {
  const piece = fc.record({ gap: fc.oneof(fc.nat(20), fc.nat(9000)), text: fc.stringMatching(/^[a-z]{0,40}$/) });
  await fc.assert(fc.asyncProperty(fc.array(piece, { maxLength: 10 }), async (pieces) => {
    let at = 0;
    const wasm = await module(pieces.map(({ gap, text }) => {
      const segment = { at: at + gap, text };
      at += gap + text.length;
      return segment;
    }));
    expect(Buffer.compare(await memoryOf(mergeData(wasm)), await memoryOf(wasm))).toBe(0);
  }), { numRuns: 60 });
});

test('segments close together become one, others stay', async () => {
  const wasm = await module([{ at: 8, text: 'abc' }, { at: 20, text: 'def' }, { at: 70000, text: 'ghi' }]);
  expect(Buffer.from(mergeData(wasm)).includes('abc\0\0\0\0\0\0\0\0\0def')).toBe(true);
  expect(mergeData(wasm).length).toBeLessThan(wasm.length + 9);
});

test('a module with overlapping or passive segments stays as it is', async () => {
  const overlapping = await module([{ at: 8, text: 'abcdef' }, { at: 9, text: 'x' }]);
  expect(mergeData(overlapping)).toBe(overlapping);
  const passive = await compileWat('(module (memory 1) (data "abc"))');
  expect(mergeData(passive)).toBe(passive);
});

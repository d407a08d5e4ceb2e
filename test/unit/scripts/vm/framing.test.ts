import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { END_OF_INPUT, escapeInput } from '../../../../scripts/vm/framing.ts';

/** The guest's side, by the contract. */
function decode(bytes: Uint8Array): { input: number[]; ended: boolean } {
  const input: number[] = [];
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== 0x10) input.push(bytes[i]!);
    else if (bytes[++i] === 0x10) input.push(0x10);
    else if (bytes[i] === 0x04) return { input, ended: true };
  }
  return { input, ended: false };
}

describe('framing', () => {
  it('any bytes in any pieces come back, and then the end', () => {
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), (pieces) => {
      const sent = Buffer.concat([...pieces.map(escapeInput), END_OF_INPUT]);
      expect(decode(sent)).toEqual({ input: pieces.flatMap((piece) => [...piece]), ended: true });
    }));
  });

  it('input that looks like the end is not the end', () => {
    expect(decode(escapeInput(END_OF_INPUT))).toEqual({ input: [0x10, 0x04], ended: false });
  });
});

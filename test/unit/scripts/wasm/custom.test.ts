import { describe, expect, it } from 'vitest';
import { Cursor } from '../../../../scripts/wasm/cursor.ts';
import { readFunctionNames, readProducers } from '../../../../scripts/wasm/custom.ts';

const text = (value: string): number[] => [value.length, ...Buffer.from(value)];

describe('custom', () => {
  it('reads function names and skips the other kinds', () => {
    const names = [0, 3, ...text('ab'), 1, 7, 2, 0, ...text('f'), 5, ...text('g'), 2, 1, 0];
    expect([...readFunctionNames(new Cursor(Uint8Array.from(names)))]).toEqual([[0, 'f'], [5, 'g']]);
  });

  it('reads producers', () => {
    const producers = [2, ...text('language'), 1, ...text('C11'), ...text(''), ...text('processed-by'), 1, ...text('clang'), ...text('18.1')];
    expect(readProducers(new Cursor(Uint8Array.from(producers)))).toEqual(['language C11', 'processed-by clang 18.1']);
  });
});

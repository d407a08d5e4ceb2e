import { describe, expect, it } from 'vitest';
import { formatSignature, sameSignature } from '../../../../scripts/wasm/signature.ts';

describe('signature', () => {
  it.each([
    [{ params: [], results: [] }, '() -> ()'],
    [{ params: ['i32', 'i64'], results: ['i32'] }, '(i32, i64) -> i32'],
    [{ params: [], results: ['f32', 'f64'] }, '() -> (f32, f64)'],
  ] as const)('%j is %s', (signature, text) => {
    expect(formatSignature({ params: [...signature.params], results: [...signature.results] })).toBe(text);
  });

  it('tells parameters from results', () => {
    expect(sameSignature({ params: ['i32'], results: [] }, { params: [], results: ['i32'] })).toBe(false);
    expect(sameSignature({ params: ['i32'], results: [] }, { params: ['i32'], results: [] })).toBe(true);
  });
});

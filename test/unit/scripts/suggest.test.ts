import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from '../../../scripts/suggest.ts';

describe('suggest', () => {
  it('counts insertions, deletions, replacements and swaps of neighbours', () => {
    expect(editDistance('fd_write', 'fd_write')).toBe(0);
    expect(editDistance('fd_wriet', 'fd_write')).toBe(1);
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });

  it('is 0 only for equal words, the same both ways, and at most the longer length', () => {
    fc.assert(fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      const distance = editDistance(a, b);
      expect(distance).toBe(editDistance(b, a));
      expect(distance === 0).toBe(a === b);
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
    }));
  });

  it('names the nearest, and nothing when all are far', () => {
    expect(nearest('fd_wirte', ['fd_read', 'fd_write'])).toBe('fd_write');
    expect(nearest('something', ['fd_read', 'fd_write'])).toBeUndefined();
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cursor } from '../../../../scripts/wasm/cursor.ts';

function leb(value: number): number[] {
  const bytes: number[] = [];
  do {
    const low = value % 128;
    value = Math.floor(value / 128);
    bytes.push(value > 0 ? low + 128 : low);
  } while (value > 0);
  return bytes;
}

describe('cursor', () => {
  it('reads any LEB128 number', () => {
    fc.assert(fc.property(fc.maxSafeNat(), (value) => {
      const cursor = new Cursor(Uint8Array.from(leb(value)));
      expect(cursor.unsigned()).toBe(value);
      expect(cursor.atEnd).toBe(true);
    }));
  });

  it('refuses what is too long, cut short or not UTF-8', () => {
    expect(() => new Cursor(new Uint8Array(11).fill(0x80)).unsigned()).toThrow(/too long/);
    expect(() => new Cursor(Uint8Array.of(0x80)).unsigned()).toThrow(/ends in the middle/);
    expect(() => new Cursor(Uint8Array.of(5, 65)).name()).toThrow(/4 bytes too early/);
    expect(() => new Cursor(Uint8Array.of(1, 0xff)).name()).toThrow(/UTF-8/);
  });

  it('a range ends where it ends', () => {
    const cursor = new Cursor(Uint8Array.of(1, 2, 3));
    const part = cursor.range(1);
    expect([part.byte(), part.atEnd, cursor.byte()]).toEqual([1, true, 2]);
    expect(() => part.byte()).toThrow();
  });
});

import { describe, expect, it } from 'vitest';
import { FURTHER_BYTES, initialPages, maximumPages, memoryTables } from '../../../../scripts/wasm/memories.ts';

const page = { pageSize: 65536 };

describe('memories', () => {
  it('the first memory needs no page tables of the pool', () => {
    expect(memoryTables([])).toBe(0);
    expect(memoryTables([{ ...page, initial: 65536 }])).toBe(0);
  });

  it('a further one has a table for each 2 MiB that it may have, a directory, and a pointer table for 32 of them', () => {
    expect(memoryTables([{ ...page, initial: 1 }, { ...page, initial: 1, maximum: 1 }])).toBe(1 + 1 + 1);
    expect(memoryTables([{ ...page, initial: 1 }, { ...page, initial: 33, maximum: 64 }])).toBe(2 + 1 + 1);
    expect(memoryTables([{ ...page, initial: 1 }, { ...page, initial: 1 }])).toBe(FURTHER_BYTES / 2 ** 21 + 1 + 1);
    expect(memoryTables(Array.from({ length: 34 }, () => ({ ...page, initial: 1, maximum: 1 })))).toBe(33 * 2 + 2);
  });

  it('one that begins larger than the limit has tables for what it begins with', () => {
    expect(memoryTables([{ ...page, initial: 1 }, { ...page, initial: 65536 }])).toBe(2048 + 4 + 1);
  });

  it('pages of any size are counted as 64 KiB', () => {
    expect(initialPages([{ ...page, initial: 2 }, { pageSize: 1, initial: 65537 }])).toBe(4);
    expect(maximumPages([{ ...page, maximum: 3 }, { pageSize: 1, maximum: 10 }])).toBe(4);
    expect(maximumPages([{ ...page }])).toBe(65536);
    expect(maximumPages([])).toBe(0);
  });
});

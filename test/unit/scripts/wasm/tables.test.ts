import { describe, expect, it } from 'vitest';
import { tableBytes } from '../../../../scripts/wasm/tables.ts';

describe('tables', () => {
  it('a table of a fixed size takes that, one that may grow takes twice as much and 1024', () => {
    expect(tableBytes({ tables: [{ element: 'funcref', initial: 10, maximum: 10 }] })).toBe(320);
    expect(tableBytes({ tables: [{ element: 'funcref', initial: 10 }] })).toBe((20 + 1024) * 32);
    expect(tableBytes({ tables: [{ element: 'externref', initial: 1, maximum: 2 }] })).toBe(16);
    expect(tableBytes({ tables: [] })).toBe(0);
  });
});

import { expect, test } from 'vitest';
import { instantiate } from '../../../support/assembly.ts';

test('without frames the heap has no memory: that is a panic', async () => {
  const { exports: heap } = await instantiate('mm/heap.ts');
  expect(() => heap['takeMemory'](8, 8)).toThrow('kernel panic');
});

test('a locked heap gives no memory', async () => {
  const { exports: heap } = await instantiate('mm/heap.ts');
  heap['lockHeap']();
  expect(() => heap['takeMemory'](8, 8)).toThrow('kernel panic');
});

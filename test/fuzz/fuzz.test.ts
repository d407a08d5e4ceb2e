// Some random modules with every test run (ASOLO_FUZZ_MODULES, 200): their seeds never change, so that a
// failure is a change of ours. `npm run fuzz` runs thousands with other seeds. docs/testing.md
import { expect, test } from 'vitest';
import { runBatch } from './batch.ts';

const MODULES = Number(process.env['ASOLO_FUZZ_MODULES'] ?? 200);
const BATCH = 50;
const batches = Array.from({ length: Math.ceil(MODULES / BATCH) }, (_, i) => i);

test.each(batches)('guest and V8 agree on every call of random modules, batch %i', async (batch) => {
  const seeds = Array.from({ length: Math.min(BATCH, MODULES - batch * BATCH) }, (_, i) => `ci-${batch * BATCH + i}`);
  const { differences, calls, left } = await runBatch(seeds, 1 + (batch % 2));
  expect(differences).toEqual([]);
  expect(left.length).toBeLessThan(seeds.length / 2);
  expect(calls).toBeGreaterThan(0);
}, 600_000);

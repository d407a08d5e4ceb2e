// The storm: whole machines whose devices misbehave at random, with a random application on them (support/machine/hostile*).
// Whatever happens, the kernel neither panics nor hangs, no device is pointed to memory that is not for it, the application's
// memory stays its own, nobody is handed bytes of somebody else, and afterwards a device works or has been given up.
import { expect, test } from 'vitest';
import { storm } from '../support/machine/hostile-run.ts';

const RUNS = process.env['ASOLO_LONG'] === '1' ? 100_000 : 1000;
const only = process.env['ASOLO_STORM'];
const [first, count] = only === undefined ? [1, RUNS] : [Number(only), 1];

test(`${count} machines come through the storm`, () => {
  const sum = { worked: 0, failed: 0, strikes: 0, ended: 0 };
  for (let seed = first; seed < first + count; seed++) {
    try {
      const { status, worked, failed, strikes } = storm(seed);
      sum.worked += worked;
      sum.failed += failed;
      sum.strikes += strikes;
      if (status !== 7) sum.ended++;
    } catch (error) {
      throw new Error(`again with: ASOLO_STORM=${seed} npx vitest run test/sim/hostile.test.ts`, { cause: error });
    }
  }
  if (only !== undefined) return;
  // The storm blows, most machines live to see its end, and most of what they have works then.
  expect(sum.strikes).toBeGreaterThan(4 * count);
  expect(sum.ended).toBeLessThan(count / 2);
  expect(sum.worked).toBeGreaterThan(20 * sum.failed);
}, RUNS * 600);

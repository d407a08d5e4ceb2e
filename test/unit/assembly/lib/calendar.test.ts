// assembly/lib/calendar.ts: dates as days.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantiate } from '../../../support/assembly.ts';

const { exports: calendar } = await instantiate('lib/calendar.ts');

test('daysSinceEpoch agrees with the calendar of the host from 1970 to 2999', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 376_000 }), (days) => {
    const date = new Date(days * 86_400_000);
    expect(calendar['daysSinceEpoch']!(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())).toBe(days);
  }), { seed: 1, numRuns: 1000 });
});

// assembly/time/deadlines.ts: the set of moments somebody waits for.
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { instantiate, type Exports } from '../../../support/assembly.ts';

const NEVER = 0xffff_ffff_ffff_ffffn;
let time: Exports;
beforeEach(async () => {
  time = (await instantiate(['mm/frames.ts', 'time/deadlines.ts'])).exports;
  time['initialiseFrames']!();
  time['initialiseDeadlines']!();
});
const earliest = (): bigint => BigInt.asUintN(64, time['earliestDeadline']!());

describe('the set of deadlines', () => {
  test('is empty at first: never', () => {
    expect(earliest()).toBe(NEVER);
  });

  test('knows the earliest one, whatever the order', () => {
    const open: [handle: number, at: bigint][] = [];
    const step = fc.record({ add: fc.boolean(), at: fc.bigInt(0n, NEVER), which: fc.nat() });
    fc.assert(fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      for (const s of steps) {
        if (s.add) {
          const handle = time['addDeadline']!(s.at);
          expect(handle === 0).toBe(open.length === 16);
          if (handle !== 0) open.push([handle, s.at]);
        } else if (open.length > 0) {
          time['removeDeadline']!(open.splice(s.which % open.length, 1)[0]![0]);
        }
        expect(earliest()).toBe(open.reduce((least, [, at]) => (at < least ? at : least), NEVER));
      }
    }), { seed: 1, numRuns: 60 });
  });

  test('panics when one is removed that is not in it', () => {
    const handle = time['addDeadline']!(5n);
    time['removeDeadline']!(handle);
    expect(() => time['removeDeadline']!(handle)).toThrow('no such deadline');
  });
});

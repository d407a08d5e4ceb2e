// assembly/irq/dispatch.ts: from pending vectors to counters, handlers and acknowledgements.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantiate } from '../../../support/assembly.ts';

const EOI = 0xfee000b0n;
const SPURIOUS = 0x5f;

let pending = 0n;
let ends = 0;
const unit = await instantiate('irq/dispatch.ts', {
  cpu: { takePending: () => { const taken = pending; pending = 0n; return taken; } },
  mmio: { read32: () => 0, write32: (address: bigint) => { if (address === EOI) ends++; } },
});
const dispatch = unit.exports;

test('every pending vector is counted once and acknowledged once, a spurious one only counted', () => {
  const counts = new Map<number, number>();
  let unhandled = 0;
  fc.assert(fc.property(fc.bigInt(0n, 0xffff_ffff_ffff_ffffn), (word) => {
    pending = word;
    ends = 0;
    dispatch['dispatchPending']!();
    let expected = 0;
    for (let vector = 32; vector < 96; vector++) {
      if ((word >> BigInt(vector - 32) & 1n) === 1n) {
        counts.set(vector, (counts.get(vector) ?? 0) + 1);
        if (vector !== SPURIOUS) expected++;
      }
      expect(dispatch['timesFired']!(vector)).toBe(counts.get(vector) ?? 0);
    }
    unhandled += expected;
    expect(ends).toBe(expected);
    expect(dispatch['unhandledInterrupts']!()).toBe(unhandled);
    expect(pending).toBe(0n);
  }), { seed: 1, numRuns: 100 });
});

test('a vector outside the pending word is a panic', () => {
  for (const vector of [0, 31, 96, 255]) expect(() => dispatch['timesFired']!(vector)).toThrow('kernel panic');
});

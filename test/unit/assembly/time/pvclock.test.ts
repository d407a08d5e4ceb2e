// assembly/time/pvclock.ts: KVM's clock page, also while it is being written.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantiate, type Unit } from '../../../support/assembly.ts';

const TIME = 0x100040;
const KVM = [[0, 0, 0, 0], [0x40000001, 0x4b4d564b, 0x564b4d56, 0x4d], [8, 0, 0, 0]];

/** The unit with a processor that says it is KVM; `onLoad` sees each load of the page before it happens. */
async function kvm(options: { features?: number; onLoad?: (unit: Unit, count: number) => void } = {}): Promise<Unit> {
  let loads = 0;
  const load = <T>(get: (at: number) => T) => (at: number): T => {
    options.onLoad?.(unit, loads++);
    return get(at);
  };
  const unit = await instantiate('time/pvclock.ts', {
    cpu: {
      identify: (leaf: number, _subleaf: number, register: number) => {
        if (leaf === 1) return register === 2 ? 1 << 31 : 0;
        if (leaf >>> 0 === 0x40000001) return options.features ?? 8;
        return KVM[1]![register];
      },
      enableKvmclock: () => {}, pause: () => {}, cycles: () => 5000n,
    },
    dma: {
      load8: load((at) => unit.view.getUint8(at)), load32: load((at) => unit.view.getUint32(at, true)),
      load64: load((at) => unit.view.getBigUint64(at, true)), fence: () => {},
    },
  });
  return unit;
}

function write(unit: Unit, version: number, timestamp: bigint, system: bigint, multiplier: number, shift: number): void {
  unit.view.setUint32(TIME, version, true);
  unit.view.setBigUint64(TIME + 8, timestamp, true);
  unit.view.setBigUint64(TIME + 16, system, true);
  unit.view.setUint32(TIME + 24, multiplier, true);
  unit.view.setInt8(TIME + 28, shift);
}

describe('kvmclock', () => {
  test('scales as the specification does, in 128 bits', async () => {
    const unit = await kvm();
    const cycles = fc.bigInt(0n, (1n << 60n) - 1n);
    fc.assert(fc.property(cycles, fc.nat(0xffffffff), fc.integer({ min: -31, max: 3 }), (c, multiplier, shift) => {
      const shifted = shift < 0 ? c >> BigInt(-shift) : c << BigInt(shift);
      const expected = BigInt.asUintN(64, (BigInt.asUintN(64, shifted) * BigInt(multiplier)) >> 32n);
      expect(BigInt.asUintN(64, unit.exports['pvclockScale']!(c, multiplier, shift))).toBe(expected);
    }), { seed: 1, numRuns: 500 });
  });

  test('adds what has passed since the timestamp', async () => {
    const unit = await kvm();
    write(unit, 2, 1000n, 700n, 0x80000000, 0);
    expect(unit.exports['enablePvclock']!()).toBe(1);
    expect(unit.exports['pvclockNanoseconds']!()).toBe(700n + 2000n);
    expect(unit.exports['pvclockHz']!()).toBe(2_000_000_000n);
  });

  test('a timestamp ahead of the TSC does not make time jump', async () => {
    const unit = await kvm();
    write(unit, 2, 6000n, 700n, 0x80000000, 0);
    unit.exports['enablePvclock']!();
    expect(unit.exports['pvclockNanoseconds']!()).toBe(700n);
  });

  test('reads again while the hypervisor writes', async () => {
    const unit = await kvm({
      onLoad: (u, count) => {
        // In the middle of the first reading an update begins, and in the middle of the third it ends.
        if (count === 2) write(u, 3, 9999n, 1n, 1, 9);
        if (count === 14) write(u, 4, 1000n, 5000n, 0x80000000, 0);
      },
    });
    write(unit, 2, 1000n, 700n, 0x80000000, 0);
    expect(unit.exports['enablePvclock']!()).toBe(1);
    expect(unit.exports['pvclockNanoseconds']!()).toBe(7000n);
  });

  test('an empty page, one that never settles, or no such feature mean that there is no clock', async () => {
    const empty = await kvm();
    expect(empty.exports['enablePvclock']!()).toBe(0);
    const restless = await kvm({ onLoad: (u, count) => write(u, count * 2 + 1, 0n, 0n, 1, 0) });
    expect(restless.exports['enablePvclock']!()).toBe(0);
    const other = await kvm({ features: 0 });
    expect(other.exports['enablePvclock']!()).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { Estimate, OPTIMIZE_LESS_ABOVE, compilerMemory, compilersAtOnce, formatLeft, optimizeLevel } from '../../../../scripts/steps/plan.ts';

const MIB = 1024 * 1024;

describe('the level of optimisation', () => {
  it('is 2, and 1 for a very large module, which is said', () => {
    expect(optimizeLevel(undefined, OPTIMIZE_LESS_ABOVE)).toEqual({ optimize: 2 });
    const large = optimizeLevel(undefined, OPTIMIZE_LESS_ABOVE + 1);
    expect(large.optimize).toBe(1);
    expect(large.notice).toMatch(/large module \(6\.0 MiB of code\).*-O 1/);
  });

  it('is what was asked for, whatever the size', () => {
    expect(optimizeLevel(3, 100 * MIB)).toEqual({ optimize: 3 });
    expect(optimizeLevel(0, 1)).toEqual({ optimize: 0 });
  });
});

describe('compilers at once', () => {
  it('are as many as there are cores, while memory suffices', () => {
    expect(compilersAtOnce([MIB, 2 * MIB], 8, 64 * 1024 * MIB)).toBe(8);
    expect(compilersAtOnce([], 4, 1024 * MIB)).toBe(4);
  });

  it('never have more memory together than three quarters of the machine\'s, nor 24 GiB', () => {
    for (const machine of [2, 8, 24, 32, 512]) {
      const sizes = [9 * MIB, 3 * MIB];
      const count = compilersAtOnce(sizes, 256, machine * 1024 * MIB);
      expect(count * compilerMemory(9 * MIB)).toBeLessThanOrEqual(Math.min(0.75 * machine, 24) * 1024 * MIB);
    }
  });

  it('is one at least', () => {
    expect(compilersAtOnce([500 * MIB], 8, 1024 * MIB)).toBe(1);
  });
});

describe('the estimate', () => {
  it('goes by size, once a twentieth is done', () => {
    const estimate = new Estimate(1000, 0);
    expect(estimate.left(10)).toBeUndefined();
    estimate.finish(40, false);
    expect(estimate.left(1000)).toBeUndefined();
    estimate.finish(60, false);
    expect(estimate.left(2000)).toBe(18_000);
    estimate.finish(900, false);
    expect(estimate.left(20_000)).toBe(0);
  });

  it('is not misled by what was in the cache', () => {
    const estimate = new Estimate(1000, 0);
    estimate.finish(500, true);
    expect(estimate.left(1)).toBeUndefined();
    estimate.finish(250, false);
    expect(estimate.left(1000)).toBe(1000);
  });

  it('reads as people say it', () => {
    expect([undefined, 0, 4200, 89_000, 90_000, 400_000].map(formatLeft)).toEqual(['', 'about 0 s left', 'about 5 s left', 'about 89 s left', 'about 2 min left', 'about 7 min left']);
  });
});

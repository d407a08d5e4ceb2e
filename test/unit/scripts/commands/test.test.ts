import { describe, expect, it } from 'vitest';
import { summary } from '../../../../scripts/commands/test.ts';

const report = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1, numFailedTestSuites: 0, success: true };

describe('test', () => {
  it('says how many passed, failed and were skipped', () => {
    expect(summary(report, 0)).toBe('5 passed, 0 failed, 2 skipped');
    expect(summary({ ...report, numFailedTests: 2, numFailedTestSuites: 1 }, 1)).toBe('5 passed, 3 failed, 2 skipped');
  });

  it('a test file that does not load is a failure, and so is no report', () => {
    expect(summary({ ...report, numFailedTestSuites: 1 }, 0)).toBe('5 passed, 1 failed, 2 skipped');
    expect(summary(undefined, 0)).toBe('0 passed, 1 failed, 0 skipped');
  });
});

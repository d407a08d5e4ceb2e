import { describe, expect, it } from 'vitest';
import { alignUp, parseSeconds, parseSize } from '../../../scripts/sizes.ts';

describe('sizes', () => {
  it.each([['64M', 67108864], ['1g', 1073741824], ['512K', 524288], ['4096', 4096], ['16MiB', 16777216], ['2MB', 2097152]])('%s is %i bytes', (text, bytes) => {
    expect(parseSize(text, '--memory')).toBe(bytes);
  });

  it.each(['', '0', '-1', '1.5M', '64X', 'M', '99999999999G'])("'%s' is no size", (text) => {
    expect(() => parseSize(text, '--memory')).toThrow(`--memory: '${text}' is not a size`);
  });

  it.each([['10', 10], ['1.5', 1.5], ['500ms', 0.5], ['2m', 120], ['3s', 3]])('%s is %d seconds', (text, seconds) => {
    expect(parseSeconds(text, '--timeout')).toBe(seconds);
  });

  it.each(['0', 'x', '-1', '1h', '99999999'])("'%s' is no duration", (text) => {
    expect(() => parseSeconds(text, '--timeout')).toThrow(/is not a duration/);
  });

  it('aligns up', () => {
    expect([0, 1, 16, 17].map((value) => alignUp(value, 16))).toEqual([0, 16, 16, 32]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../../scripts/steps/manifest.ts';
import { formatStart, formatTimeline, phases } from '../../../../scripts/vm/timeline.ts';

const time = { entry: 1000n, kernel: 2000n, application: 4000n, exit: 9000n, hz: 1_000_000n };

describe('the timeline', () => {
  it('turns cycles into milliseconds; what the guest did not count is QEMU', () => {
    expect(phases(20, time)).toEqual([
      { name: 'QEMU and firmware', milliseconds: 12 },
      { name: 'boot shim', milliseconds: 1 },
      { name: 'kernel', milliseconds: 2 },
      { name: 'application', milliseconds: 5 },
    ]);
  });

  it('a counter that ran backwards shows as 0', () => {
    expect(phases(20, { ...time, kernel: 0n })[1]).toEqual({ name: 'boot shim', milliseconds: 0 });
  });

  it('without a time line there is still the whole', () => {
    expect(formatTimeline({ status: 0, milliseconds: 42 })).toContain('42 ms');
    expect(formatTimeline({ status: 0, milliseconds: 20, time })).toMatch(/kernel +2\.00 ms/);
  });

  it('says what it took to reach the application', () => {
    const manifest = { application: { name: 'a.wasm' }, memory: { imageBytes: 3 * 2 ** 20, initialPages: 32 } } as unknown as Manifest;
    const memory = '3.0 MiB image, 2.0 MiB its own, of 64.0 MiB';
    expect(formatStart({ status: 0, milliseconds: 20, time }, manifest, 2 ** 26)).toBe(`a.wasm at its first instruction: 3.00 ms in the guest; ${memory}`);
    expect(formatStart({ status: 0, milliseconds: 20 }, manifest, 2 ** 26)).toBe(`a.wasm at its first instruction: ${memory}`);
  });
});

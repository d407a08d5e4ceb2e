import { describe, expect, it } from 'vitest';
import { type IoEngineSigns, ioEngine } from '../../../../scripts/vm/io-engine.ts';

const works: IoEngineSigns = { disabled: '0\n', status: 'Name:\tnode\nSeccomp:\t0\nSeccomp_filters:\t0\n', isLinked: () => true };

describe('ioEngine', () => {
  it('is io_uring where nothing speaks against it', () => {
    expect(ioEngine(works)).toBe('io_uring');
  });

  it('is threads where it is switched off, filtered, unknown to QEMU, or nothing is known', () => {
    for (const sign of [{ disabled: '2\n' }, { disabled: '' }, { status: 'Seccomp:\t2\n' }, { status: '' }, { isLinked: () => false }]) {
      expect(ioEngine({ ...works, ...sign })).toBe('threads');
    }
  });
});

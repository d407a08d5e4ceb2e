import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ControlReader } from '../../../../scripts/vm/control.ts';

const TEXT = 'ready\nlog memory: 64 MiB\nunknown line\ntime entry=100 kernel=200 application=300 exit=400 hz=1000\nexit 134\n';

function read(pieces: readonly Uint8Array[]): unknown[] {
  const events: unknown[] = [];
  const reader = new ControlReader({
    ready: () => events.push('ready'),
    exit: (status) => events.push(status),
    time: (time) => events.push(time),
    log: (text) => events.push(text),
  });
  for (const piece of pieces) reader.push(piece);
  return events;
}

describe('control', () => {
  const expected = ['ready', 'memory: 64 MiB', { entry: 100n, kernel: 200n, application: 300n, exit: 400n, hz: 1000n }, 134];

  it('reads every kind of line and ignores unknown ones', () => {
    expect(read([Buffer.from(TEXT)])).toEqual(expected);
  });

  it('lines may come in any pieces', () => {
    const bytes = Buffer.from(TEXT);
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: bytes.length })), (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      expect(read(at.slice(1).map((end, i) => bytes.subarray(at[i], end)))).toEqual(expected);
    }));
  });

  it('a line without its end, a bad number, a zero clock are nothing', () => {
    expect(read([Buffer.from('exit x\nexit\ntime entry=1 kernel=2 application=3 exit=4 hz=0\nexit 1')])).toEqual([]);
  });
});

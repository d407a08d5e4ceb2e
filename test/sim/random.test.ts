// Random numbers on the simulated machine: assembly/entropy/source.ts, assembly/entropy/random.ts, assembly/wasi/random.ts.
import { describe, expect, test } from 'vitest';
import type { Application } from '../support/machine/application.ts';
import { Machine } from '../support/machine/machine.ts';
import type { CpuOptions } from '../support/machine/processor.ts';

const [SUCCESS, NOTSUP] = [0, 58];
const REFUSAL = 'asolo: no random numbers: the processor has neither RDSEED nor RDRAND\n';

function random(app: Application, bytes: number): string {
  expect(app.wasi['random_get']!(0x1000, bytes)).toBe(SUCCESS);
  return Buffer.from(app.memory.subarray(0x1000, 0x1000 + bytes)).toString('hex');
}

test.each<CpuOptions>([
  { rdseed: 'works' }, { rdseed: 'absent', rdrand: 'works' }, { rdseed: 'fails', rdrand: 'works' }, { rdseed: 'stuck', rdrand: 'works' },
])('numbers come with %j', (cpu) => {
  new Machine({ cpu }).run((app) => {
    const seen = new Set(Array.from({ length: 200 }, () => random(app, 32)));
    expect(seen.size).toBe(200);
    expect(random(app, 0)).toBe('');
  });
});

test.each<CpuOptions>([
  { rdseed: 'absent' }, { rdseed: 'fails' }, { rdseed: 'stuck' }, { rdseed: 'absent', rdrand: 'stuck' }, { rdseed: 'fails', rdrand: 'fails' },
])('without a source that works they are refused, with one line: %j', (cpu) => {
  const result = new Machine({ cpu, commandLine: 'stderr=com2' }).run((app) => {
    for (let i = 0; i < 3; i++) expect(app.wasi['random_get']!(0x1000, 16)).toBe(NOTSUP);
    expect(app.memory.subarray(0x1000, 0x1010).every((byte) => byte === 0)).toBe(true);
  });
  expect(result).toMatchObject({ stdout: '', stderr: REFUSAL });
});

describe('a large request', () => {
  test('fills every byte with a stream that does not repeat', () => {
    new Machine({ applicationBytes: 0x300000 }).run((app) => {
      const bytes = Buffer.from(random(app, 0x250000), 'hex');
      const counts = new Uint32Array(256);
      for (const byte of bytes) counts[byte]!++;
      const expected = bytes.length / 256;
      expect(Math.max(...counts) / expected).toBeLessThan(1.1);
      expect(Math.min(...counts) / expected).toBeGreaterThan(0.9);
      const blocks = new Set<string>();
      for (let i = 0; i < bytes.length; i += 64) blocks.add(bytes.subarray(i, i + 64).toString('latin1'));
      expect(blocks.size).toBe(bytes.length / 64);
    });
  });
});

test('the kernel keeps nothing that would repeat what it has given out', () => {
  const machine = new Machine();
  machine.run((app) => {
    const given = Buffer.from(random(app, 48), 'hex');
    const memory = Buffer.from(machine.memory.buffer, 0x101000, 0xff000);
    for (let i = 0; i + 16 <= given.length; i += 16) expect(memory.includes(given.subarray(i, i + 16))).toBe(false);
  });
});

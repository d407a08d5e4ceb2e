// A sample of npm run test:spec: our own files always, and some of the specification's where its tests are at hand.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Cache } from '../../scripts/cache.ts';
import { cacheDirectory } from '../../scripts/paths.ts';
import { type Total, readList, runSuite, suiteDirectory } from './suite.ts';

const OWN = join(import.meta.dirname, 'own');
/** One of each kind: many modules, imports between modules, traps, exhaustion, NaNs, references, each proposal. */
const SAMPLE = [
  'call_indirect.wast', 'conversions.wast', 'linking.wast', 'memory_trap.wast', 'ref_is_null.wast', 'stack.wast', 'start.wast',
  'simd_f32x4_rounding.wast', 'proposals/exception-handling/try_table.wast', 'proposals/multi-memory/memory_copy1.wast',
  'proposals/wasm-3.0/return_call_indirect.wast', 'proposals/custom-page-sizes/custom-page-sizes.wast',
  'test/old-spec/proposals/memory64/memory64.wast',
];

async function run(directory: string, wanted?: readonly string[]): Promise<{ total: Total; lines: string[] }> {
  const files = readList(directory).filter(({ file }) => !wanted || wanted.includes(file));
  const lines: string[] = [];
  const total = await runSuite(new Cache(cacheDirectory()), files, { step: () => {}, say: () => {}, note: () => {}, done: () => {} }, (line) => lines.push(line));
  return { total, lines };
}

describe('in the guest', () => {
  test('defects of wasm2c that we repair stay repaired (test/spec/own)', async () => {
    const { total, lines } = await run(OWN);
    expect(total, lines.join('\n')).toMatchObject({ files: 4, passed: 57, failed: 0 });
  }, 300_000);

  const directory = suiteDirectory();
  test.skipIf(directory === undefined)(`a sample of the specification's tests passes${directory === undefined ? ' (its tests are not here: ASOLO_SPEC_TESTS)' : ''}`, async () => {
    const { total, lines } = await run(directory!, SAMPLE);
    expect(total, lines.join('\n')).toMatchObject({ files: SAMPLE.length, failed: 0 });
    expect(total.passed).toBeGreaterThan(1000);
  }, 600_000);
});

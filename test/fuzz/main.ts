// `npm run fuzz -- --modules N --seed S`: random modules in the guest and in V8, batch after batch, until N are done or
// somebody stops it. What is done is kept in build/fuzz/S.json, so that the same command goes on where it stopped;
// differences are printed as they are found and kept there too. One module again: `npm run fuzz -- --again SEED`.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BUILD } from '../../scripts/paths.ts';
import { type BatchResult, type Difference, runBatch } from './batch.ts';

const BATCH = 20;
const OPTIMIZE = [1, 2, 2, 3];

interface Kept extends Omit<BatchResult, 'left'> {
  batches: number;
  left: number;
}

const { values } = parseArgs({
  options: { modules: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' }, again: { type: 'string' } },
});

function tell(difference: Difference, optimize: number): void {
  const { seed, flags, v8, guest } = difference;
  console.log(`difference: seed ${seed} at -O${optimize}\n  V8     ${v8}\n  guest  ${guest}\n  wasm-opt ${flags.join(' ')}`);
}

/** Seeds are 'S-index': a module depends on its own alone, not on its batch. */
async function fuzz(seed: string, wanted: number): Promise<number> {
  const file = join(BUILD, 'fuzz', `${seed}.json`);
  mkdirSync(join(BUILD, 'fuzz'), { recursive: true });
  const kept: Kept = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Kept)
    : { batches: 0, modules: 0, calls: 0, traps: 0, exhausted: 0, left: 0, differences: [] };
  while (kept.batches * BATCH < wanted) {
    const first = kept.batches * BATCH;
    const optimize = OPTIMIZE[kept.batches % OPTIMIZE.length]!;
    const count = Math.min(BATCH, wanted - first);
    const result = await runBatch(Array.from({ length: count }, (_, i) => `${seed}-${first + i}`), optimize);
    for (const difference of result.differences) tell(difference, optimize);
    for (const left of result.left) console.log(`left out: ${left}`);
    for (const field of ['modules', 'calls', 'traps', 'exhausted'] as const) kept[field] += result[field];
    kept.left += result.left.length;
    kept.differences.push(...result.differences);
    kept.batches++;
    writeFileSync(`${file}.new`, JSON.stringify(kept, null, 1));
    renameSync(`${file}.new`, file);
    console.log(`seed ${seed}: ${first + count} of ${wanted} modules, ${kept.calls} calls, ${kept.traps} traps, ${kept.exhausted} stacks exhausted, ${kept.left} left out, ${kept.differences.length} differences`);
  }
  return kept.differences.length === 0 ? 0 : 1;
}

async function again(seed: string): Promise<number> {
  let status = 0;
  for (const optimize of new Set(OPTIMIZE)) {
    const { differences, left } = await runBatch([seed], optimize);
    for (const difference of differences) tell(difference, optimize);
    if (differences.length > 0) status = 1;
    console.log(`seed ${seed} at -O${optimize}: ${differences.length > 0 ? 'differs' : left[0] ?? 'agrees'}`);
  }
  return status;
}

const main = async (): Promise<number> => (values.again === undefined ? fuzz(values.seed, Number(values.modules)) : again(values.again));
process.exitCode = await main();

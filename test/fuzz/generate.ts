// Random modules: binaryen's fuzzer turns bytes into a valid module, and these bytes come from a seed. --denan keeps NaNs,
// whose payloads may differ between engines, out of what the module computes. Read next: wasm-opt.ts, which runs the fuzzer.
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../scripts/paths.ts';
import { runAll, runCommand } from '../../scripts/run-command.ts';
import { Bytes } from './calls.ts';

/** What the build takes and Node 20's V8 takes too. Exceptions are left out: binaryen makes them of types that V8 lacks. */
const BASE = [
  '--mvp-features', '--enable-sign-ext', '--enable-mutable-globals', '--enable-nontrapping-float-to-int', '--enable-bulk-memory',
  '--enable-bulk-memory-opt', '--enable-reference-types', '--enable-multivalue',
];
const MORE = ['--enable-tail-call', '--enable-extended-const', '--enable-simd'];
const TIMEOUT_MS = 300_000;

export interface Generated {
  wasm: Uint8Array;
  /** wasm-opt's options, for a person who wants to make it again. */
  flags: string[];
}

interface Job {
  flags: string[];
  output: string;
  args: string[];
}

/** What to do for a seed. Half of the modules are optimised, and each may use each further feature. */
function jobOf(seed: string, directory: string): Job {
  const bytes = new Bytes(`module:${seed}`);
  const flags = [...BASE, ...MORE.filter(() => bytes.below(2) === 0), ...(bytes.below(2) === 0 ? [`-O${1 + bytes.below(3)}`] : [])];
  const input = join(directory, `${seed}.bytes`);
  const output = join(directory, `${seed}.wasm`);
  writeFileSync(input, bytes.take(500 + bytes.below(bytes.below(4) === 0 ? 20_000 : 6000)));
  return { flags, output, args: [input, '-ttf', '--denan', ...flags, '-o', output] };
}

/** The modules of seeds, in their order; a process for each core. */
export async function generate(seeds: readonly string[], directory: string): Promise<Generated[]> {
  const jobs = seeds.map((seed) => jobOf(seed, directory));
  const processes = Math.min(availableParallelism(), jobs.length);
  await runAll(Array.from({ length: processes }, (_, i) => i), processes, async (own) => {
    const file = join(directory, `jobs-${own}.json`);
    writeFileSync(file, JSON.stringify(jobs.filter((_, i) => i % processes === own).map(({ args }) => args)));
    await runCommand({ program: process.execPath, args: ['--import', 'tsx', join(import.meta.dirname, 'wasm-opt.ts'), file], cwd: ROOT, timeout: TIMEOUT_MS }, 'making modules');
  });
  return jobs.map(({ flags, output }) => ({ flags, wasm: readFileSync(output) }));
}

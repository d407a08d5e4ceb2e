// Random modules: binaryen's fuzzer turns bytes into a valid module, and these bytes come from a seed. --denan keeps NaNs,
// whose payloads may differ between engines, out of what the module computes.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageProgram } from '../../scripts/paths.ts';
import { runCommand } from '../../scripts/run-command.ts';
import { Bytes } from './calls.ts';

/** What the build takes and Node 20's V8 takes too. Exceptions are left out: binaryen makes them of types that V8 lacks. */
const BASE = [
  '--mvp-features', '--enable-sign-ext', '--enable-mutable-globals', '--enable-nontrapping-float-to-int', '--enable-bulk-memory',
  '--enable-bulk-memory-opt', '--enable-reference-types', '--enable-multivalue',
];
const MORE = ['--enable-tail-call', '--enable-extended-const', '--enable-simd'];

export interface Generated {
  wasm: Uint8Array;
  /** wasm-opt's options, for a person who wants to make it again. */
  flags: string[];
}

/** The module of a seed. Half of them are optimised, and each may use each further feature. */
export async function generate(seed: string, directory: string): Promise<Generated> {
  const bytes = new Bytes(`module:${seed}`);
  const flags = [...BASE, ...MORE.filter(() => bytes.below(2) === 0), ...(bytes.below(2) === 0 ? [`-O${1 + bytes.below(3)}`] : [])];
  const input = join(directory, `${seed}.bytes`);
  const output = join(directory, `${seed}.wasm`);
  writeFileSync(input, bytes.take(500 + bytes.below(bytes.below(4) === 0 ? 20_000 : 6000)));
  await runCommand({ program: process.execPath, args: [packageProgram('binaryen', 'wasm-opt'), input, '-ttf', '--denan', ...flags, '-o', output], timeout: 60_000 }, 'making a module');
  const wasm = readFileSync(output);
  rmSync(input);
  rmSync(output);
  return { wasm, flags };
}

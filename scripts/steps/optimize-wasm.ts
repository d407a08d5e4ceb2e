// Runs binaryen's wasm-opt over modules that no optimising back end has seen (AssemblyScript, hand-written Wasm).
// Over clang's and rustc's output it gains nothing (measured), so those are left alone. Traps are never dropped.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cache, keyOf, sha256 } from '../cache.ts';
import { packageProgram, packageVersion } from '../paths.ts';
import { tryCommand } from '../run-command.ts';
import type { Application } from './read-application.ts';

/** Above this wasm-opt takes longer than it can win. */
const SIZE_LIMIT = 8 * 1024 * 1024;
const TIMEOUT_MS = 2 * 60 * 1000;
/** Exactly what wasm2c accepts: wasm-opt must not introduce more. */
const FEATURES = [
  '--mvp-features', '--enable-mutable-globals', '--enable-sign-ext', '--enable-nontrapping-float-to-int',
  '--enable-bulk-memory', '--enable-bulk-memory-opt', '--enable-reference-types', '--enable-multivalue', '--enable-simd',
];

export function isWorthOptimizing({ module, bytes }: Application, optimize: number): boolean {
  if (optimize < 2 || bytes.length > SIZE_LIMIT || module.hasTags) return false;
  return !module.producers.some((producer) => /\b(clang|LLVM|rustc)\b/i.test(producer));
}

/** Path of the module to translate: wasm-opt's output, or the input as it is when wasm-opt refuses it. */
export async function optimizeWasm(cache: Cache, application: Application, optimize: number): Promise<string> {
  const worth = isWorthOptimizing(application, optimize);
  const key = keyOf('wasm', sha256(application.bytes), worth ? [packageVersion('binaryen'), String(optimize), ...FEATURES] : 'as is');
  const directory = await cache.entry('wasm', key, async (work) => {
    const output = join(work, 'app.wasm');
    const input = join(cache.directory, 'scratch', `${work.slice(work.lastIndexOf('/') + 1)}.in.wasm`);
    writeFileSync(input, application.bytes);
    cache.adopt(input);
    if (worth) {
      await tryCommand({
        program: process.execPath,
        args: [packageProgram('binaryen', 'wasm-opt'), ...FEATURES, `-O${optimize}`, '-g', input, '-o', output],
        timeout: TIMEOUT_MS,
      });
    }
    // A module wasm-opt does not take is left as it is: wasm2c is the one that names what is wrong with it.
    if (!existsSync(output)) writeFileSync(output, application.bytes);
    cache.drop(input);
  });
  return join(directory, 'app.wasm');
}

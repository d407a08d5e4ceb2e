// assembly/*.ts -> kernel.wasm, with asc. Inputs: every file of assembly/, asconfig.json, the version of asc, and which
// features the kernel is to have (kernel-features.ts).
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Cache, hashFile, keyOf } from '../cache.ts';
import { AsoloError } from '../errors.ts';
import { ASCONFIG, ASSEMBLY, ROOT, packageProgram, packageVersion } from '../paths.ts';
import { commandError, tryCommand } from '../run-command.ts';
import { MERGE_VERSION, mergeData } from '../wasm/merge-data.ts';
import { ALL_FEATURES, type Features, leftOut } from './kernel-features.ts';

const ENTRY = join(ASSEMBLY, 'index.ts');
/** What a kernel with sockets exports besides. Not in asconfig.json, whose entries are part of every program that asc makes. */
const SOCKETS_ENTRY = join(ASSEMBLY, 'index-sockets.ts');
const TIMEOUT_MS = 5 * 60 * 1000;

/** Used while there is no asconfig.json; the kernel's layout in docs/memory.md explains the numbers. */
const DEFAULT_OPTIONS = [
  '-O3', '--runtime', 'stub', '--memoryBase', '1052672', '--initialMemory', '32', '--maximumMemory', '65536',
  '--enable', 'bulk-memory', '--debug', '--use', 'abort=assembly/base/panic/abort',
];

/** All files below a directory, sorted, relative to the project. */
export function listSources(directory: string, pattern: RegExp): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

/** Names and hashes of files, for a key. */
export function hashSources(paths: readonly string[]): string[] {
  return paths.flatMap((path) => [path, hashFile(join(ROOT, path))]);
}

export function kernelKey(features: Features = ALL_FEATURES): string {
  const sources = listSources(ASSEMBLY, /\.ts$/);
  return keyOf('kernel.wasm', MERGE_VERSION, packageVersion('assemblyscript'), existsSync(ASCONFIG) ? readFileSync(ASCONFIG, 'utf8') : DEFAULT_OPTIONS, leftOut(features), hashSources(sources));
}

/** Path of kernel.wasm in the cache, compiled if need be. */
export async function compileAssembly(cache: Cache, features: Features = ALL_FEATURES): Promise<string> {
  if (!existsSync(ENTRY)) throw new AsoloError('unreadable', `the kernel's source ${relative(ROOT, ENTRY)} is missing from this installation`);
  const directory = await cache.entry('kernel-wasm', kernelKey(features), async (work) => {
    const options = existsSync(ASCONFIG) ? ['--config', 'asconfig.json', '--target', 'release'] : DEFAULT_OPTIONS;
    const entries = features.sockets ? [ENTRY, SOCKETS_ENTRY] : [ENTRY];
    const command = {
      program: process.execPath,
      args: [packageProgram('assemblyscript', 'asc.js'), ...entries.map((entry) => relative(ROOT, entry)), ...options, ...leftOut(features), '--outFile', join(work, 'kernel.wasm')],
      cwd: ROOT,
      timeout: TIMEOUT_MS,
    };
    const finished = await tryCommand(command);
    const kernel = join(work, 'kernel.wasm');
    if (finished.status !== 0 || !existsSync(kernel)) throw commandError(command, finished, 'compiling the kernel');
    writeFileSync(kernel, mergeData(readFileSync(kernel)));
  });
  return join(directory, 'kernel.wasm');
}

// C and assembly -> objects. Each object is cached by everything that went into it: the source, the headers it may see,
// the flags, the compiler's version. Paths do not get into objects (-fno-ident, no debug information, base names only).
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { type Cache, hashFile, keyOf } from '../cache.ts';
import { kernelFlags, applicationFlags, sourceFlags, type Cpu, type GeneratedOptions } from '../flags.ts';
import type { Progress } from '../log.ts';
import { BOOT, ROOT, SHIM, SHIM_INCLUDE } from '../paths.ts';
import { runAll, runCommand } from '../run-command.ts';
import type { Compiler } from '../toolchain.ts';
import { hashSources, listSources } from './compile-assembly.ts';
import type { Translation } from './wasm-to-c.ts';

export interface CompileTask {
  source: string;
  flags: readonly string[];
  /** Directories of headers, in order. */
  includes: readonly string[];
  /** Hash over the headers that the source may see. */
  headers: string;
}

const TIMEOUT_MS = 30 * 60 * 1000;

/** Path of the object in the cache. */
export async function compile(cache: Cache, compiler: Compiler, task: CompileTask): Promise<string> {
  const name = basename(task.source);
  const object = name.replace(/\.[cS]$/, '.o');
  const key = keyOf('object', compiler.version, name, hashFile(task.source), task.flags, task.headers);
  const directory = await cache.entry('objects', key, async (work) => {
    const includes = task.includes.map((path) => `-I${path}`);
    await runCommand(
      { program: compiler.program, args: [...compiler.prefix, ...task.flags, ...includes, '-c', task.source, '-o', join(work, object)], timeout: TIMEOUT_MS },
      `compiling ${name}`,
    );
  });
  return join(directory, object);
}

/** Compiles many files, as many at a time as there are cores; objects in the order of the tasks. */
export async function compileAll(cache: Cache, compiler: Compiler, tasks: readonly CompileTask[], progress: Progress, what: string): Promise<string[]> {
  let done = 0;
  const announce = (): void => progress.step(tasks.length > 1 ? `${what} (${done} of ${tasks.length})` : what);
  announce();
  return runAll(tasks, availableParallelism(), async (task) => {
    const object = await compile(cache, compiler, task);
    done++;
    announce();
    return object;
  });
}

/** Hash over our own headers. */
export function headerHash(): string {
  return keyOf('headers', hashSources([...listSources(BOOT, /\.h$/), ...listSources(SHIM, /\.h$/)]));
}

function translationHeaders({ directory }: Translation): string[] {
  return readdirSync(directory).filter((file) => file.endsWith('.h')).sort().flatMap((file) => [file, hashFile(join(directory, file))]);
}

/** Tasks for the C of one module. */
export function translationTasks(translation: Translation, flags: readonly string[]): CompileTask[] {
  const headers = keyOf(headerHash(), translationHeaders(translation));
  return translation.sources.map((source) => ({
    source: join(translation.directory, source),
    flags,
    includes: [translation.directory, SHIM_INCLUDE, SHIM],
    headers,
  }));
}

export function kernelTasks(kernel: Translation, compiler: Compiler): CompileTask[] {
  // host.h is found by -I: its path must not be a part of the key, only its content.
  return translationTasks(kernel, [...kernelFlags(compiler), '-include', 'host.h']);
}

export function applicationTasks(application: Translation, options: GeneratedOptions, compiler: Compiler): CompileTask[] {
  return translationTasks(application, applicationFlags(options, compiler));
}

/** Tasks for boot/*.S and shim/*.c and *.S, sorted. */
export function ownTasks(kernel: Translation, cpu: Cpu, compiler: Compiler): CompileTask[] {
  const headers = keyOf(headerHash(), translationHeaders(kernel));
  return [...listSources(BOOT, /\.[cS]$/), ...listSources(SHIM, /\.[cS]$/)].map((path) => ({
    source: join(ROOT, path),
    flags: sourceFlags(path, cpu, compiler),
    includes: [SHIM_INCLUDE, SHIM, BOOT, kernel.directory],
    headers,
  }));
}

// C and assembly -> objects. Each object is cached by everything that went into it: the source, the headers it may see,
// the flags, the compiler's version. Paths do not get into objects (-fno-ident, no debug information, base names only).
import { readdirSync, statSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { type Cache, hashFile, keyOf } from '../cache.ts';
import { kernelFlags, applicationFlags, sourceFlags, type Cpu, type GeneratedOptions } from '../flags.ts';
import type { Progress } from '../log.ts';
import { BOOT, ROOT, SHIM, SHIM_INCLUDE } from '../paths.ts';
import { runAll, tryCommand } from '../run-command.ts';
import type { Compiler } from '../toolchain.ts';
import { hashSources, listSources } from './compile-assembly.ts';
import { compilerTrouble } from './compiler-trouble.ts';
import { Estimate, compilersAtOnce, formatLeft } from './plan.ts';
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
/** No compiler ends sooner; what does was in the cache. */
const FROM_CACHE_MS = 60;

/** Path of the object in the cache. */
export async function compile(cache: Cache, compiler: Compiler, task: CompileTask): Promise<string> {
  const name = basename(task.source);
  const object = name.replace(/\.[cS]$/, '.o');
  const key = keyOf('object', [compiler.version, ...compiler.prefix].join(' '), name, hashFile(task.source), task.flags, task.headers);
  const directory = await cache.entry('objects', key, async (work) => {
    const includes = task.includes.map((path) => `-I${path}`);
    const command = {
      program: compiler.program,
      args: [...compiler.prefix, ...task.flags, ...includes, '-c', task.source, '-o', join(work, object)],
      timeout: TIMEOUT_MS,
    };
    const finished = await tryCommand(command);
    if (finished.status !== 0 || finished.timedOut) throw compilerTrouble(command, finished, task.source);
  });
  return join(directory, object);
}

/** Compiles many files, as many at a time as cores and memory allow; objects in the order of the tasks. */
export async function compileAll(cache: Cache, compiler: Compiler, tasks: readonly CompileTask[], progress: Progress, what: string): Promise<string[]> {
  const sizes = tasks.map(({ source }) => statSync(source).size);
  const estimate = new Estimate(sizes.reduce((sum, size) => sum + size, 0), Date.now());
  let done = 0;
  const announce = (): void => {
    const left = formatLeft(estimate.left(Date.now()));
    progress.step(what, tasks.length > 1 ? `${done} of ${tasks.length}${left ? `, ${left}` : ''}` : '');
  };
  announce();
  // The largest first: at the end no core waits long for another.
  const order = tasks.map((_, i) => i).sort((a, b) => sizes[b]! - sizes[a]! || a - b);
  const objects = new Array<string>(tasks.length);
  await runAll(order, compilersAtOnce(sizes, availableParallelism(), totalmem()), async (index) => {
    const began = Date.now();
    objects[index] = await compile(cache, compiler, tasks[index]!);
    estimate.finish(sizes[index]!, Date.now() - began < FROM_CACHE_MS);
    done++;
    announce();
  });
  return objects;
}

/** Hash over our own headers. */
export function headerHash(): string {
  return keyOf('headers', hashSources([...listSources(BOOT, /\.h$/), ...listSources(SHIM, /\.h$/)]));
}

function translationHeaders({ directory }: Translation): string[] {
  return readdirSync(directory).filter((file) => file.endsWith('.h')).sort().flatMap((file) => [file, hashFile(join(directory, file))]);
}

/**
 * Tasks for the C of one module. It sees wasm2c's headers and shim/include alone, so that a change elsewhere in the shim
 * does not compile a large application again.
 */
export function translationTasks(translation: Translation, flags: readonly string[]): CompileTask[] {
  const headers = keyOf('headers', hashSources(listSources(SHIM_INCLUDE, /\.h$/)), translationHeaders(translation));
  return translation.sources.map((source) => ({
    source: join(translation.directory, source),
    flags: source.endsWith('.S') ? [] : flags,
    includes: [translation.directory, SHIM_INCLUDE],
    headers,
  }));
}

export function kernelTasks(kernel: Translation, compiler: Compiler): CompileTask[] {
  // host.h is found by -I: its path must not be a part of the key, only its content.
  const tasks = translationTasks(kernel, [...kernelFlags(compiler), '-include', 'host.h']);
  return tasks.map((task) => ({ ...task, includes: [...task.includes, SHIM], headers: keyOf(headerHash(), task.headers) }));
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

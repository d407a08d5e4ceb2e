// Units -> images -> QEMU. An image is the product's (boot, shim, kernel, flags, linker script) with units and the runner
// in the application's place; every memory has a slot of its own, so no module's memory is at a constant address.
// Read first: unit.ts, runner.c, test/support/image-base.ts.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cache, keyOf, sha256 } from '../../scripts/cache.ts';
import { applicationFlags } from '../../scripts/flags.ts';
import type { Progress } from '../../scripts/log.ts';
import { SHIM, SHIM_INCLUDE } from '../../scripts/paths.ts';
import { compile, headerHash, translationTasks } from '../../scripts/steps/compile-c.ts';
import { EACH_BASE } from '../../scripts/steps/patch-c.ts';
import { type Translation, wasmToC } from '../../scripts/steps/wasm-to-c.ts';
import { readModule } from '../../scripts/wasm/module.ts';
import { tableBytes } from '../../scripts/wasm/tables.ts';
import { runDriverImage } from '../support/driver-image.ts';
import { type ImageBase, buildImageBase, linkOnBase } from '../support/image-base.ts';
import { Converter } from './convert.ts';
import { type Unit, runnerHash } from './unit.ts';

const MEMORY = '2G';
const STACK_BYTES = 512 * 1024;
const TIMEOUT_MS = 10 * 60 * 1000;
/** Pages: a directory and a table for most memories, a directory pointer table now and then, and some memories grow. */
const TABLES_A_MEMORY = 3;
const TABLES_TO_GROW = 1024;
const CPU = 'x86-64-v2';

/** What all images share. */
export interface Base extends ImageBase {
  spectest: Translation;
  spectestTableBytes: number;
}

export async function buildBase(cache: Cache, work: string, progress: Progress): Promise<Base> {
  const source = { kind: 'text' as const, bytes: readFileSync(join(import.meta.dirname, 'spectest.wat')), line: 1 };
  const binary = await new Converter(cache, ['--enable-memory64']).toBinary(source);
  const path = join(work, 'spectest.wasm');
  writeFileSync(path, binary);
  const spectest = await wasmToC(cache, path, 'spectest', 0, { base: EACH_BASE, fast: false });
  const base = await buildImageBase(cache, CPU, progress, ({ kernel, compiler }) => [
    {
      source: join(import.meta.dirname, 'runner.c'),
      flags: applicationFlags({ optimize: 2, cpu: CPU }, compiler),
      includes: [SHIM_INCLUDE, SHIM, kernel.directory, import.meta.dirname],
      headers: keyOf(headerHash(), runnerHash(), sha256(readFileSync(kernel.header))),
    },
    ...translationTasks(spectest, applicationFlags({ optimize: 1, cpu: CPU }, compiler)),
  ]);
  return { ...base, spectest, spectestTableBytes: tableBytes(readModule(binary)) };
}

/** Objects of a unit's C. */
export async function compileUnit(cache: Cache, base: Base, unit: Unit, optimize: number): Promise<string[]> {
  const objects: string[] = [];
  for (const source of unit.sources) {
    objects.push(await compile(cache, base.compiler, {
      source: join(unit.directory, source),
      flags: applicationFlags({ optimize, cpu: CPU }, base.compiler),
      includes: [SHIM_INCLUDE, SHIM, import.meta.dirname, base.spectest.directory],
      headers: keyOf(headerHash(), runnerHash(), sha256(readFileSync(base.spectest.header))),
    }));
  }
  return objects;
}

export interface CompiledUnit {
  unit: Unit;
  objects: string[];
}

/** Path of the image, in `work`. */
export async function linkImage(cache: Cache, base: Base, work: string, compiled: readonly CompiledUnit[]): Promise<string> {
  const names = compiled.map(({ unit }) => unit.name);
  const list = join(work, 'units.c');
  writeFileSync(list, [
    '#include "runner.h"', base.start,
    ...names.map((name) => `extern const spec_unit unit_${name};`),
    `const spec_unit* const spec_units[] = {${names.map((name) => `&unit_${name}, `).join('')}0};`, '',
  ].join('\n'));
  const listObject = await compile(cache, base.compiler, {
    source: list,
    flags: applicationFlags({ optimize: 2, cpu: CPU }, base.compiler),
    includes: [SHIM_INCLUDE, SHIM, base.kernel.directory, import.meta.dirname],
    headers: keyOf(headerHash(), runnerHash(), sha256(readFileSync(base.kernel.header))),
  });
  const sum = (of: (unit: Unit) => number): number => compiled.reduce((total, { unit }) => total + of(unit), 0);
  return linkOnBase(cache, base, work, {
    objects: [listObject, ...compiled.flatMap(({ objects }) => objects)],
    stackBytes: STACK_BYTES,
    tableBytes: compiled.length * base.spectestTableBytes + sum(({ tableBytes: bytes }) => bytes),
    memoryTables: TABLES_TO_GROW + TABLES_A_MEMORY * (compiled.length + sum(({ memories }) => memories)),
  });
}

export interface FileResult {
  passed: number;
  failed: number;
}

/** A file that was cut has several. */
export function addResult(files: Map<string, FileResult>, file: string, { passed, failed }: FileResult): void {
  const before = files.get(file) ?? { passed: 0, failed: 0 };
  files.set(file, { passed: before.passed + passed, failed: before.failed + failed });
}

export interface ImageResult {
  files: Map<string, FileResult>;
  failures: string[];
  /** '' if the image came to its end. */
  broken: string;
}

export async function runImage(image: string): Promise<ImageResult> {
  const { output, status } = await runDriverImage(image, { memory: MEMORY, timeout: TIMEOUT_MS });
  const files = new Map<string, FileResult>();
  const failures: string[] = [];
  const rest: string[] = [];
  let ended = false;
  for (const line of output.split(/\r?\n/)) {
    const file = /^FILE (\S+) (\d+) passed, (\d+) failed$/.exec(line);
    if (file) addResult(files, file[1]!, { passed: Number(file[2]), failed: Number(file[3]) });
    else if (line.startsWith('FAIL ')) failures.push(line.slice(5));
    else if (line.startsWith('END ')) ended = true;
    else if (line !== '') rest.push(line);
  }
  const right = ended && status === (failures.length > 0 ? 1 : 0);
  return { files, failures, broken: right ? '' : `the image did not come to its end (status ${status}): ${rest.slice(-12).join(' | ')}` };
}

// The suite: finds the .wast files, makes units of them, batches units into images, runs those, and adds up.
// Read first: unit.ts, image.ts.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cache } from '../../scripts/cache.ts';
import { AsoloError } from '../../scripts/errors.ts';
import type { Progress } from '../../scripts/log.ts';
import { ROOT } from '../../scripts/paths.ts';
import { runAll } from '../../scripts/run-command.ts';
import { type Base, type CompiledUnit, type ImageResult, addResult, buildBase, compileUnit, linkImage, runImage } from './image.ts';
import { type SpecFile, type Unit, buildUnits } from './unit.ts';

/** With -O2 compiling takes three times as long and the results are the same; the product's other flags stay. */
const OPTIMIZE = 1;
/** An image holds units up to these sums. */
const SOURCE_BYTES_MAX = 12 * 1024 * 1024;
const MEMORIES_MAX = 56;

export interface ListedFile extends SpecFile {
  /** Assertions that wabt counts in it. */
  listed: number;
}

export interface Total {
  files: number;
  passed: number;
  failed: number;
  refused: number;
  unlinkable: number;
}

/** ASOLO_SPEC_TESTS, else ../shared/spec-tests beside the checkout; undefined if the tests are not there. */
export function suiteDirectory(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const directory = env['ASOLO_SPEC_TESTS'] ?? join(ROOT, '../shared/spec-tests');
  return existsSync(join(directory, 'LIST.tsv')) ? directory : undefined;
}

/** LIST.tsv: file, wasm2c's flags, assertions. */
export function readList(directory: string): ListedFile[] {
  return readFileSync(join(directory, 'LIST.tsv'), 'utf8').trim().split('\n').slice(1).map((line) => {
    const [file = '', flags = '', listed = ''] = line.split('\t');
    return { file, flags: flags.split(' ').filter(Boolean), path: join(directory, file), listed: Number(listed) };
  });
}

export async function runSuite(cache: Cache, files: readonly ListedFile[], progress: Progress, print: (line: string) => void): Promise<Total> {
  const work = mkdtempSync(join(tmpdir(), 'asolo-spec-'));
  try {
    const base = await buildBase(cache, work, progress);
    let done = 0;
    const compiled = await runAll(files, availableParallelism(), async (file) => {
      progress.step(`units (${done} of ${files.length}): ${file.file}`);
      const units: CompiledUnit[] = [];
      for (const unit of await buildUnits(cache, file)) units.push({ unit, objects: await compileOrFail(cache, base, unit) });
      done++;
      return units;
    });
    const results = await runBatches(cache, base, work, compiled.flat().filter(({ objects }) => objects.length > 0), progress);
    return report(files, compiled, results, print);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** No objects: the compiler's words are among the unit's failures. */
async function compileOrFail(cache: Cache, base: Base, unit: Unit): Promise<string[]> {
  try {
    return await compileUnit(cache, base, unit, OPTIMIZE);
  } catch (error) {
    if (!(error instanceof AsoloError)) throw error;
    unit.failures.push(`${unit.file}: ${error.message} ${error.detail}`);
    return [];
  }
}

/** Neighbours go together; a unit too large for any image has one of its own. */
export function batch<T extends { unit: { sourceBytes: number; memories: number } }>(units: readonly T[]): T[][] {
  const batches: T[][] = [];
  let bytes = 0;
  let memories = 0;
  for (const item of units) {
    const { unit } = item;
    bytes += unit.sourceBytes;
    memories += unit.memories + 1;
    if (batches.length === 0 || bytes > SOURCE_BYTES_MAX || memories > MEMORIES_MAX) {
      batches.push([]);
      bytes = unit.sourceBytes;
      memories = unit.memories + 1;
    }
    batches[batches.length - 1]!.push(item);
  }
  return batches;
}

async function runBatches(cache: Cache, base: Base, work: string, compiled: readonly CompiledUnit[], progress: Progress): Promise<ImageResult> {
  const all: ImageResult = { files: new Map(), failures: [], broken: '' };
  const batches = batch(compiled);
  for (const [i, units] of batches.entries()) {
    progress.step(`image ${i + 1} of ${batches.length}: ${units.length} files`);
    const directory = mkdtempSync(join(work, 'image-'));
    const { files, failures, broken } = await runImage(await linkImage(cache, base, directory, units));
    for (const [file, result] of files) addResult(all.files, file, result);
    all.failures.push(...failures);
    if (broken) all.failures.push(`${units.find(({ unit }) => !files.has(unit.file))?.unit.file ?? 'image'}: ${broken}`);
    if (!process.env['ASOLO_SPEC_KEEP']) rmSync(directory, { recursive: true });
  }
  return all;
}

function report(files: readonly ListedFile[], compiled: readonly CompiledUnit[][], results: ImageResult, print: (line: string) => void): Total {
  const total: Total = { files: files.length, passed: 0, failed: 0, refused: 0, unlinkable: 0 };
  for (const [i, { file, listed }] of files.entries()) {
    const units = compiled[i]!.map(({ unit }) => unit);
    const sum = (of: (unit: Unit) => number): number => units.reduce((all, unit) => all + of(unit), 0);
    const failures = units.flatMap((unit) => unit.failures);
    const { passed, failed } = results.files.get(file) ?? { passed: 0, failed: 0 };
    // wabt's own count: an assertion that was lost on the way is a failure.
    const wrong = failures.length + failed + Math.max(0, listed - passed - failed);
    const refused = sum((unit) => unit.refused);
    total.passed += passed;
    total.failed += wrong;
    total.refused += refused;
    total.unlinkable += sum((unit) => unit.unlinkable);
    print([`${file} ${passed} passed`, wrong > 0 ? `${wrong} failed` : '', refused > 0 ? `${refused} refused at build` : ''].filter(Boolean).join(', '));
    for (const failure of [...failures, ...results.failures.filter((line) => line.startsWith(`${file}:`))]) print(`  ${failure}`);
  }
  print(`${total.files} files: ${total.passed} assertions passed in the guest, ${total.failed} failed; `
    + `${total.refused} malformed and invalid modules refused at build; ${total.unlinkable} assert_unlinkable skipped (no step links modules)`);
  return total;
}

// One batch: makes modules from seeds, runs them in V8 and in the guest, and compares line by line.
// Read first: v8-side.ts (the lines), guest-side.ts, generate.ts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cache } from '../../scripts/cache.ts';
import { ROOT } from '../../scripts/paths.ts';
import { runAll, tryCommand } from '../../scripts/run-command.ts';
import { buildDriverImage, runDriverImage } from '../support/driver-image.ts';
import { type Generated, generate } from './generate.ts';
import { guestDriver } from './guest-side.ts';
import { type FuzzModule, prepare } from './module.ts';

export interface Difference {
  seed: string;
  flags: string[];
  /** Which call: its number and what both sides said. */
  v8: string;
  guest: string;
}

export interface BatchResult {
  modules: number;
  calls: number;
  /** Calls that ended in a trap, on both sides. */
  traps: number;
  /** Ended early: one engine's stack was exhausted. */
  exhausted: number;
  /** V8 or the time limit took the module out. */
  left: string[];
  differences: Difference[];
}

const V8_TIMEOUT_MS = 120_000;
const GUEST_TIMEOUT_MS = 60_000;

export async function runBatch(seeds: readonly string[], optimize = 2): Promise<BatchResult> {
  const directory = mkdtempSync(join(tmpdir(), 'asolo-fuzz-'));
  try {
    const generated = await generate(seeds, directory);
    const said = await runV8(directory, seeds, generated);
    const usable = seeds.map((_, i) => i).filter((i) => said[i] !== undefined && !said[i].at(-1)?.startsWith('refused'));
    const modules = usable.map((i) => prepare(nameOf(i), generated[i]!.wasm));
    const result: BatchResult = { modules: usable.length, calls: 0, traps: 0, exhausted: 0, differences: [], left: [] };
    result.left = seeds.flatMap((seed, i) => (usable.includes(i) ? [] : [`${seed}: ${said[i]?.at(-1) ?? 'took too long in V8'}`]));
    const guest = await runGuest(directory, modules, usable.map((i) => seeds[i]!), optimize);
    usable.forEach((i, at) => compare(result, seeds[i]!, generated[i]!.flags, said[i]!, guest[at]!));
    return result;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const nameOf = (index: number): string => `m${String(index).padStart(3, '0')}`;

/** Lines of each module; undefined for those that did not end in time. */
async function runV8(directory: string, seeds: readonly string[], generated: readonly Generated[]): Promise<(string[] | undefined)[]> {
  const file = join(directory, 'batch.json');
  const modules = seeds.map((seed, i) => ({ name: nameOf(i), seed, wasm: Buffer.from(generated[i]!.wasm).toString('base64') }));
  writeFileSync(file, JSON.stringify({ modules }));
  const { stdout, timedOut } = await tryCommand({
    program: process.execPath,
    args: ['--experimental-wasm-extended-const', '--experimental-wasm-return-call', '--import', 'tsx', join(import.meta.dirname, 'v8-side.ts'), file],
    cwd: ROOT,
    timeout: V8_TIMEOUT_MS,
  });
  const parts = stdout.split(/^module .*\n/m).slice(1).map((text) => text.trimEnd().split('\n'));
  return seeds.map((_, i) => (timedOut && i >= parts.length - 1 ? undefined : parts[i]));
}

/** What the guest says of each module; one whose C does not compile is taken out, and that is what it says. */
async function runGuest(directory: string, modules: readonly FuzzModule[], seeds: readonly string[], optimize: number): Promise<string[][]> {
  if (modules.length === 0) return [];
  let image: string;
  try {
    const cache = new Cache(join(directory, 'cache'));
    image = await buildDriverImage(directory, { modules, optimize, driver: (headers) => guestDriver(modules, seeds, headers) }, cache);
  } catch (error) {
    const culprit = /compiling (m\d+)\.c/.exec((error as Error).message)?.[1];
    const at = modules.findIndex(({ name }) => name === culprit);
    if (at < 0) throw error;
    const rest = await runGuest(directory, modules.toSpliced(at, 1), seeds.toSpliced(at, 1), optimize);
    return rest.toSpliced(at, 0, [`does not build: ${(error as Error).message}`]);
  }
  return runAll(modules.map((_, i) => i), availableParallelism(), async (answer) => {
    const { output, status } = await runDriverImage(image, { answer, timeout: GUEST_TIMEOUT_MS });
    const lines = output.trimEnd().split('\n');
    return status === 0 ? lines : [...lines, status === undefined ? 'did not end' : `ended with ${status}`];
  });
}

/** wasm2c has two codes for what V8 calls one thing, twice. */
function sameTrap(v8: string, guest: string): boolean {
  if (v8 === 't') return guest === '1' || guest === '6';
  if (v8 === 'f') return guest === '2' || guest === '4';
  return v8 === guest;
}

function same(v8: string, guest: string): boolean {
  const [a, b] = [v8.split(' '), guest.split(' ')];
  return a[0] === b[0] && sameTrap(a[1] ?? '', b[1] ?? '') && a.slice(2).join(' ') === b.slice(2).join(' ');
}

function compare(result: BatchResult, seed: string, flags: string[], v8: readonly string[], guest: readonly string[]): void {
  for (let i = 0; i < Math.max(v8.length, guest.length); i++) {
    const [a, b] = [v8[i] ?? 'nothing', guest[i] ?? 'nothing'];
    if (a.endsWith('exhausted') || b.endsWith('exhausted')) {
      result.exhausted++;
      return;
    }
    if (!same(a, b)) {
      result.differences.push({ seed, flags, v8: a, guest: b });
      return;
    }
    result.calls++;
    if (a.split(' ')[1] !== '0') result.traps++;
  }
}

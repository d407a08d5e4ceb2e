// What single compiler flags cost: the CPU programs as Linux processes, built as asolo builds them and with one flag
// changed, against the native gcc -O2. It answers "is this flag worth it", and is run by `--only flags` alone.

import { KEEP_LOADS } from '../scripts/flags.ts';
import { type HostOptions, buildLinuxHost, memoryBase } from './linux-host.ts';
import { type Variant, geometricMean, median, pairedRatio, runInTurns } from './measure.ts';
import { mustRun } from './process.ts';
import { PROGRAMS, buildNative, buildWasm, outputPath, secondsOf } from './programs.ts';
import { note, step, table, title, writeJson } from './report.ts';

const without = (flag: string) => (flags: string[]): string[] => flags.filter((other) => other !== flag);
const replace = (flag: string, by: string) => (flags: string[]): string[] => flags.map((other) => (other === flag ? by : other));

const and = (flag: string) => (flags: string[]): string[] => [...flags, flag];

const LOADS = new Set(KEEP_LOADS.map(({ flag }) => flag).filter((flag) => flag !== '-fsignaling-nans' && flag !== '-fno-tree-pta'));
const asmReads = (flags: string[]): string[] => flags.filter((flag) => !LOADS.has(flag));

/** Each as a change to the flags of scripts/flags.ts. */
const CHANGES: Record<string, HostOptions> = {
  'as built': {},
  'loads by asm': { change: asmReads },
  '--fast': { fast: true, change: asmReads },
  'sink': { change: without('-fno-tree-sink') },
  'no split-paths': { change: without('-fsplit-paths') },
  'iterations': { change: without('--param=max-predicted-iterations=8') },
  'reassoc': { change: without('-fno-tree-reassoc') },
  'peel-loops': { change: and('-fpeel-loops') },
  'frame pointer': { change: replace('-fomit-frame-pointer', '-fno-omit-frame-pointer') },
  '-O3': { change: replace('-O2', '-O3') },
};

export async function benchFlags(quick: boolean): Promise<void> {
  const names = Object.keys(CHANGES);
  const rows = [['program', 'native ms', ...names]];
  const ratios: Record<string, Record<string, number>> = {};

  for (const program of PROGRAMS) {
    step(`building ${program.name}`);
    const native = await buildNative(program);
    const wasm = await buildWasm(program);
    const variants: Variant[] = [{ name: 'native', run: () => timed(native) }];
    for (const [index, name] of names.entries()) {
      const path = await buildLinuxHost(wasm, outputPath(program, `flags${index}`), CHANGES[name]);
      variants.push({ name, run: () => timed(path) });
    }
    const timed = async (path: string): Promise<number> => {
      const { stdout } = await mustRun(path, [String(program.iterations)]);
      return secondsOf(program, stdout);
    };
    const samples = await runInTurns(variants, quick ? 3 : 9, (text) => step(`${program.name}: ${text}`));
    const result = Object.fromEntries(names.map((name) => [name, pairedRatio(samples, name, 'native')]));
    ratios[program.name] = result;
    const native_ms = median(samples.get('native')!) * 1000;
    rows.push([program.name, native_ms.toFixed(0), ...names.map((name) => result[name]!.toFixed(3))]);
  }

  const means = names.map((name) => geometricMean(Object.values(ratios).map((result) => result[name]!)));
  rows.push(['geometric mean', '', ...means.map((mean) => mean.toFixed(3))]);
  title('Compiler flags, as Linux processes, against native gcc -O2 (1.00 = as fast)');
  table(rows);
  note(`memory at ${memoryBase()}; repeat: npm run bench -- --only flags`);
  writeJson('flags', { ratios, means: Object.fromEntries(names.map((name, i) => [name, means[i]])) });
}

// How fast an application runs, against the same C source compiled natively by gcc -O2:
//
//   gcc -O3     the same, natively, by gcc -O3
//   linux       wasm2c's C with asolo's flags as a Linux process (linux-host/host.c)
//   v8          the Wasm file in Node, every function compiled by V8's optimising compiler before it runs
//   linux+simd  as linux, the Wasm built with -msimd128 and the C for x86-64-v3 (AVX2)
//   v8+simd     the same Wasm file in Node
//   vm          the image in the virtual machine, under KVM (left out where there is none)
//
// Each program measures the CPU time of its own work and checks its result. All kinds take turns in every round.

import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

import { ROOT } from '../scripts/paths.ts';
import { buildImage } from './images.ts';
import { buildLinuxHost, memoryBase } from './linux-host.ts';
import { commandLine, kvmIsThere, qemuCommand, runMachine } from './machine.ts';
import { type Samples, type Variant, geometricMean, median, pairedRatio, pairedSpread, runInTurns } from './measure.ts';
import { mustRun } from './process.ts';
import { PROGRAMS, type Program, buildNative, buildWasm, nativeCommand, outputPath, secondsOf } from './programs.ts';
import { BENCH_BUILD, note, step, table, title, verdict, writeJson } from './report.ts';

const TARGET = 1.1;
const TARGET_SIMD = 1;
const V8_FLAGS = ['--no-liftoff', '--no-wasm-lazy-compilation', '--no-warnings'];
const ROUNDS = 15;
const ROUNDS_QUICK = 3;

export interface CpuOptions {
  quick: boolean;
  /** In the virtual machine too. */
  vm: boolean;
  /** Names of programs; all without. */
  only?: readonly string[];
}

/** Median ratios to native gcc -O2 by kind, and half the distance between their quartiles. */
interface Figures {
  nativeMs: number;
  ratios: Record<string, number>;
  spreads: Record<string, number>;
}

/** Node runs no TypeScript, and a loader for it would cost more time than the program. */
function nodeRunner(): string {
  const source = readFileSync(join(ROOT, 'bench', 'node-wasi.ts'), 'utf8');
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  const path = join(BENCH_BUILD, 'node-wasi.mjs');
  writeFileSync(path, ts.transpileModule(source, { compilerOptions: options }).outputText);
  return relative(process.cwd(), path);
}

/** Builds a program in every kind; the first is what the others are measured against. */
async function variantsOf(program: Program, vm: boolean): Promise<Variant[]> {
  const iterations = String(program.iterations);
  const timed = async (run: Promise<{ stdout: string }>): Promise<number> => secondsOf(program, (await run).stdout);
  const process_ = (name: string, path: string): Variant => ({ name, run: () => timed(mustRun(path, [iterations])) });
  const node = (name: string, wasm: string): Variant => ({ name, run: () => timed(mustRun(process.execPath, [...V8_FLAGS, runner, wasm, iterations])) });

  const variants = [process_('native', await buildNative(program)), process_('gcc -O3', await buildNative(program, '-O3'))];
  const runner = nodeRunner();
  const wasm = await buildWasm(program);
  variants.push(process_('linux', await buildLinuxHost(wasm, outputPath(program, 'linux'))), node('v8', wasm));
  const simd = await buildWasm(program, true);
  variants.push(process_('linux+simd', await buildLinuxHost(simd, outputPath(program, 'linux-simd'), { cpu: 'x86-64-v3' })), node('v8+simd', simd));
  if (vm) {
    const kernel = await buildImage(wasm, outputPath(program, 'elf'));
    variants.push({ name: 'vm', run: () => timed(runMachine({ kernel, accelerator: 'kvm', words: `-- ${iterations}` })) });
  }
  return variants;
}

function figuresOf(samples: Samples): Figures {
  const kinds = [...samples.keys()].filter((kind) => kind !== 'native');
  return {
    nativeMs: median(samples.get('native')!) * 1000,
    ratios: Object.fromEntries(kinds.map((kind) => [kind, pairedRatio(samples, kind, 'native')])),
    spreads: Object.fromEntries(kinds.map((kind) => [kind, pairedSpread(samples, kind, 'native')])),
  };
}

export async function benchCpu(options: CpuOptions): Promise<void> {
  const vm = options.vm && kvmIsThere();
  const programs = PROGRAMS.filter(({ name }) => options.only?.includes(name) ?? true);
  const all: Record<string, Figures> = {};
  for (const program of programs) {
    step(`building ${program.name}`);
    const variants = await variantsOf(program, vm);
    const samples = await runInTurns(variants, options.quick ? ROUNDS_QUICK : ROUNDS, (text) => step(`${program.name}: ${text}`));
    all[program.name] = figuresOf(samples);
  }
  show(all, options.vm && !vm);
  printCommands(programs[0]!, vm);
}

function show(all: Record<string, Figures>, vmIsMissing: boolean): void {
  const kinds = Object.keys(Object.values(all)[0]!.ratios);
  const means = Object.fromEntries(kinds.map((kind) => [kind, geometricMean(Object.values(all).map(({ ratios }) => ratios[kind]!))]));
  const rows = [['program', 'native ms', ...kinds.flatMap((kind) => [kind, '±'])]];
  for (const [name, { nativeMs, ratios, spreads }] of Object.entries(all)) {
    rows.push([name, nativeMs.toFixed(0), ...kinds.flatMap((kind) => [ratios[kind]!.toFixed(2), spreads[kind]!.toFixed(2)])]);
  }
  rows.push(['geometric mean', '', ...kinds.flatMap((kind) => [means[kind]!.toFixed(2), ''])]);

  title('CPU time, native gcc -O2 = 1', `linux at most ${TARGET.toFixed(2)}, with SIMD ${TARGET_SIMD.toFixed(2)}, each faster than V8`);
  table(rows);
  note(`linux: target ${verdict(means['linux']! <= TARGET)}; linux+simd: target ${verdict(means['linux+simd']! <= TARGET_SIMD)}`);
  for (const suffix of ['', '+simd']) {
    const slower = Object.entries(all).filter(([, { ratios }]) => ratios[`linux${suffix}`]! >= ratios[`v8${suffix}`]!).map(([name]) => name);
    note(`linux${suffix} faster than v8${suffix} on each: ${verdict(slower.length === 0)}${slower.length > 0 ? `, not on ${slower.join(', ')}` : ''}`);
  }
  note('medians of paired ratios of CPU times, runs in turns; ± is half the distance between the quartiles');
  note(`linux: memory at ${memoryBase()}${vmIsMissing ? '; vm: not measured, /dev/kvm cannot be opened' : ''}`);
  writeJson('cpu', { targets: { linux: TARGET, simd: TARGET_SIMD }, programs: all, means });
}

function printCommands(program: Program, vm: boolean): void {
  const iterations = String(program.iterations);
  const path = (ending: string): string => join('build', 'bench', 'cpu', `${program.name}.${ending}`);
  note(commandLine([...nativeCommand(program), '-o', path('native-O2'), '&&', path('native-O2'), iterations]).replace("'&&'", '&&'));
  note(commandLine([path('linux'), iterations]));
  if (vm) note(commandLine(qemuCommand({ kernel: path('elf'), accelerator: 'kvm', words: `-- ${iterations}` })));
  note(commandLine(['node', ...V8_FLAGS, 'build/bench/node-wasi.mjs', path('wasm'), iterations]));
}

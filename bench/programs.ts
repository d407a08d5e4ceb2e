// The CPU programs: each a C source that prints `result correct` and `seconds N`, built natively and as Wasm.

import { mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { compileC, readSources } from '../examples/build.ts';
import { ROOT } from '../scripts/paths.ts';
import { mustRun } from './process.ts';
import { BENCH_BUILD } from './report.ts';

export interface Program {
  name: string;
  /** C files, from the project's root. Headers are found beside them and in bench/cpu. */
  sources: readonly string[];
  /** Iterations for about a twentieth of a second: short runs, so that a round is over before the machine changes its mood. */
  iterations: number;
}

const CPU = 'bench/cpu';
const MIX = ['list', 'matrix', 'scanner'].map((name) => `examples/cpu-load/${name}.c`);

const single = (folder: string) => ([name, iterations]: readonly [string, number]): Program => ({ name, sources: [`${folder}/${name}.c`], iterations });

const POLYBENCH = ([
  ['2mm', 30], ['3mm', 30], ['lu', 70], ['cholesky', 90], ['jacobi-2d', 80], ['floyd-warshall', 40], ['nussinov', 40],
  ['durbin', 80], ['gramschmidt', 40], ['seidel-2d', 40], ['heat-3d', 100],
] as const).map(single(`${CPU}/polybench`));

export const PROGRAMS: readonly Program[] = [
  { name: 'mix', sources: [`${CPU}/mix.c`, ...MIX], iterations: 100 },
  ...([['sha256', 180], ['lz', 50], ['json', 80], ['sort', 3], ['hash', 120], ['calls', 400], ['gemm', 40]] as const).map(single(CPU)),
  ...POLYBENCH,
];

/** Vector instructions in the Wasm; then the image is built for processors with AVX2. */
export const SIMD_FLAGS = ['-msimd128'];

export function outputPath(program: Program, ending: string): string {
  return join(BENCH_BUILD, 'cpu', `${program.name}.${ending}`);
}

function folders(program: Program): string[] {
  return [...new Set([CPU, ...program.sources.map(dirname)])];
}

type Level = '-O2' | '-O3';

/** gcc and one flag, as the target names it; `from` is the project's root. */
export function nativeCommand(program: Program, level: Level = '-O2', from = ''): string[] {
  const includes = folders(program).map((folder) => `-I${join(from, folder)}`);
  return ['gcc', level, ...includes, ...program.sources.map((path) => join(from, path)), '-lm'];
}

export async function buildNative(program: Program, level: Level = '-O2'): Promise<string> {
  const output = outputPath(program, `native${level}`);
  mkdirSync(dirname(output), { recursive: true });
  const [compiler, ...args] = nativeCommand(program, level, ROOT);
  await mustRun(compiler!, [...args, '-o', output]);
  return output;
}

export async function buildWasm(program: Program, simd = false): Promise<string> {
  const headers = folders(program).flatMap((folder) => Object.entries(readSources(join(ROOT, folder))).filter(([name]) => name.endsWith('.h')));
  const units = program.sources.map((path) => [basename(path), readFileSync(join(ROOT, path), 'utf8')] as const);
  return compileC(Object.fromEntries([...headers, ...units]), outputPath(program, simd ? 'simd.wasm' : 'wasm'), simd ? SIMD_FLAGS : []);
}

/** The CPU time that a program measured itself, if its result is right. */
export function secondsOf(program: Program, stdout: string): number {
  const seconds = /^seconds\s+([0-9.]+)\r?$/m.exec(stdout)?.[1];
  if (seconds === undefined || !/^result\s+correct\r?$/m.test(stdout)) {
    throw new Error(`${program.name} did not print a correct result:\n${stdout}`);
  }
  return Number(seconds);
}

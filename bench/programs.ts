// The CPU programs: each a C source that prints `result correct` and `seconds N`, built natively and as Wasm.

import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { compileC, readSources } from '../examples/build.ts';
import { ROOT } from '../scripts/paths.ts';
import { mustRun } from './process.ts';
import { BENCH_BUILD } from './report.ts';

export interface Program {
  name: string;
  /** Folder of the sources, and which of its .c files. */
  folder: string;
  units: readonly string[];
  /** Iterations for about a twentieth of a second: short runs, so that a round is over before the machine changes its mood. */
  iterations: number;
}

export const PROGRAMS: readonly Program[] = [
  { name: 'cpu-load', folder: 'examples/cpu-load', units: ['main.c', 'list.c', 'matrix.c', 'scanner.c'], iterations: 500 },
  { name: 'sha256', folder: 'bench/cpu', units: ['sha256.c'], iterations: 200 },
  { name: 'gemm', folder: 'bench/cpu', units: ['gemm.c'], iterations: 40 },
  { name: 'sort', folder: 'bench/cpu', units: ['sort.c'], iterations: 4 },
  { name: 'json', folder: 'bench/cpu', units: ['json.c'], iterations: 120 },
];

export function outputPath(program: Program, ending: string): string {
  return join(BENCH_BUILD, 'cpu', `${program.name}.${ending}`);
}

/** gcc -O2 and nothing else, as the target names it: what everything is measured against. */
export function nativeCommand(program: Program): string[] {
  return ['gcc', '-O2', ...program.units.map((unit) => `${program.folder}/${unit}`)];
}

export async function buildNative(program: Program): Promise<string> {
  const output = outputPath(program, 'native');
  mkdirSync(dirname(output), { recursive: true });
  const units = program.units.map((unit) => join(ROOT, program.folder, unit));
  await mustRun('gcc', ['-O2', ...units, '-o', output]);
  return output;
}

export async function buildWasm(program: Program): Promise<string> {
  const all = readSources(join(ROOT, program.folder));
  const wanted = Object.entries(all).filter(([name]) => name.endsWith('.h') || program.units.includes(name));
  return compileC(Object.fromEntries(wanted), outputPath(program, 'wasm'));
}

/** The time that a program measured itself, if its result is right. */
export function secondsOf(program: Program, stdout: string): number {
  const seconds = /^seconds\s+([0-9.]+)\r?$/m.exec(stdout)?.[1];
  if (seconds === undefined || !/^result\s+correct\r?$/m.test(stdout)) {
    throw new Error(`${program.name} did not print a correct result:\n${stdout}`);
  }
  return Number(seconds);
}

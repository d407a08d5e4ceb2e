// memcpy, memmove, memset and memcmp of the runtime (shim/string.c) against the C library's, by size, as a Linux process.
// With the string instructions on, as on a machine whose CPU says that they are fast; both vector widths.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { type Cpu, CPUS, sourceFlags } from '../scripts/flags.ts';
import { ROOT, SHIM, SHIM_INCLUDE } from '../scripts/paths.ts';
import { findCompiler } from '../scripts/toolchain.ts';
import { withoutPlace } from './linux-host.ts';
import { geometricMean } from './measure.ts';
import { mustRun } from './process.ts';
import { BENCH_BUILD, note, step, table, title, writeJson } from './report.ts';

const FUNCTIONS = ['memcpy', 'memmove', 'memset', 'memcmp'];

/** Ratio of the times, ours to the C library's, by function and size. */
type Ratios = Record<string, Record<string, number>>;

async function measure(cpu: Cpu, rounds: number): Promise<Ratios> {
  const compiler = await findCompiler();
  const renamed = FUNCTIONS.map((name) => `-D${name}=asolo_${name}`);
  const object = join(BENCH_BUILD, `memory-${cpu}.o`);
  const program = join(BENCH_BUILD, `memory-${cpu}`);
  const flags = [...withoutPlace(sourceFlags('shim/string.c', cpu, compiler)), '-fPIE', ...renamed, `-I${SHIM_INCLUDE}`];
  await mustRun(compiler.program, [...compiler.prefix, ...flags, '-c', join(SHIM, 'string.c'), '-o', object]);
  await mustRun(compiler.program, [...compiler.prefix, '-O2', '-fno-builtin', join(ROOT, 'bench', 'memory', 'memory.c'), object, '-o', program]);
  const ratios: Ratios = {};
  for (const line of (await mustRun(program, [String(rounds), 'fast'])).stdout.trim().split('\n')) {
    const [name = '', size = '', ours, theirs] = line.split(' ');
    (ratios[name] ??= {})[size] = Number(ours) / Number(theirs);
  }
  return ratios;
}

export async function benchMemory(quick: boolean): Promise<void> {
  mkdirSync(BENCH_BUILD, { recursive: true });
  const all: Record<string, Ratios> = {};
  for (const cpu of CPUS) {
    step(`memory functions, ${cpu}`);
    all[cpu] = await measure(cpu, quick ? 3 : 25);
  }
  const columns = CPUS.flatMap((cpu) => FUNCTIONS.map((name) => ({ cpu, name })));
  const sizes = Object.keys(all[CPUS[0]!]!['memcpy']!);
  const cells = (text: (figures: Record<string, number>) => number): string[] => columns.map(({ cpu, name }) => text(all[cpu]![name]!).toFixed(2));

  title('Memory functions: time, the C library = 1');
  table([
    ['bytes', ...columns.map(({ cpu, name }) => `${name} ${cpu.slice(-2)}`)],
    ...sizes.map((size) => [Number(size).toLocaleString('en'), ...cells((figures) => figures[size]!)]),
    ['geometric mean', ...cells((figures) => geometricMean(Object.values(figures)))],
  ]);
  note('CPU time, the least of the rounds, in turns; 16 and 32: all sizes from half of it; memmove: overlapping');
  writeJson('memory', all);
}

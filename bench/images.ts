// The images that the benchmark boots: hello and the CPU programs by `asolo build`, and the empty kernel by gcc and ld.

import { mkdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { buildExample } from '../examples/build.ts';
import { ROOT } from '../scripts/paths.ts';
import { mustRun } from './process.ts';
import { BENCH_BUILD } from './report.ts';

/** `asolo build`, as a user calls it. */
export async function buildImage(wasm: string, output: string, ...options: string[]): Promise<string> {
  mkdirSync(dirname(output), { recursive: true });
  await mustRun(process.execPath, [join(ROOT, 'scripts', 'asolo.mjs'), 'build', wasm, '-o', output, ...options]);
  return relative(process.cwd(), output);
}

export async function buildHello(): Promise<string> {
  return buildImage(await buildExample('hello'), join(BENCH_BUILD, 'hello.elf'));
}

export async function buildEmpty(): Promise<string> {
  mkdirSync(BENCH_BUILD, { recursive: true });
  const object = join(BENCH_BUILD, 'empty.o');
  const output = join(BENCH_BUILD, 'empty.elf');
  await mustRun('gcc', ['-c', join(ROOT, 'bench', 'empty', 'empty.S'), '-o', object]);
  await mustRun('ld', ['-m', 'elf_x86_64', '-N', '--no-warn-rwx-segments', '--build-id=none', '-Ttext=0x200000', '-e', 'start', object, '-o', output]);
  return relative(process.cwd(), output);
}

// How fast an application runs, against the same C source compiled natively by gcc -O2:
//
//   linux   wasm2c's C with asolo's flags as a Linux process (linux-host/host.c)
//   vm      the image in the virtual machine, under KVM (left out where there is none)
//   v8      the Wasm file in Node, every function compiled by V8's optimising compiler before it runs
//
// Each program times its own work with clock_gettime and checks its result. All kinds take turns in every round.

import { join } from 'node:path';

import { ROOT } from '../scripts/paths.ts';
import { buildImage } from './images.ts';
import { buildLinuxHost, memoryBase } from './linux-host.ts';
import { commandLine, kvmIsThere, qemuCommand, runMachine } from './machine.ts';
import { type Variant, geometricMean, median, pairedRatio, pairedSpread, runInTurns } from './measure.ts';
import { mustRun } from './process.ts';
import { PROGRAMS, type Program, buildNative, buildWasm, nativeCommand, outputPath, secondsOf } from './programs.ts';
import { note, step, table, title, verdict, writeJson } from './report.ts';

const TARGET = 1.1;
const V8_FLAGS = ['--no-liftoff', '--no-wasm-lazy-compilation', '--no-warnings', '--import', 'tsx'];
const NODE_WASI = join('bench', 'node-wasi.ts');

/** Builds a program in every kind; the first is what the others are measured against. */
async function variantsOf(program: Program): Promise<Variant[]> {
  const iterations = String(program.iterations);
  const timed = async (run: Promise<{ stdout: string }>): Promise<number> => secondsOf(program, (await run).stdout);

  const native = await buildNative(program);
  const wasm = await buildWasm(program);
  const host = await buildLinuxHost(wasm, outputPath(program, 'linux'));
  const variants: Variant[] = [
    { name: 'native', run: () => timed(mustRun(native, [iterations])) },
    { name: 'linux', run: () => timed(mustRun(host, [iterations])) },
    { name: 'v8', run: () => timed(mustRun(process.execPath, [...V8_FLAGS, join(ROOT, NODE_WASI), wasm, iterations])) },
  ];
  if (kvmIsThere()) {
    const machine = await machineOf(program, wasm);
    variants.push({ name: 'vm', run: () => timed(runMachine(machine)) });
  }
  return variants;
}

async function machineOf(program: Program, wasm: string): Promise<Parameters<typeof runMachine>[0]> {
  const kernel = await buildImage(wasm, outputPath(program, 'elf'));
  return { kernel, accelerator: 'kvm', words: `-- ${program.iterations}` };
}

export async function benchCpu(quick: boolean): Promise<void> {
  const kinds = kvmIsThere() ? ['linux', 'vm', 'v8'] : ['linux', 'v8'];
  const rows = [['program', 'native ms', ...kinds.flatMap((kind) => [kind, '±'])]];
  const programs: Record<string, Record<string, number>> = {};

  for (const program of PROGRAMS) {
    step(`building ${program.name}`);
    const samples = await runInTurns(await variantsOf(program), quick ? 5 : 31, (text) => step(`${program.name}: ${text}`));
    const ratios = Object.fromEntries(kinds.map((kind) => [kind, pairedRatio(samples, kind, 'native')]));
    programs[program.name] = ratios;
    const cells = kinds.flatMap((kind) => [ratios[kind]!.toFixed(2), pairedSpread(samples, kind, 'native').toFixed(2)]);
    rows.push([program.name, (median(samples.get('native')!) * 1000).toFixed(0), ...cells]);
  }

  const means = Object.fromEntries(kinds.map((kind) => [kind, geometricMean(Object.values(programs).map((ratios) => ratios[kind]!))]));
  rows.push(['geometric mean', '', ...kinds.flatMap((kind) => [means[kind]!.toFixed(2), ''])]);
  title('CPU time, native gcc -O2 = 1', `at most ${TARGET.toFixed(2)}`);
  table(rows);
  for (const kind of kinds.filter((name) => name !== 'v8')) note(`${kind}: target ${verdict(means[kind]! <= TARGET)}`);
  note('medians of paired ratios, runs in turns; ± is half the distance between the quartiles');
  note(`linux: memory at ${memoryBase()}${kvmIsThere() ? '' : '; vm: not measured, /dev/kvm cannot be opened'}`);
  printCommands(PROGRAMS[0]!);
  writeJson('cpu', { target: TARGET, programs, means });
}

function printCommands(program: Program): void {
  const iterations = String(program.iterations);
  const path = (ending: string): string => join('build', 'bench', 'cpu', `${program.name}.${ending}`);
  note(commandLine([...nativeCommand(program), '-o', path('native'), '&&', path('native'), iterations]).replace("'&&'", '&&'));
  note(commandLine([path('linux'), iterations]));
  if (kvmIsThere()) note(commandLine(qemuCommand({ kernel: path('elf'), accelerator: 'kvm', words: `-- ${iterations}` })));
  note(commandLine(['node', ...V8_FLAGS, NODE_WASI, path('wasm'), iterations]));
}

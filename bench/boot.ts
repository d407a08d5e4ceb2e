// How long a boot takes.
//
// Time: the whole QEMU process of hello, from its start to its exit, less that of a kernel that exits at once
// (empty/empty.S); the two take turns. What is left is what hello brings: image, kernel, application, console output.
//
// Instructions: with `-icount shift=0` one instruction is one tick of the TSC, so the times that the kernel notes
// (`timeline`) are counts of guest instructions, the same in every run up to the application's entry.
// hello asks for the time, and the kernel then measures the TSC's frequency for a millisecond: that shows after it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Accelerator } from '../scripts/qemu.ts';
import { buildEmpty, buildHello } from './images.ts';
import { commandLine, kvmIsThere, qemuCommand, runMachine } from './machine.ts';
import { median, pairedDifference, runInTurns } from './measure.ts';
import { BENCH_BUILD, note, step, table, title, verdict, writeJson } from './report.ts';

const TARGET_MS = 15;

/** Wall clock for a machine that has no kvmclock: any fixed time will do here. */
const EPOCH = 'epoch=1735689600000000000';

interface BootFigures {
  empty: number;
  hello: number;
  difference: number;
}

async function measureTime(hello: string, empty: string, accelerator: Accelerator, rounds: number): Promise<BootFigures> {
  const variants = [
    { name: 'empty', run: async () => (await runMachine({ kernel: empty, accelerator })).milliseconds },
    { name: 'hello', run: async () => (await runMachine({ kernel: hello, accelerator, words: EPOCH })).milliseconds },
  ];
  const samples = await runInTurns(variants, rounds, (text) => step(`boot, ${accelerator}: ${text}`));
  return {
    empty: median(samples.get('empty')!),
    hello: median(samples.get('hello')!),
    difference: pairedDifference(samples, 'hello', 'empty'),
  };
}

interface InstructionCounts {
  entryToKernel: number;
  kernelToApplication: number;
  applicationToExit: number;
}

/** Counts guest instructions from the control line `time entry=… kernel=… application=… exit=… hz=…`. */
async function countInstructions(kernel: string): Promise<InstructionCounts> {
  const control = join(BENCH_BUILD, 'control');
  await runMachine({ kernel, accelerator: 'tcg', countInstructions: true, control, words: `${EPOCH} log=com3 timeline` });
  const line = /^time .*$/m.exec(readFileSync(control, 'latin1'))?.[0] ?? '';
  const at = (name: string): number => Number(new RegExp(`\\b${name}=(\\d+)`).exec(line)?.[1]);
  const counts = {
    entryToKernel: at('kernel') - at('entry'),
    kernelToApplication: at('application') - at('kernel'),
    applicationToExit: at('exit') - at('application'),
  };
  if (Object.values(counts).some(Number.isNaN)) throw new Error(`no times in the control lines: '${line}'`);
  return counts;
}

export async function benchBoot(quick: boolean): Promise<void> {
  step('building hello and the empty kernel');
  const hello = await buildHello();
  const empty = await buildEmpty();
  const accelerators: Accelerator[] = kvmIsThere() ? ['tcg', 'kvm'] : ['tcg'];

  const rows = [['process, start to exit (ms)', 'empty', 'hello', 'difference']];
  const times: Partial<Record<Accelerator, BootFigures>> = {};
  for (const accelerator of accelerators) {
    const figures = await measureTime(hello, empty, accelerator, quick ? 5 : 41);
    times[accelerator] = figures;
    rows.push([`microvm, ${accelerator}`, figures.empty.toFixed(1), figures.hello.toFixed(1), figures.difference.toFixed(1)]);
  }
  const counts = await countInstructions(hello);

  title('Boot of hello', `difference under ${TARGET_MS} ms with TCG`);
  table(rows);
  note(`target ${verdict(times.tcg!.difference < TARGET_MS)}; medians, runs in turns; a difference is the median of paired differences`);
  if (!/\b(vmx|svm)\b/.test(readFileSync('/proc/cpuinfo', 'latin1'))) {
    note('this processor shows neither vmx nor svm: if KVM is here, it is done in software, and ring 0 and devices are slow');
  }
  note(commandLine(qemuCommand({ kernel: empty, accelerator: 'tcg' })));
  note(commandLine(qemuCommand({ kernel: hello, accelerator: 'tcg', words: EPOCH })));

  title('Guest instructions, counted');
  table([
    ['from … to', 'instructions'],
    ['kernel entry, ring 3', counts.entryToKernel.toLocaleString('en')],
    ['ring 3, application entry', counts.kernelToApplication.toLocaleString('en')],
    ['application entry, exit', counts.applicationToExit.toLocaleString('en')],
  ]);
  note('the last holds the wait of 1 ms (1,000,000 instructions here) that measures the TSC when hello asks for the time');
  note(commandLine(qemuCommand({ kernel: hello, accelerator: 'tcg', countInstructions: true, control: 'control', words: `${EPOCH} log=com3 timeline` })));
  writeJson('boot', { targetMs: TARGET_MS, milliseconds: times, instructions: counts });
}

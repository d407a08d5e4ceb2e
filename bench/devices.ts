// A machine with a network interface and a disk: how long it takes to boot, what it costs while it sleeps, and how late
// solo5_yield wakes up. Time is the host's, so the last two are shown beside a native process; instructions are exact.

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { compileSolo5 } from '../examples/build.ts';
import { ROOT } from '../scripts/paths.ts';
import type { MachineName } from '../scripts/qemu.ts';
import { readImage } from '../scripts/steps/manifest.ts';
import { attachDevices } from '../scripts/vm/attach.ts';
import { buildImage } from './images.ts';
import { commandLine, type MachineOptions, qemuCommand, runMachine } from './machine.ts';
import { median } from './measure.ts';
import { mustRun } from './process.ts';
import { BENCH_BUILD, note, step, table, title, writeJson } from './report.ts';

const SOURCES = join(ROOT, 'bench', 'devices');
const MANIFEST = { devices: [{ name: 'service', type: 'net' }, { name: 'storage', type: 'block' }] };
const IDLE_SECONDS = 10;
/** Clock ticks of /proc/PID/stat. */
const TICKS = 100;

interface Images { readonly declaring: string; readonly plain: string; readonly native: string; readonly machine: MachineOptions }

/** The same program twice: with a manifest, and without, so that it boots with no device, too. */
async function build(): Promise<Images> {
  mkdirSync(BENCH_BUILD, { recursive: true });
  const at = (name: string): string => join(BENCH_BUILD, name);
  const read = (name: string): string => readFileSync(join(SOURCES, name), 'utf8');
  const wasm = await compileSolo5({ 'guest.c': read('guest.c'), 'late.h': read('late.h') }, at('devices.wasm'));
  writeFileSync(at('devices.json'), JSON.stringify(MANIFEST));
  writeFileSync(at('devices.img'), Buffer.alloc(1 << 20));
  const plain = await buildImage(wasm, at('devices-plain.elf'));
  const declaring = await buildImage(wasm, at('devices.elf'), '--manifest', at('devices.json'));
  await mustRun('gcc', ['-O2', join(SOURCES, 'native.c'), '-o', at('devices-native')]);
  const devices = attachDevices(readImage(declaring).manifest, { net: ['service=none'], disk: [`storage=${at('devices.img')}`] });
  return { declaring, plain, native: at('devices-native'), machine: { kernel: declaring, accelerator: 'tcg', devices } };
}

/** From the image's first instruction to the application's, in instructions or in microseconds of the TSC. */
async function bootOnce(options: MachineOptions): Promise<number> {
  const control = join(BENCH_BUILD, 'control');
  await runMachine({ ...options, control, words: 'log=com3 timeline -- boot' });
  const line = /^time .*$/m.exec(readFileSync(control, 'latin1'))?.[0] ?? '';
  const at = (name: string): number => Number(new RegExp(`\\b${name}=(\\d+)`).exec(line)?.[1]);
  const cycles = at('application') - at('entry');
  return options.countInstructions ? cycles : cycles / at('hz') * 1e6;
}

async function showBoot({ plain, machine }: Images, rounds: number): Promise<unknown> {
  const rows = [['entry to the application', 'instructions', 'of these, devices', 'µs', 'of these, devices']];
  const all: Record<string, unknown> = {};
  for (const name of ['microvm', 'q35'] satisfies MachineName[]) {
    const figures: { instructions: number; microseconds: number }[] = [];
    for (const devices of [[], machine.devices!]) {
      const options: MachineOptions = { ...machine, kernel: plain, machine: name, devices };
      const times: number[] = [];
      for (let i = 0; i < rounds; i++) {
        step(`boot, ${name}, ${devices.length} devices: round ${i + 1} of ${rounds}`);
        times.push(await bootOnce(options));
      }
      figures.push({ instructions: await bootOnce({ ...options, countInstructions: true }), microseconds: median(times) });
    }
    const [none, both] = figures as [typeof figures[0], typeof figures[0]];
    const row = (what: string, { instructions, microseconds }: typeof none, shares: string[]): string[] =>
      [`${name}, ${what}`, instructions.toLocaleString('en'), shares[0]!, microseconds.toFixed(0), shares[1]!];
    rows.push(row('no device', none, ['', '']));
    rows.push(row('net and block', both, [(both.instructions - none.instructions).toLocaleString('en'), (both.microseconds - none.microseconds).toFixed(0)]));
    all[name] = { none, both };
  }
  title('Boot with devices', 'under 2,000 µs with net and block');
  table(rows);
  note('instructions by -icount shift=0, the same in every run; µs by the guest\'s clock, medians');
  note(commandLine(qemuCommand({ ...machine, kernel: plain, words: 'log=com3 timeline -- boot' })));
  return all;
}

/** Percent of one processor that QEMU takes while its guest sleeps. */
async function showIdle({ machine }: Images, seconds: number): Promise<unknown> {
  const [program, ...args] = qemuCommand({ ...machine, words: '-- idle' });
  const child = spawn(program!, args, { stdio: 'ignore' });
  const ticks = (): number => {
    const fields = readFileSync(`/proc/${child.pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
    return Number(fields[11]) + Number(fields[12]);
  };
  try {
    step('idle');
    await sleep(2000);
    const before = ticks();
    await sleep(seconds * 1000);
    const percent = (ticks() - before) / TICKS / seconds * 100;
    title('QEMU while its guest sleeps, with net and block', 'under 1 % of a processor');
    table([['', 'CPU time, %'], [`${seconds} s in solo5_yield`, percent.toFixed(2)]]);
    note(commandLine([program!, ...args]));
    return { percent, seconds };
  } finally {
    child.kill('SIGKILL');
  }
}

/** By length of the sleep: how late each ended, in µs, sorted. */
function readLateness(output: string): Map<number, number[]> {
  const all = new Map<number, number[]>();
  for (const [, length, late] of output.matchAll(/^late (\d+) (\d+)$/gm)) {
    all.set(Number(length), [...(all.get(Number(length)) ?? []), Number(late) / 1000]);
  }
  for (const times of all.values()) times.sort((a, b) => a - b);
  return all;
}

async function showLateness({ native, machine }: Images): Promise<unknown> {
  step('lateness');
  const sides = {
    native: readLateness((await mustRun(native, [])).stdout),
    guest: readLateness((await runMachine({ ...machine, words: '-- late' })).stdout),
  };
  const rows = [['µs after the deadline', 'median', '90 %', '99 %', 'worst', 'within 200 µs, %']];
  for (const length of sides.guest.keys()) {
    for (const [side, lengths] of Object.entries(sides)) {
      const times = lengths.get(length)!;
      const at = (part: number): string => times[Math.min(times.length - 1, Math.floor(times.length * part))]!.toFixed(0);
      const within = times.filter((time) => time <= 200).length / times.length * 100;
      rows.push([`${side}, sleeps of ${length / 1000} µs`, at(0.5), at(0.9), at(0.99), at(1), within.toFixed(1)]);
    }
  }
  title('How late solo5_yield wakes up', 'within 200 µs');
  table(rows);
  note('native: clock_nanosleep to the same deadlines; on a busy host both wait for a processor');
  return Object.fromEntries(Object.entries(sides).map(([side, lengths]) => [side, Object.fromEntries(lengths)]));
}

export async function benchDevices(quick: boolean): Promise<void> {
  step('building the guest');
  const images = await build();
  const boot = await showBoot(images, quick ? 3 : 21);
  const idle = await showIdle(images, quick ? 3 : IDLE_SECONDS);
  writeJson('devices', { boot, idle, lateness: await showLateness(images) });
}

// npm run bench:block: how fast a disk is. Reads, writes and writes with a flush after each batch; sequential and random;
// 512 B, 4 KiB and 1 MiB; one request at a time and 32 under way. In the guest (block/guest.c), under TCG, and by a native
// program on the same file in the same run (block/native.c). Both go through the host's page cache.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { compileSolo5 } from '../examples/build.ts';
import { ROOT } from '../scripts/paths.ts';
import { readImage } from '../scripts/steps/manifest.ts';
import { attachDevices } from '../scripts/vm/attach.ts';
import { buildImage } from './images.ts';
import { commandLine, type MachineOptions, qemuCommand, runMachine } from './machine.ts';
import { median } from './measure.ts';
import { mustRun } from './process.ts';
import { BENCH_BUILD, done, note, step, table, title, writeJson } from './report.ts';

const USAGE = `usage: npm run bench:block -- [--quick]

  --quick   one short round: shows that it works, the figures are rough`;

const DISK_BYTES = 64 << 20;
const SOURCES = join(ROOT, 'bench', 'block');

/** MB/s by shape, a figure a round. */
type Figures = Map<string, number[]>;

function readFigures(output: string, into: Figures): void {
  for (const [, shape, bytes, nanoseconds] of output.matchAll(/^(\w+ \w+ \d+ \d+) (\d+) (\d+)$/gm)) {
    into.set(shape!, [...(into.get(shape!) ?? []), (Number(bytes) * 1000) / Number(nanoseconds)]);
  }
}

async function buildBoth(): Promise<{ guest: string; native: string; disk: string }> {
  mkdirSync(BENCH_BUILD, { recursive: true });
  const read = (name: string): string => readFileSync(join(SOURCES, name), 'utf8');
  const wasm = await compileSolo5({ 'guest.c': read('guest.c'), 'shapes.h': read('shapes.h') }, join(BENCH_BUILD, 'block.wasm'));
  const manifest = join(BENCH_BUILD, 'block.json');
  writeFileSync(manifest, JSON.stringify({ devices: [{ name: 'storage', type: 'block' }] }));
  const guest = await buildImage(wasm, join(BENCH_BUILD, 'block.elf'), '--manifest', manifest);
  const native = join(BENCH_BUILD, 'block-native');
  await mustRun('gcc', ['-O2', join(SOURCES, 'native.c'), '-o', native]);
  const disk = join(BENCH_BUILD, 'block.img');
  writeFileSync(disk, Buffer.alloc(DISK_BYTES, 0xa5));
  return { guest, native, disk };
}

function showFigures(native: Figures, guest: Figures): void {
  const rows = [['', 'size', 'depth', 'native MB/s', 'guest MB/s', 'ratio', 'µs a request']];
  for (const [shape, figures] of guest) {
    const [kind, order, size, depth] = shape.split(' ');
    const ratio = median(figures.map((figure, i) => figure / native.get(shape)![i]!));
    const rate = median(figures);
    rows.push([
      `${kind === 'flush' ? 'write and flush' : kind}, ${order}`, Number(size).toLocaleString('en'), depth!,
      median(native.get(shape)!).toFixed(1), rate.toFixed(1), ratio.toFixed(3), (Number(size) / rate).toFixed(1),
    ]);
  }
  title('Disk: MB/s', '36 at 512 B reads, depth 1; 500 at 1 MiB');
  table(rows);
}

export async function benchBlock(quick: boolean): Promise<void> {
  step('building the guest and the native program');
  const { guest: kernel, native, disk } = await buildBoth();
  const milliseconds = quick ? 20 : 200;
  const rounds = quick ? 1 : 7;
  const devices = attachDevices(readImage(kernel).manifest, { disk: [`storage=${disk}`] });
  const machine: MachineOptions = { kernel, accelerator: 'tcg', memory: '128M', devices, words: `-- ${milliseconds}` };
  const figures = { native: new Map() as Figures, guest: new Map() as Figures };
  for (let round = 0; round < rounds; round++) {
    step(`disk, round ${round + 1} of ${rounds}`);
    readFigures((await mustRun(native, [disk, String(milliseconds)])).stdout, figures.native);
    readFigures((await runMachine(machine)).stdout, figures.guest);
  }
  showFigures(figures.native, figures.guest);
  note('medians of rounds in turns; depth 32: 32 requests begun, then all waited for; native: preadv and pwritev; a flush ends each batch');
  note(commandLine(qemuCommand(machine)));
  writeJson('block', { native: Object.fromEntries(figures.native), guest: Object.fromEntries(figures.guest) });
}

if (process.argv[1]?.endsWith('block.ts')) {
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } } });
  if (values.help) console.log(USAGE);
  else {
    try {
      await benchBlock(values.quick);
    } catch (error) {
      done();
      console.error(`bench:block: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
  }
}

// Files: small ones opened, a large one written and read, in memory, packed and shared with the host, a directory listed: in
// the guest, under node:wasi on this machine's own file system, and natively on the same, in one run.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { compileC } from '../examples/build.ts';
import { ROOT } from '../scripts/paths.ts';
import { findCompiler } from '../scripts/toolchain.ts';
import { kvmIsThere } from './machine.ts';
import { mustRun } from './process.ts';
import { BENCH_BUILD, done, note, step, table, title, writeJson } from './report.ts';

const SOURCE = join(ROOT, 'bench', 'files', 'files.c');
const LARGE = 64 * 1024 * 1024;
const OPENED = 1000;
/** Files in the directory: what costs more with more of them shows. */
const COUNTS = [100, 1000, 10_000];

/** 'open 100' -> nanoseconds. */
type Figures = Record<string, number>;

/** What is shown of each figure: its name, and how a figure becomes one of a unit. */
type Row = [key: string, what: string, show: (nanoseconds: number) => string];
const ROWS: Row[] = [
  ...COUNTS.map((files): Row => [`open ${files}`, `open, read, close 4 KiB, of ${files.toLocaleString('en')} files`, (ns) => `${(ns / OPENED / 1000).toFixed(2)} µs`]),
  ...COUNTS.map((files): Row => [`list ${files}`, `list ${files.toLocaleString('en')} entries, each`, (ns) => `${(ns / files).toFixed(0)} ns`]),
  [`write ${LARGE}`, 'write 64 MiB', (ns) => `${(LARGE / ns).toFixed(2)} GB/s`],
  [`read ${LARGE}`, 'read 64 MiB', (ns) => `${(LARGE / ns).toFixed(2)} GB/s`],
  [`packed ${LARGE}`, 'read 64 MiB that was packed', (ns) => `${(LARGE / ns).toFixed(2)} GB/s`],
];

function parse(text: string): Figures {
  return Object.fromEntries(text.trim().split('\n').map((line) => line.split(' ')).map(([what, count, ns]) => [`${what} ${count}`, Number(ns)]));
}

export async function benchFiles(quick: boolean): Promise<void> {
  mkdirSync(BENCH_BUILD, { recursive: true });
  const rounds = quick ? '2' : '7';
  const work = mkdtempSync(join(tmpdir(), 'asolo-bench-files-'));
  const at = (...names: string[]): string => join(work, ...names);
  try {
    for (const name of ['native', 'node', 'packed', 'shared']) mkdirSync(at(name));
    writeFileSync(at('packed', 'large'), Buffer.alloc(LARGE, 'x'));
    const compiler = await findCompiler();
    const wasm = await compileC({ 'files.c': readFileSync(SOURCE, 'utf8') }, join(BENCH_BUILD, 'files.wasm'));
    const native = join(BENCH_BUILD, 'files');
    await mustRun(compiler.program, [...compiler.prefix, '-O2', SOURCE, '-o', native]);

    step('files: natively');
    const figures: Record<string, Figures> = { native: parse((await mustRun(native, [at('native'), at('packed'), rounds])).stdout) };
    step('files: node:wasi');
    const directories = ['--env', 'LANG=C', '--dir', `${at('node')}::/tmp`, '--dir', `${at('packed')}::/packed`];
    figures['node'] = parse((await mustRun(process.execPath, ['--no-warnings', '--import', 'tsx', join(ROOT, 'bench', 'node-wasi.ts'), ...directories, wasm, '/tmp', '/packed', rounds])).stdout);
    step('files: the guest');
    const image = at('files.elf');
    const asolo = join(ROOT, 'scripts', 'asolo.mjs');
    await mustRun(process.execPath, [asolo, 'build', wasm, '--dir', `${at('packed')}::/packed:ro`, '-o', image]);
    const accelerator = kvmIsThere() ? 'kvm' : 'tcg';
    figures['guest'] = parse((await mustRun(process.execPath, [asolo, 'run', image, '--accel', accelerator, '--memory', '512M', '--', '/tmp', '/packed', rounds])).stdout);
    step('files: the guest, in a directory of the host');
    const shares = ['--share', `${at('shared')}::/shared`];
    figures['shared'] = parse((await mustRun(process.execPath, [asolo, 'run', image, '--accel', accelerator, '--memory', '512M', ...shares, '--', '/shared', '/packed', rounds])).stdout);

    const ratio = (key: string, peer: string, who = 'guest'): string => (figures[who]![key]! / figures[peer]![key]!).toFixed(2);
    title('Files: time of the same work');
    table([
      ['', `guest (${accelerator})`, 'shared', 'node:wasi', 'native', 'guest/node', 'guest/native', 'shared/node'],
      ...ROWS.map(([key, what, show]) => [what, ...['guest', 'shared', 'node', 'native'].map((who) => show(figures[who]![key]!)), ratio(key, 'node'), ratio(key, 'native'), ratio(key, 'node', 'shared')]),
    ]);
    note(`the least of ${rounds} rounds; the guest's files are in memory, and by --share, like the others', in ${tmpdir()}, which the host keeps in memory too`);
    writeJson('files', figures);
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** npm run bench:files [-- --quick] */
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await benchFiles(process.argv.includes('--quick'));
  done();
}

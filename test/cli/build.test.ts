// asolo build and inspect, as a user runs them.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Inspection } from '../../scripts/commands/inspect.ts';
import { PT_LOAD, PT_NOTE, readElf } from '../../scripts/elf/reader.ts';
import { asolo } from '../support/asolo.ts';
import { compile, sayAndExit } from './modules.ts';

let directory: string;
const path = (...names: string[]): string => join(directory, ...names);
const hash = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-build-'));
  writeFileSync(path('app.wasm'), await compile(sayAndExit('hello\n', 0)));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('asolo build', () => {
  it('puts the image beside the application and says so in one line', async () => {
    const { status, stdout, stderr } = await asolo(['build', path('app.wasm')]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/app\.elf: [\d.]+ KiB, from app\.wasm in .*\n$/);
    expect(existsSync(path('app.elf'))).toBe(true);
  });

  it('two builds with nothing in common but the inputs give the same bytes', async () => {
    for (const place of ['one', 'another place']) {
      mkdirSync(path(place));
      writeFileSync(path(place, 'app.wasm'), readFileSync(path('app.wasm')));
      const { status } = await asolo(['build', 'app.wasm', '-o', 'out.elf', '--env', 'A=b c'], { cwd: path(place), env: { ASOLO_CACHE: path(`${place} cache`) } });
      expect(status).toBe(0);
    }
    expect(hash(path('one', 'out.elf'))).toBe(hash(path('another place', 'out.elf')));
    expect(readFileSync(path('one', 'out.elf')).includes(directory)).toBe(false);
  });

  it('a build of which nothing changed takes under 2 s and gives the same bytes', async () => {
    const env = { ASOLO_CACHE: path('one cache') };
    const args = ['build', path('one', 'app.wasm'), '-o', path('again.elf'), '--env', 'A=b c'];
    let best = Infinity;
    // The best of three: other tests run beside this one.
    for (let i = 0; i < 3; i++) {
      const began = Date.now();
      const { stdout } = await asolo(args, { env });
      best = Math.min(best, Date.now() - began);
      if (i > 0) expect(stdout).toContain('(nothing changed)');
    }
    expect(best).toBeLessThan(2000);
    expect(hash(path('again.elf'))).toBe(hash(path('one', 'out.elf')));
  });

  it('a damaged cache does no harm', async () => {
    const cache = path('another place cache');
    for (const kind of readdirSync(cache)) {
      for (const entry of readdirSync(join(cache, kind))) {
        const [file] = readdirSync(join(cache, kind, entry)).filter((name) => name !== 'entry.json');
        if (file) truncateSync(join(cache, kind, entry, file), 10);
      }
    }
    const { status } = await asolo(['build', path('one', 'app.wasm'), '-o', path('healed.elf'), '--env', 'A=b c'], { env: { ASOLO_CACHE: cache } });
    expect(status).toBe(0);
    expect(hash(path('healed.elf'))).toBe(hash(path('one', 'out.elf')));
  });

  it('every option that decides the code changes the image', async () => {
    const hashes = new Set<string>();
    const variants = [[], ['-O', '1'], ['--fast'], ['--cpu', 'x86-64-v3'], ['--stack', '2M'], ['--env', 'A=1']];
    for (const [i, options] of variants.entries()) {
      expect((await asolo(['build', path('app.wasm'), '-o', path(`${i}.elf`), ...options])).status).toBe(0);
      hashes.add(hash(path(`${i}.elf`)));
    }
    expect(hashes.size).toBe(variants.length);
  });

  it('--keep keeps what was made on the way', async () => {
    expect((await asolo(['build', path('app.wasm'), '-o', path('kept.elf'), '--keep', path('keep')])).status).toBe(0);
    expect(readdirSync(path('keep'))).toEqual(expect.arrayContaining([
      'app.c', 'app.elf', 'app.h', 'app.unstripped.elf', 'app.wasm', 'bindings.c', 'kernel.c', 'kernel.h', 'kernel.wasm', 'manifest.json', 'symbols.S', 'words.S',
    ]));
    expect(hash(path('keep', 'app.elf'))).toBe(hash(path('kept.elf')));
    expect(readElf(readFileSync(path('keep', 'app.unstripped.elf'))).symbols.length).toBeGreaterThan(100);
  });

  it('the image has one note, no symbols, and no segment both writable and executable', () => {
    const elf = readElf(readFileSync(path('app.elf')));
    expect(elf.symbols).toEqual([]);
    expect(elf.segments.filter(({ type }) => type === PT_NOTE)).toHaveLength(1);
    expect(elf.segments.filter(({ type, flags }) => type === PT_LOAD && (flags & 3) === 3)).toEqual([]);
  });

  it('Ctrl-C in the middle leaves no image and no scratch', async () => {
    const cache = path('interrupted cache');
    const child = spawn('node', [join(import.meta.dirname, '../../scripts/asolo.mjs'), 'build', path('app.wasm'), '-o', path('interrupted.elf'), '-v'], { env: { ...process.env, ASOLO_CACHE: cache } });
    const status = await new Promise((resolve) => {
      child.stderr.once('data', () => child.kill('SIGINT'));
      child.on('close', resolve);
    });
    expect(status).toBe(130);
    expect(existsSync(path('interrupted.elf'))).toBe(false);
    expect(readdirSync(join(cache, 'scratch'))).toEqual([]);
  });
});

it('an image of a Go program has the word that makes its listening sockets non-blocking', async () => {
  const name = (text: string): number[] => [text.length, ...Buffer.from(text)];
  const section = [...name('producers'), 1, ...name('processed-by'), 1, ...name('Go cmd/compile'), ...name('go1.23.5')];
  const module = await compile(`(module (import "wasi_snapshot_preview1" "sock_accept" (func (param i32 i32 i32) (result i32)))
    (memory (export "memory") 1) (func (export "_start")))`);
  writeFileSync(path('go.wasm'), Buffer.concat([module, Buffer.from([0, section.length, ...section])]));
  expect(await asolo(['build', path('go.wasm')])).toMatchObject({ status: 0, stderr: '' });
  const { stdout } = await asolo(['inspect', path('go.elf'), '--json']);
  expect((JSON.parse(stdout) as Inspection).manifest.words).toBe('listeners=nonblock');
}, 300_000);

describe('asolo inspect', () => {
  it('shows sections, imports, memory and hashes', async () => {
    const { status, stdout } = await asolo(['inspect', path('app.elf')]);
    expect(status).toBe(0);
    for (const text of [/\.text +[\d.]+ KiB/, /wasi_snapshot_preview1\.fd_write +kernel: wasi_fd_write/, /application, at start +1 pages \(64\.0 KiB\)/, /kernel\.wasm +[0-9a-f]{64}/]) {
      expect(stdout).toMatch(text);
    }
  });

  it('--json has the same for programs', async () => {
    const { stdout } = await asolo(['inspect', path('one', 'out.elf'), '--json']);
    const inspection = JSON.parse(stdout) as Inspection;
    expect(inspection.manifest.application).toMatchObject({ name: 'app.wasm', sha256: hash(path('app.wasm')) });
    expect(inspection.manifest.words).toBe('"env=A=b c"');
    expect(inspection.sections.find(({ name }) => name === '.asolo')?.loaded).toBe(false);
  });
});

it.each([['--help'], ['build', '--help'], ['run', '--help'], ['inspect', '--help'], ['doctor', '--help'], ['start', '--help'], ['test', '--help']])('asolo %s %s has examples', async (...args) => {
  const { status, stdout, stderr } = await asolo(args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/Examples:\n {2}\$ /);
});

// asolo build --dir and asolo inspect, as a user runs them: the files in an image, and what is said when they cannot be.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Inspection } from '../../scripts/commands/inspect.ts';
import { asolo } from '../support/asolo.ts';
import { compile, sayAndExit } from './modules.ts';

let directory: string;
const path = (...names: string[]): string => join(directory, ...names);

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-files-'));
  writeFileSync(path('app.wasm'), await compile(sayAndExit('hello\n', 0)));
  mkdirSync(path('site/sub'), { recursive: true });
  writeFileSync(path('site/index.html'), 'one\n');
  writeFileSync(path('site/sub/page'), 'two\n');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const build = (output: string, ...dirs: string[]): ReturnType<typeof asolo> =>
  asolo(['build', path('app.wasm'), '-o', path(output), ...dirs.flatMap((dir) => ['--dir', dir])]);

it('the same files with the same times give the same image, wherever they are; others give another', async () => {
  cpSync(path('site'), path('copy'), { recursive: true, preserveTimestamps: true });
  expect((await build('one.elf', `${path('site')}::/`)).status).toBe(0);
  expect((await build('two.elf', `${path('copy')}::/`)).status).toBe(0);
  expect(readFileSync(path('one.elf')).equals(readFileSync(path('two.elf')))).toBe(true);
  expect(readFileSync(path('one.elf')).includes(directory)).toBe(false);
  const again = await build('again.elf', `${path('site')}::/`);
  expect(again.stdout).toContain('(nothing changed)');
  writeFileSync(path('copy/sub/page'), 'owt\n');
  expect((await build('three.elf', `${path('copy')}::/`)).status).toBe(0);
  expect(readFileSync(path('one.elf')).equals(readFileSync(path('three.elf')))).toBe(false);
  expect((await build('four.elf', `${path('site')}::/var`)).status).toBe(0);
  expect(readFileSync(path('one.elf')).equals(readFileSync(path('four.elf')))).toBe(false);
});

it('inspect shows what was packed', async () => {
  const { stdout } = await asolo(['inspect', path('one.elf')]);
  expect(stdout).toMatch(/Files\n {2}directories +\/\n {2}files +2, 8 B; with directories and links 3 entries\n/);
  const { manifest, sections } = JSON.parse((await asolo(['inspect', path('one.elf'), '--json'])).stdout) as Inspection;
  expect(manifest.files).toMatchObject({ preopens: ['/'], entries: 3, files: 2, bytes: 8 });
  expect(sections.find(({ name }) => name === '.files')).toMatchObject({ loaded: true });
});

it('--keep keeps the archive', async () => {
  expect((await asolo(['build', path('app.wasm'), '-o', path('kept.elf'), '--dir', `${path('site')}::/`, '--keep', path('keep')])).status).toBe(0);
  expect(readFileSync(path('keep/files.tar')).includes('index.html')).toBe(true);
});

it.each([
  ['usage', 2, 'site', /--dir: 'site' is not HOST::GUEST/],
  ['unreadable', 1, 'missing::/', /--dir: cannot read missing: no such file/],
  ['unreadable', 1, 'app.wasm::/', /--dir: app.wasm is not a directory/],
])('error[%s], status %i: --dir %s', async (code, status, value, message) => {
  const finished = await asolo(['build', 'app.wasm', '-o', 'wrong.elf', '--dir', value], { cwd: directory });
  expect(finished.status).toBe(status);
  expect(finished.stderr).toMatch(new RegExp(`^asolo: error\\[${code}\\]: `));
  expect(finished.stderr).toMatch(message);
  expect(finished.stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(existsSync(path('wrong.elf'))).toBe(false);
});

it('run --dir gives files to a machine, whatever image it runs; not under a name that the image uses', async () => {
  const run = (image: string, ...dirs: string[]): ReturnType<typeof asolo> => asolo(['run', '--accel', 'tcg', '--timeout', '60', path(image), ...dirs.flatMap((dir) => ['--dir', dir])]);
  expect(await run('one.elf', `${path('site')}::/more`)).toMatchObject({ status: 0, stdout: 'hello\n' });
  const { status, stderr } = await run('one.elf', `${path('site')}::/`);
  expect(status).toBe(2);
  expect(stderr).toMatch(/one\.elf has a directory '\/' already/);
});

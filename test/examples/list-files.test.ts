// list-files over a directory packed into the image, in a virtual machine, against the same program under Node's WASI
// over the directory itself.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildExample } from '../../examples/build.ts';
import { asolo } from '../support/asolo.ts';
import { nodeWasi } from './node-wasi.ts';

let directory: string;
let wasm: string;

beforeAll(async () => {
  wasm = await buildExample('list-files');
  directory = mkdtempSync(join(tmpdir(), 'asolo-list-'));
  const path = (...names: string[]): string => join(directory, ...names);
  mkdirSync(path('site/css'), { recursive: true });
  mkdirSync(path('site/empty'));
  mkdirSync(path(`site/${'long'.repeat(40)}`));
  mkdirSync(path('data'));
  writeFileSync(path('site/index.html'), '<h1>It works</h1>\n');
  writeFileSync(path('site/css/größe.css'), 'body { color: black }\n');
  writeFileSync(path('site/nothing'), '');
  writeFileSync(path('site/large.bin'), Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i) >> 3)));
  writeFileSync(path(`site/${'long'.repeat(40)}/${'name'.repeat(50)}`), 'deep');
  writeFileSync(path('data/numbers.txt'), '1\n2\n3\n');
  symlinkSync('index.html', path('site/home'));
  symlinkSync('css', path('site/styles'));
  symlinkSync('loop', path('site/loop'));
  symlinkSync('nowhere', path('site/dangling'));
  for (let i = 0; i < 200; i++) writeFileSync(path(`data/file ${i}`), `${i}`);
}, 120_000);
afterAll(() => rmSync(directory, { recursive: true }));

test.each([
  ['everything', []],
  ['files and directories by their names', ['index.html', '/css', '/css/größe.css', 'nothing', './css/../index.html', '/srv/data/numbers.txt', '/srv/data/']],
  ['what links lead to', ['home', 'styles', 'styles/größe.css', 'css/../home']],
  ['nothing where there is nothing', ['missing', 'dangling', 'loop', 'index.html/', 'index.html/x', 'css/missing']],
])('list-files shows %s as under Node', async (_, args) => {
  const directories = [`${join(directory, 'site')}::/`, `${join(directory, 'data')}::/srv/data`];
  const [machine, node] = await Promise.all([
    asolo(['run', '--accel', 'tcg', '--timeout', '60', ...directories.flatMap((pair) => ['--dir', pair]), wasm, '--', ...args]),
    nodeWasi(wasm, { args, directories }),
  ]);
  expect(machine.stderr).toBe('');
  expect(machine.stdout).toBe(node.stdout);
  expect(machine.status).toBe(node.status);
  expect(machine.stdout.length).toBeGreaterThan(100);
});

// asolo run --share, as a user runs it: what is said when a directory cannot be shared. Nothing boots then.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asolo } from '../support/asolo.ts';
import { compile, sayAndExit } from './modules.ts';

let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-share-'));
  writeFileSync(join(directory, 'app.wasm'), await compile(sayAndExit('hello\n', 0)));
  mkdirSync(join(directory, 'src'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it.each([
  ['usage', 2, ['src'], /--share: 'src' is not HOST::GUEST/],
  ['usage', 2, ['src::/s', 'src::/s'], /--share: two directories are called '\/s'/],
  ['devices', 125, ['src::/s'], /app.wasm has no use for --share: it imports no path_ function/],
])('error[%s], status %i: --share %j', async (code, status, values, message) => {
  const finished = await asolo(['run', 'app.wasm', ...values.flatMap((value) => ['--share', value])], { cwd: directory });
  expect(finished.status).toBe(status);
  expect(finished.stderr).toMatch(new RegExp(`^asolo: error\\[${code}\\]: `));
  expect(finished.stderr).toMatch(message);
  expect(finished.stderr.trimEnd().split('\n')).toHaveLength(1);
});

// Files in real machines: packed, and given at the start, on each machine; and what happens when memory is used up.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileC } from '../../examples/build.ts';
import { asolo } from '../support/asolo.ts';

let directory: string;
const at = (...names: string[]): string => join(directory, ...names);

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-boot-files-'));
  mkdirSync(at('site'));
  writeFileSync(at('site', 'page'), 'a page\n');
  utimesSync(at('site', 'page'), 1_000_000, 1_234_567);
  const wasm = await compileC({ 'files.c': readFileSync(join(import.meta.dirname, 'files.c'), 'utf8') }, at('files.wasm'));
  for (const [name, ...more] of [['packed.elf', '--dir', `${at('site')}::/site:ro`], ['bare.elf']]) {
    expect(await asolo(['build', wasm, '-o', at(name!), ...more])).toMatchObject({ status: 0 });
  }
}, 200_000);
afterAll(() => rmSync(directory, { recursive: true }));

const EXPECTED = 'files much, memory little\nintact: 1\nas much again: 1\npage: 7 bytes of 1234567\nread-only: 1\n';

test.each([
  ['microvm', '16M', 'packed.elf', []], ['q35', '64M', 'packed.elf', []], ['microvm', '16M', 'bare.elf', ['--dir']], ['pc', '64M', 'bare.elf', ['--dir']],
])('%s with %s, %s %j: files take what there is, lose nothing, and give it back to files', async (machine, memory, image, options) => {
  const directories = options.flatMap((option) => [option, `${at('site')}::/site:ro`]);
  const { status, stdout, stderr } = await asolo(['run', at(image), '--machine', machine, '--accel', 'tcg', '--memory', memory, '--timeout', '120', ...directories]);
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: EXPECTED, stderr: '' });
}, 200_000);

test('an application that has all memory leaves none to files', async () => {
  const { status, stdout } = await asolo(['run', at('packed.elf'), '--accel', 'tcg', '--memory', '16M', '--timeout', '120', '--', 'memory-first']);
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'memory much, files little\n' });
}, 200_000);

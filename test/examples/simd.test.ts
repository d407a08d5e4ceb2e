// A C program built with -msimd128 in a virtual machine, at every kind of build, against Node's WASI.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileC } from '../../examples/build.ts';
import { which } from '../../scripts/toolchain.ts';
import { asolo } from '../support/asolo.ts';
import { type Reference, nodeWasi } from './node-wasi.ts';

let directory: string;
let wasm: string;
let reference: Reference;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-simd-program-'));
  const source = readFileSync(join(import.meta.dirname, 'simd-program.c'), 'utf8');
  wasm = await compileC({ 'simd.c': source }, join(directory, 'simd.wasm'), ['-msimd128']);
  reference = await nodeWasi(wasm);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function expectSame(options: string[], env: Record<string, string> = {}): Promise<void> {
  const image = join(directory, `${options.join('')}${env['CC']}.elf`);
  const built = await asolo(['build', wasm, '-o', image, ...options], { env });
  expect(built.status, built.stderr).toBe(0);
  const { status, stdout } = await asolo(['run', '--accel', 'tcg', '--timeout', '60', image]);
  expect(stdout).toBe(reference.stdout);
  expect(status).toBe(reference.status);
}

test('prints what it prints under Node', async () => {
  expect(reference.stdout.split('\n')).toHaveLength(23);
  await expectSame([]);
});

test.each([[['-O', '0']], [['-O', '3']], [['--fast']]])('the same with %j', (options) => expectSame(options));

test.skipIf(!which('clang'))('the same as clang compiles it', () => expectSame([], { CC: 'clang' }));

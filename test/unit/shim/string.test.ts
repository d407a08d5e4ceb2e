// shim/string.c against the C library of this host, under the address and undefined-behaviour sanitizers.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const functions = ['memcpy', 'memmove', 'memset', 'memcmp'];
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-string-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function compileAndRun(...flags: string[]): string {
  const renamed = functions.map((name) => `-D${name}=shim_${name}`);
  const object = join(directory, 'string.o');
  const program = join(directory, 'driver');
  const source = join(root, 'shim/string.c');
  const optimisation = ['-O2', '-fno-builtin', '-fno-tree-loop-distribute-patterns'];
  execFileSync('gcc', [...optimisation, ...flags, ...renamed, '-c', source, '-o', object]);
  execFileSync('gcc', ['-O1', ...flags, join(import.meta.dirname, 'string-driver.c'), object, '-o', program]);
  return execFileSync(program, { encoding: 'utf8' }).trim();
}

test('memcpy, memmove, memset and memcmp equal the C library at every size, alignment and overlap', () => {
  expect(compileAndRun()).toBe('equal');
});

const avx2 = /\bavx2\b/.test(readFileSync('/proc/cpuinfo', 'latin1'));
test.skipIf(!avx2)('so they do with vectors of 32 bytes', () => {
  expect(compileAndRun('-march=x86-64-v3')).toBe('equal');
  expect(compileAndRun('-march=x86-64-v3', '-fsanitize=address,undefined', '-fno-sanitize-recover')).toBe('equal');
});

test('they touch no byte outside their blocks', () => {
  expect(compileAndRun('-fsanitize=address,undefined', '-fno-sanitize-recover')).toBe('equal');
});

// shim/math.c against the C library of this host: what an unoptimised build calls.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const names = ['floor', 'ceil', 'trunc', 'nearbyint', 'sqrt', 'fabs', 'copysign'].flatMap((name) => [name, `${name}f`]);

test('floor, ceil, trunc, nearbyint, sqrt, fabs and copysign equal the C library in both precisions', () => {
  const directory = mkdtempSync(join(tmpdir(), 'asolo-math-'));
  try {
    const object = join(directory, 'math.o');
    const program = join(directory, 'driver');
    execFileSync('gcc', ['-O0', '-fno-builtin', ...names.map((name) => `-D${name}=shim_${name}`), '-c', join(root, 'shim/math.c'), '-o', object]);
    execFileSync('gcc', ['-O1', '-fno-builtin', join(import.meta.dirname, 'math-driver.c'), object, '-lm', '-o', program]);
    expect(execFileSync(program, { encoding: 'utf8' }).trim()).toBe('equal');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

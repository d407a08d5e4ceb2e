import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Cache } from '../../../../scripts/cache.ts';
import { compile } from '../../../../scripts/steps/compile-c.ts';
import { findCompiler } from '../../../../scripts/toolchain.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-compile-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it("the words after the compiler's name in CC are a part of an object's key", async () => {
  const cache = new Cache(join(directory, 'cache'));
  const compiler = await findCompiler();
  const source = join(directory, 'a.c');
  writeFileSync(source, 'int a = A;\n');
  const task = { source, flags: ['-DA=1'], includes: [], headers: '' };
  const plain = await compile(cache, compiler, task);
  expect(await compile(cache, compiler, task)).toBe(plain);
  expect(await compile(cache, { ...compiler, prefix: [...compiler.prefix, '-w'] }, task)).not.toBe(plain);
});

// The builder of the examples: npm packages alone, one result for the same sources, and errors that say what is wrong.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { buildExample, compileAssemblyScript, compileC, exampleNames } from '../../examples/build.ts';
import { asolo } from '../support/asolo.ts';

const directory = mkdtempSync(join(tmpdir(), 'asolo-examples-'));
afterAll(() => rmSync(directory, { recursive: true }));

test('the examples are found by their folders', () => {
  expect(exampleNames()).toEqual(['args-env', 'args-env-as', 'cat', 'chat', 'cpu-load', 'guess', 'hello', 'hello-as', 'http-client', 'http-server', 'http-server-as', 'kv-store', 'list-files', 'solo5-block', 'solo5-hello', 'solo5-net', 'solo5-time', 'udp-echo']);
});

test('hello, with all that printing with formats needs, is an image of at most 128 KiB', async () => {
  const elf = join(directory, 'hello.elf');
  expect(await asolo(['build', await buildExample('hello'), '-o', elf])).toMatchObject({ status: 0 });
  expect(statSync(elf).size).toBeLessThanOrEqual(128 * 1024);
}, 180_000);

test('a C program imports nothing but WASI and keeps 1 MiB of stack below its data', async () => {
  const module = new WebAssembly.Module(readFileSync(await buildExample('hello')));
  expect(new Set(WebAssembly.Module.imports(module).map((item) => item.module))).toEqual(new Set(['wasi_snapshot_preview1']));
  expect(WebAssembly.Module.exports(module)).toContainEqual({ name: '_start', kind: 'function' });
}, 60_000);

test('an AssemblyScript program imports nothing but WASI', async () => {
  const module = new WebAssembly.Module(readFileSync(await buildExample('hello-as')));
  expect(new Set(WebAssembly.Module.imports(module).map((item) => item.module))).toEqual(new Set(['wasi_snapshot_preview1']));
}, 60_000);

test('a second build leaves the file as it is', async () => {
  const path = await buildExample('cat');
  const before = statSync(path).mtimeMs;
  await buildExample('cat');
  expect(statSync(path).mtimeMs).toBe(before);
}, 60_000);

test('an unknown example is answered with the names of those that exist', async () => {
  await expect(buildExample('nothing')).rejects.toThrow(/no example is called 'nothing'; there are: args-env, .*hello/);
});

test('an error in C is shown with its file and line', async () => {
  const broken = { 'main.c': 'int main(void)\n{\n    return missing;\n}\n' };
  await expect(compileC(broken, join(directory, 'broken.wasm'))).rejects.toThrow(/main\.c:3:12: error: .*missing/);
}, 60_000);

test('an error in AssemblyScript is shown', async () => {
  const source = join(directory, 'broken.ts');
  writeFileSync(source, 'const x: i32 = "text";\n');
  await expect(compileAssemblyScript(source, join(directory, 'broken.wasm'))).rejects.toThrow(/not assignable to type 'i32'/);
}, 60_000);

// Compiles the examples to WebAssembly with npm packages alone: C by @yowasp/clang, AssemblyScript by asc.
//
//   tsx examples/build.ts [name…]      all of them unless named, to build/examples/<name>.wasm
//
// A result is kept under the hash of everything it was made from (sources, flags, compiler version), so that a
// second build takes no time. Files appear by renaming: tests that build the same example at once do not meet.
// Tests and benchmarks use compileC for programs of their own.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const root = dirname(folder);
/** Where compiled examples go, and what is kept beside them. */
export const OUTPUT = join(root, 'build', 'examples');
export const CACHE = join(OUTPUT, '.cache');

/** Every C program: optimised for speed, and with a stack of 1 MiB below its data, so that an overflow traps. */
const cFlags = ['-O2', '-Wall', '-Wextra', '-Wl,-z,stack-size=1048576', '-Wl,--stack-first'];

/** A program with solo5_app_main: no main function, and constructors that asolo calls first. */
const solo5Flags = ['-mexec-model=reactor'];

const wasiShim = 'node_modules/@assemblyscript/wasi-shim/asconfig.json';
const ascFlags = ['--config', wasiShim, '-O3', '--runtime', 'incremental', '--debug'];

export class CompileError extends Error {
  constructor(what: string, messages: string) {
    super(`${what} does not compile\n${messages.trimEnd()}`);
    this.name = 'CompileError';
  }
}

/** The folders that hold an example, in alphabetical order. */
export function exampleNames(): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && mainFile(entry.name) !== undefined)
    .map((entry) => entry.name)
    .sort();
}

/** Compiles the example, unless that was done before, and returns the path of its Wasm file. */
export async function buildExample(name: string): Promise<string> {
  const main = mainFile(name);
  if (main === undefined) {
    throw new Error(`no example is called '${name}'; there are: ${exampleNames().join(', ')}`);
  }
  const target = join(OUTPUT, `${name}.wasm`);
  if (main.endsWith('.ts')) return compileAssemblyScript(main, target);
  const sources = readSources(dirname(main));
  return name.startsWith('solo5-') ? compileSolo5(sources, target) : compileWithHeaders(sources, target);
}

/** Compiles a C program for Solo5. */
export function compileSolo5(sources: Record<string, string>, target: string): Promise<string> {
  return compileWithHeaders(sources, target, solo5Flags);
}

/** Compiles a C program against the headers in include/, and with sdk/ if it uses sockets of its own. */
function compileWithHeaders(sources: Record<string, string>, target: string, moreFlags: string[] = []): Promise<string> {
  const usesSockets = Object.values(sources).some((text) => text.includes('#include "asolo-socket.h"'));
  const sdk = usesSockets ? readSources(join(root, 'sdk')) : {};
  return compileC({ ...sources, ...sdk, ...readSources(join(root, 'include')) }, target, [...moreFlags, '-I.']);
}

/** Compiles and links C sources (name → text, headers among them) to the target, and returns its path. */
export async function compileC(
  sources: Record<string, string>,
  target: string,
  moreFlags: string[] = [],
): Promise<string> {
  const units = Object.keys(sources).filter((name) => name.endsWith('.c')).sort();
  const command = [...cFlags, ...moreFlags, ...units, '-o', 'out.wasm'];
  const key = hash(packageVersion('@yowasp/clang'), ...command, ...Object.entries(sources).flat());

  return remember(key, target, async () => {
    const { commands } = await import('@yowasp/clang');
    await commands.clang(undefined, {}, { fetchProgress: () => undefined }); // loads the compiler, in silence
    const messages: string[] = [];
    const decoder = new TextDecoder();
    const listen = (bytes: Uint8Array | null): void => {
      if (bytes !== null) messages.push(decoder.decode(bytes, { stream: true }));
    };
    try {
      const files = await commands.clang(command, sources, { stdout: listen, stderr: listen });
      const wasm = files?.['out.wasm'];
      if (wasm instanceof Uint8Array) return wasm;
    } catch (error) {
      if (messages.length === 0) throw error;
    }
    throw new CompileError(units.join(', '), messages.join(''));
  });
}

/** Compiles an AssemblyScript file, and what it imports from its folder, against @assemblyscript/wasi-shim. */
export async function compileAssemblyScript(source: string, target: string): Promise<string> {
  const versions = [packageVersion('assemblyscript'), packageVersion('@assemblyscript/wasi-shim')];
  const key = hash(...versions, ...ascFlags, basename(source), ...Object.entries(readSources(dirname(source), /\.ts$/)).flat());

  return remember(key, target, async () => {
    const asc = await import('assemblyscript/asc');
    let wasm: Uint8Array | undefined;
    const outFile = 'out.wasm';
    const messages: string[] = [];
    const { error } = await asc.main([relative(root, source), '--outFile', outFile, ...ascFlags], {
      stderr: { write: (text: Uint8Array | string) => messages.push(String(text)) > 0 },
      readFile: (name, base) => readIfThere(resolve(root, base, name)),
      listFiles: (name, base) => listIfThere(resolve(root, base, name)),
      writeFile: (name, contents) => {
        if (name === outFile && typeof contents !== 'string') wasm = contents;
      },
    });
    if (error !== null || wasm === undefined) throw new CompileError(source, messages.join(''));
    return wasm;
  });
}

/** asc asks for files that may be absent, by names relative to the project's root. */
function readIfThere(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

function listIfThere(path: string): string[] | null {
  if (!existsSync(path)) return null;
  return readdirSync(path).filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'));
}

/** Makes the target from the cache, after filling the cache where the key is new. */
async function remember(key: string, target: string, make: () => Promise<Uint8Array>): Promise<string> {
  const kept = join(CACHE, `${key}.wasm`);
  if (!existsSync(kept)) writeWhole(kept, await make());

  const wasm = readFileSync(kept);
  if (!existsSync(target) || !readFileSync(target).equals(wasm)) writeWhole(target, wasm);
  return target;
}

/** No reader ever sees half a file. */
function writeWhole(path: string, contents: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(unfinished, contents);
  renameSync(unfinished, path);
}

function mainFile(name: string): string | undefined {
  return ['main.c', 'main.ts'].map((file) => join(folder, name, file)).find((path) => existsSync(path));
}

/** The sources of a folder, by name: of C and its headers, unless others are meant. */
export function readSources(directory: string, ending = /\.[ch]$/): Record<string, string> {
  const names = readdirSync(directory).filter((name) => ending.test(name)).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name), 'utf8')]));
}

function hash(...parts: string[]): string {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(`${part.length}:${part}`);
  return sum.digest('hex').slice(0, 32);
}

function packageVersion(name: string): string {
  const require = createRequire(import.meta.url);
  const path = require.resolve.paths(name)?.map((base) => join(base, name, 'package.json')).find(existsSync);
  if (path === undefined) throw new Error(`the package ${name} is not installed; run 'npm install'`);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

async function main(names: string[]): Promise<void> {
  for (const name of names.length > 0 ? names : exampleNames()) {
    if (process.stderr.isTTY) process.stderr.write(`compiling ${name}\r\x1b[K`);
    const path = await buildExample(name);
    console.log(`${basename(path, '.wasm').padEnd(16)}${relative(process.cwd(), path)}`);
  }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

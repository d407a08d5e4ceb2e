// Builds the C that wasm2c makes of an application as a Linux process (linux-host/host.c): the same generated text and
// the same flags as in the virtual machine, but for where code lies (position independent here, the top 2 GiB there).

import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { Cache } from '../scripts/cache.ts';
import { type Cpu, applicationFlags, sourceFlags } from '../scripts/flags.ts';
import { ROOT, SHIM, SHIM_INCLUDE, cacheDirectory } from '../scripts/paths.ts';
import { APPLICATION_BASE, KERNEL_BASE } from '../scripts/steps/patch-c.ts';
import { wasmToC } from '../scripts/steps/wasm-to-c.ts';
import { type Compiler, findCompiler } from '../scripts/toolchain.ts';
import { mustRun, runProcess } from './process.ts';

const HOST = join(ROOT, 'bench', 'linux-host', 'host.c');

/** Flags that say where the image lies; a Linux process lies elsewhere. */
const PLACE = new Set(['-mcmodel=kernel', '-fno-pic', '-fno-pie']);

export function withoutPlace(flags: readonly string[]): string[] {
  return flags.filter((flag) => !PLACE.has(flag));
}

export interface HostOptions {
  /** Changes the flags of the application's C, to measure what one of them costs. */
  change?: (flags: string[]) => string[];
  fast?: boolean;
  cpu?: Cpu;
}

/** The kind of memory base that this system allows a process: 0, or else the constant 16 GiB. */
let baseIsZero: boolean | undefined;

export function memoryBase(): string {
  return baseIsZero === false ? 'constant base of 16 GiB: this system does not let a process map page 0' : 'virtual 0, as in the VM';
}

export async function buildLinuxHost(wasm: string, output: string, options: HostOptions = {}): Promise<string> {
  mkdirSync(dirname(output), { recursive: true });
  if (baseIsZero !== false) {
    await buildAt(wasm, output, true, options);
    baseIsZero ??= (await runProcess(output, ['--probe'])).status === 0;
  }
  if (!baseIsZero) await buildAt(wasm, output, false, options);
  return output;
}

async function buildAt(wasm: string, output: string, zero: boolean, options: HostOptions): Promise<void> {
  const cache = new Cache(cacheDirectory());
  const patch = { base: zero ? APPLICATION_BASE : KERNEL_BASE, fast: options.fast ?? false } as const;
  const { directory } = await wasmToC(cache, wasm, 'app', 0, patch);
  const compiler = await findCompiler();
  const change = options.change ?? ((flags: string[]): string[] => flags);
  const cpu = options.cpu ?? 'x86-64-v2';
  const generated = change(applicationFlags({ optimize: 2, cpu }, compiler));

  const base = zero ? '0ul' : '(16ul<<30)';
  await compile(compiler, [...generated, '-I', SHIM_INCLUDE], join(directory, 'app.c'), `${output}.app.o`);
  await compile(compiler, [...sourceFlags('shim/string.c', cpu, compiler), '-I', SHIM_INCLUDE], join(SHIM, 'string.c'), `${output}.string.o`);
  const hosted = ['-O2', '-fno-delete-null-pointer-checks', '-iquote', SHIM_INCLUDE, '-I', directory, `-DHOST_BASE=${base}`];
  await compile(compiler, hosted, HOST, `${output}.host.o`);
  await run(compiler, ['-pie', `${output}.host.o`, `${output}.app.o`, `${output}.string.o`, '-o', output]);
}

async function compile(compiler: Compiler, flags: readonly string[], source: string, object: string): Promise<void> {
  await run(compiler, [...withoutPlace(flags), '-fPIE', '-c', source, '-o', object]);
}

async function run(compiler: Compiler, args: readonly string[]): Promise<void> {
  await mustRun(compiler.program, [...compiler.prefix, ...args]);
}

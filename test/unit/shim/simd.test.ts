// shim/include/simde/wasm against Node: every SIMD instruction on edge values and random vectors, through wasm2c and
// each C compiler that is here, with the flags of a build. Read test/support/simd/module.ts first.
// Not here: traps of loads and stores, which are the MMU's.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Cache } from '../../../scripts/cache.ts';
import { type Cpu, applicationFlags } from '../../../scripts/flags.ts';
import { SHIM_INCLUDE } from '../../../scripts/paths.ts';
import { KERNEL_BASE } from '../../../scripts/steps/patch-c.ts';
import { type Translation, wasmToC } from '../../../scripts/steps/wasm-to-c.ts';
import { which } from '../../../scripts/toolchain.ts';
import { differences } from '../../support/simd/compare.ts';
import { OPERANDS_AT, type SimdModule, simdModule } from '../../support/simd/module.ts';
import { operandBytes, pairCount } from '../../support/simd/operands.ts';
import { OPERATIONS } from '../../support/simd/operations.ts';

/** All of the specification: opcodes 0xfd 0 to 255, less those that it leaves free. */
const INSTRUCTIONS = 236;
/** Makes wasm2c write four files, so that two compilers can work at a time and none sees one huge function. */
const AS_LARGE = 1024 * 1024;
/** Flags that say where the image lies; a Linux process lies elsewhere. */
const PLACE = new Set(['-mcmodel=kernel', '-fno-pic', '-fno-pie']);

const operands = operandBytes();
let directory: string;
let module: SimdModule;
let translation: Translation;
let expected: Buffer;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-simd-'));
  module = await simdModule(operands);
  expected = runInNode(module.wasm);
  const wasm = join(directory, 'simd.wasm');
  writeFileSync(wasm, module.wasm);
  writeFileSync(join(directory, 'operands'), operands);
  translation = await wasmToC(new Cache(join(directory, 'cache')), wasm, 'app', AS_LARGE, { base: KERNEL_BASE, fast: false });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function runInNode(wasm: Uint8Array): Buffer {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(wasm)));
  const memory = exports['memory'] as WebAssembly.Memory;
  new Uint8Array(memory.buffer).set(operands, OPERANDS_AT);
  (exports['run'] as () => void)();
  return Buffer.from(memory.buffer);
}

function run(program: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let messages = '';
    child.stderr.on('data', (data) => (messages += String(data)));
    child.on('error', reject);
    child.on('close', (status) => (status === 0 ? resolve() : reject(new Error(`${program} ended with ${status}\n${messages.slice(0, 4000)}`))));
  });
}

/** The module's memory after `run`, as C: our headers and the compiler's, none of a C library. */
async function runAsC(compiler: 'gcc' | 'clang', cpu: Cpu, optimize: number): Promise<Buffer> {
  const work = join(directory, `${compiler}-${cpu}-${optimize}`);
  mkdirSync(work);
  const flags = applicationFlags({ optimize, cpu }, { program: compiler, prefix: [], version: '', kind: compiler }).filter((flag) => !PLACE.has(flag));
  const own = execFileSync(compiler, ['-print-file-name=include'], { encoding: 'utf8' }).trim();
  const headers = ['-nostdinc', '-isystem', own, '-I', SHIM_INCLUDE, '-I', translation.directory];
  const objects = await Promise.all(translation.sources.map(async (name) => {
    const object = join(work, name.replace('.c', '.o'));
    await run(compiler, [...flags, ...headers, '-fPIE', '-c', join(translation.directory, name), '-o', object]);
    return object;
  }));
  const host = join(work, 'host');
  const places = [`-DMEMORY_BASE=(16ul<<30)`, `-DOPERANDS_AT=${OPERANDS_AT}`];
  const hosted = ['-O1', '-w', `-march=${cpu}`, '-iquote', SHIM_INCLUDE, '-idirafter', SHIM_INCLUDE, '-I', translation.directory, ...places];
  await run(compiler, [...hosted, join(import.meta.dirname, 'simd-host.c'), ...objects, '-o', host]);
  await run(host, [join(directory, 'operands'), join(work, 'results')]);
  return readFileSync(join(work, 'results'));
}

const runsAvx2 = /\bavx2\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));

describe('SIMD', () => {
  test('has a trial of every instruction, on more than 200 pairs of vectors', () => {
    expect(new Set(OPERATIONS.map(({ instruction }) => instruction)).size).toBe(INSTRUCTIONS);
    expect(pairCount(operands)).toBeGreaterThan(200);
    expect(module.memoryBytes).toBe(expected.length);
  });

  test('equals Node as gcc compiles it', async () => {
    expect(differences(module.trials, expected, await runAsC('gcc', 'x86-64-v2', 2))).toEqual([]);
  });

  test.skipIf(!runsAvx2)('equals Node as gcc compiles it for AVX2', async () => {
    expect(differences(module.trials, expected, await runAsC('gcc', 'x86-64-v3', 2))).toEqual([]);
  });

  test.skipIf(!which('clang'))('equals Node as clang compiles it', async () => {
    expect(differences(module.trials, expected, await runAsC('clang', 'x86-64-v2', 2))).toEqual([]);
  });
});

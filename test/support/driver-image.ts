// Builds an image whose application is a driver in C: it calls the functions of one or more Wasm modules as often as it
// likes, catches their traps (asolo_trap_target in shim/asolo.h) and writes what happened to the first serial port.
// Everything else is the product: kernel, ring 0, shim, wasm2c with its patches, flags. Many attempts then cost one boot.
// Read first: image-base.ts. The C side: test/support/driver.h.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { Cache, keyOf, sha256 } from '../../scripts/cache.ts';
import { type Cpu, applicationFlags } from '../../scripts/flags.ts';
import type { Progress } from '../../scripts/log.ts';
import { SHIM, SHIM_INCLUDE, cacheDirectory } from '../../scripts/paths.ts';
import { type Accelerator, kvmState } from '../../scripts/qemu.ts';
import { applicationTasks, compileAll, headerHash } from '../../scripts/steps/compile-c.ts';
import { APPLICATION_BASE, EACH_BASE } from '../../scripts/steps/patch-c.ts';
import { type Translation, wasmToC } from '../../scripts/steps/wasm-to-c.ts';
import { memoryTables } from '../../scripts/wasm/memories.ts';
import { type WasmModule, readModule } from '../../scripts/wasm/module.ts';
import { tableBytes } from '../../scripts/wasm/tables.ts';
import { buildImageBase, linkOnBase } from './image-base.ts';

export interface DriverModule {
  /** What wasm2c calls it: its C names begin with w2c_<name>_. */
  name: string;
  wasm: Uint8Array;
}

export interface DriverInput {
  modules: readonly DriverModule[];
  /** C that defines `void drive(void)`; may include driver.h and <name>.h. May be made from the translated headers. */
  driver: string | ((headers: ReadonlyMap<string, string>) => string);
  optimize?: number;
  cpu?: Cpu;
  stackBytes?: number;
}

const START = `#include "driver.h"
void asolo_instantiate_application(void) {}
void asolo_start_application(void) { drive(); }
`;
const quiet: Progress = { step: () => {}, say: () => {}, note: () => {}, done: () => {} };

/** Path of the image, in `work`. Kernel and shim come from the lasting cache, the modules go into the one given. */
export async function buildDriverImage(work: string, input: DriverInput, moduleCache?: Cache): Promise<string> {
  const { modules, driver, optimize = 2, cpu = 'x86-64-v2', stackBytes = 512 * 1024 } = input;
  const lasting = new Cache(cacheDirectory());
  const base = await buildImageBase(lasting, cpu, quiet);
  const { compiler, kernel } = base;

  const cache = moduleCache ?? lasting;
  const read = modules.map(({ wasm }) => readModule(wasm));
  const translations: Translation[] = [];
  const tasks = [];
  for (const [i, { name, wasm }] of modules.entries()) {
    const path = join(work, `${name}.wasm`);
    writeFileSync(path, wasm);
    const { codeBytes, memories } = read[i]!;
    const translation = await wasmToC(cache, path, name, codeBytes, { base: memories.length > 1 ? EACH_BASE : APPLICATION_BASE, fast: false });
    translations.push(translation);
    tasks.push(...applicationTasks(translation, { optimize, cpu }, compiler));
  }
  const headers = new Map(translations.map(({ header }, i) => [modules[i]!.name, readFileSync(header, 'utf8')]));
  const source = join(work, 'driver.c');
  writeFileSync(source, `${base.start}${START}${typeof driver === 'string' ? driver : driver(headers)}`);
  const includes = [...translations.map(({ directory }) => directory), kernel.directory, SHIM_INCLUDE, SHIM, import.meta.dirname];
  tasks.push({
    source,
    flags: applicationFlags({ optimize: 1, cpu: 'x86-64-v2' }, compiler),
    includes,
    headers: keyOf(headerHash(), readFileSync(join(import.meta.dirname, 'driver.h'), 'utf8'), ...[...headers.values()].map((header) => sha256(header))),
  });
  const objects = await compileAll(cache, compiler, tasks, quiet, 'modules');
  const sum = (of: (module: WasmModule) => number): number => read.reduce((total, module) => total + of(module), 0);
  return linkOnBase(lasting, base, work, { objects, stackBytes, tableBytes: sum(tableBytes), memoryTables: sum(({ memories }) => memoryTables(memories)) });
}

export interface Run {
  /** What the driver wrote. */
  output: string;
  /** What the image ended with; 0 when drive() returned. Undefined: QEMU was stopped or did not come up. */
  status: number | undefined;
}

export interface RunOptions {
  memory?: string;
  /** A number for the driver's ask_number(). */
  answer?: number;
  timeout?: number;
  accelerator?: Accelerator;
}

/** KVM without the CPU's own virtualisation takes ten times as long as emulation for each trap. */
export function driverAccelerator(): Accelerator {
  const { usable, hardware } = kvmState();
  return usable && hardware ? 'kvm' : 'tcg';
}

/** Runs an image to its end. */
export function runDriverImage(elf: string, { memory = '64M', answer, timeout = 60_000, accelerator = driverAccelerator() }: RunOptions = {}): Promise<Run> {
  const args = [
    '-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-M', 'microvm,isa-serial=on', '-accel', accelerator,
    '-cpu', accelerator === 'kvm' ? 'host,-arch-capabilities' : 'max', '-m', memory, '-kernel', elf,
    '-device', 'isa-debug-exit,iobase=0xf4,iosize=4', '-serial', 'stdio',
  ];
  return new Promise((resolve, reject) => {
    const child = spawn('qemu-system-x86_64', args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    let asked = false;
    child.stdout.on('data', (data: Buffer) => {
      // What is sent before the guest asks could be lost: its kernel switches the FIFO on.
      if (!asked && answer !== undefined && data[0] === 0x3f) {
        asked = true;
        child.stdin.write(`${answer}\n`);
        data = data.subarray(1);
      }
      chunks.push(data);
    });
    child.stdin.on('error', () => {});
    child.stderr.on('data', (data: Buffer) => chunks.push(data));
    const timer = setTimeout(() => child.kill('SIGKILL'), timeout);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      // isa-debug-exit ends QEMU with 2 x + 1.
      const status = code !== null && code % 2 === 1 ? (code - 1) / 2 : undefined;
      resolve({ output: Buffer.concat(chunks).toString('latin1'), status });
    });
  });
}

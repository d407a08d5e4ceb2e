// What every image has that holds C of a test in the application's place: kernel, ring 0 and shim, compiled as the product
// does, the C that instantiates the kernel, and the link. Read first: scripts/steps/build-image.ts, whose steps these are.
// Who uses it: driver-image.ts (a driver and its modules), test/spec/image.ts (the specification's tests).
import { readFileSync } from 'node:fs';
import type { Cache } from '../../scripts/cache.ts';
import { type Cpu } from '../../scripts/flags.ts';
import type { Progress } from '../../scripts/log.ts';
import { compileAssembly } from '../../scripts/steps/compile-assembly.ts';
import { type CompileTask, compileAll, kernelTasks, ownTasks } from '../../scripts/steps/compile-c.ts';
import { link } from '../../scripts/steps/link.ts';
import { KERNEL_BASE } from '../../scripts/steps/patch-c.ts';
import { type Translation, wasmToC } from '../../scripts/steps/wasm-to-c.ts';
import { type Compiler, findCompiler } from '../../scripts/toolchain.ts';
import { readModule } from '../../scripts/wasm/module.ts';
import { tableBytes } from '../../scripts/wasm/tables.ts';

export interface ImageBase {
  compiler: Compiler;
  cpu: Cpu;
  kernel: Translation;
  objects: string[];
  tableBytes: number;
  /** C that includes kernel.h and instantiates the kernel when shim/main.c asks for it. */
  start: string;
}

/** `more`: C of the test that never changes with the modules. */
export async function buildImageBase(cache: Cache, cpu: Cpu, progress: Progress, more: (base: Omit<ImageBase, 'objects'>) => CompileTask[] = () => []): Promise<ImageBase> {
  const compiler = await findCompiler();
  const wasm = await compileAssembly(cache);
  const module = readModule(readFileSync(wasm));
  const kernel = await wasmToC(cache, wasm, 'kernel', module.codeBytes, { base: KERNEL_BASE, fast: false });
  const base = { compiler, cpu, kernel, tableBytes: tableBytes(module), start: startText(readFileSync(kernel.header, 'utf8')) };
  const objects = await compileAll(cache, compiler, [...ownTasks(kernel, cpu, compiler), ...kernelTasks(kernel, compiler), ...more(base)], progress, 'kernel: cc');
  return { ...base, objects };
}

/** The kernel's imports are inline functions (shim/host.h): none looks at its instance. */
function startText(header: string): string {
  const parameters = /^void wasm2c_kernel_instantiate\(([^)]*)\)/m.exec(header)![1]!.split(',');
  return `#include "kernel.h"
extern w2c_kernel asolo_kernel;
void asolo_instantiate_kernel(void) { wasm2c_kernel_instantiate(&asolo_kernel${', 0'.repeat(parameters.length - 1)}); }
`;
}

export interface ImageParts {
  objects: readonly string[];
  stackBytes: number;
  /** Beside the kernel's. */
  tableBytes: number;
  memoryTables: number;
}

/** Path of the image, in `work`. */
export async function linkOnBase(cache: Cache, base: ImageBase, work: string, parts: ImageParts): Promise<string> {
  const linked = await link(cache, base.compiler, work, {
    objects: [...base.objects, ...parts.objects],
    stackBytes: parts.stackBytes,
    tableBytes: base.tableBytes + parts.tableBytes,
    memoryTables: parts.memoryTables,
    cpu: base.cpu,
    words: '',
    names: new Set(),
  });
  return linked.unstripped;
}

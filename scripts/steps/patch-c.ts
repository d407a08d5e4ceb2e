// Changes wasm2c's text where its macros have no switch: where the Wasm memory lies, and how a loaded value is kept.
// Each pattern must be there exactly once, else the build fails: another wasm2c would need another look.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AsoloError } from '../errors.ts';

/** Raise when a patch changes: it is a part of the cache's keys. */
export const PATCH_VERSION = 4;

export interface PatchOptions {
  /** C expression of the address where the linear memory begins; '' = 0. */
  base: '' | '(16ul<<30)+';
  /** Lets the compiler drop loads whose value is not used: they no longer trap. Not conforming. */
  fast: boolean;
}

export const APPLICATION_BASE = '';
export const KERNEL_BASE = '(16ul<<30)+';

const MEM_ADDR = '#define MEM_ADDR(mem, addr, n) &((mem)->data[addr])\n';
const FORCE_READ_INT = '#define FORCE_READ_INT(var) __asm__("" ::"r"(var));\n';
const FORCE_READ_FLOAT = '#define FORCE_READ_FLOAT(var) __asm__("" ::"r"(var));\n';

/** Only in modules with SIMD. */
const SIMD_FORCE_READ = '#define SIMD_FORCE_READ(var) __asm__("" ::"x"(var));\n';

const LOAD_DATA = 'static inline void load_data(';

/** The patched text of the file that holds wasm2c's macros. */
export function patchMacros(text: string, options: PatchOptions): string {
  const address = `#define MEM_ADDR(mem, addr, n) ((u8*)(${options.base}(uintptr_t)(addr)))\n`;
  let patched = replaceOnce(text, MEM_ADDR, address);
  // An SSE register: through "r" every float load would take a detour by an integer register.
  patched = replaceOnce(patched, FORCE_READ_FLOAT, options.fast ? '#define FORCE_READ_FLOAT(var)\n' : FORCE_READ_FLOAT.replace('"r"', '"x"'));
  // One function for all data segments: inlined into each it would be a fifth of the kernel.
  patched = replaceOnce(patched, LOAD_DATA, 'static __attribute__((noinline)) void load_data(');
  if (options.fast) patched = replaceOnce(patched, FORCE_READ_INT, '#define FORCE_READ_INT(var)\n');
  if (options.fast && patched.includes('DEFINE_SIMD_')) patched = replaceOnce(patched, SIMD_FORCE_READ, '#define SIMD_FORCE_READ(var)\n');
  return patched;
}

const LOAD_RUN = /(?: {2}LOAD_DATA\(instance->\w+, \d+u, \w+, \d+\);\n){2,}/g;
const LOAD_LINE = / {2}LOAD_DATA\(instance->(\w+), (\d+)u, (\w+), (\d+)\);\n/g;

/** Makes a loop over a table of what wasm2c writes as one statement for each data segment: a tenth of the kernel's code. */
export function tabulateData(text: string): string {
  return text.replaceAll(LOAD_RUN, (run) => {
    const lines = [...run.matchAll(LOAD_LINE)];
    const memory = lines[0]![1]!;
    if (lines.some((line) => line[1] !== memory)) return run;
    const rows = lines.map(([, , to, from, size]) => `{${to}u, ${size}u, ${from}}`).join(', ');
    return `  {
    static const struct { u32 to, size; const u8* from; } segments[] = {${rows}};
    for (u32 i = 0; i < ${lines.length}; i++) LOAD_DATA(instance->${memory}, segments[i].to, segments[i].from, segments[i].size);
  }\n`;
  });
}

/** Patches wasm2c's output in place. With several outputs the macros are in NAME-impl.h. */
export function patchFiles(directory: string, name: string, pieces: number, options: PatchOptions): void {
  const path = join(directory, pieces === 1 ? `${name}.c` : `${name}-impl.h`);
  const patched = patchMacros(readFileSync(path, 'latin1'), options);
  writeFileSync(path, pieces === 1 ? tabulateData(patched) : patched, 'latin1');
}

function replaceOnce(text: string, pattern: string, replacement: string): string {
  const at = text.indexOf(pattern);
  if (at < 0 || text.indexOf(pattern, at + 1) >= 0) {
    throw new AsoloError('generated-code', `wasm2c's output is not as expected: '${pattern.trim()}' must be there exactly once`);
  }
  return text.slice(0, at) + replacement + text.slice(at + pattern.length);
}

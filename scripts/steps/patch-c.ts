// Changes wasm2c's text where its macros have no switch: where the Wasm memory lies, and how a loaded value is kept.
// Each pattern must be there exactly once, else the build fails: another wasm2c would need another look.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AsoloError } from '../errors.ts';

/** Raise when a patch changes: it is a part of the cache's keys. */
export const PATCH_VERSION = 12;

export interface PatchOptions {
  /** C expression of the address where the one linear memory begins ('' = 0); 'each' = where each memory says it does. */
  base: '' | '(16ul<<30)+' | 'each';
  /** Lets the compiler drop loads whose value is not used: they no longer trap. Not conforming. */
  fast: boolean;
}

export const APPLICATION_BASE = '';
export const KERNEL_BASE = '(16ul<<30)+';
/** Of a module with several memories. */
export const EACH_BASE = 'each';

const MEM_ADDR = '#define MEM_ADDR(mem, addr, n) &((mem)->data[addr])\n';
const FORCE_READ_INT = '#define FORCE_READ_INT(var) __asm__("" ::"r"(var));\n';
const FORCE_READ_FLOAT = '#define FORCE_READ_FLOAT(var) __asm__("" ::"r"(var));\n';

/** Only in modules with SIMD. */
const SIMD_FORCE_READ = '#define SIMD_FORCE_READ(var) __asm__("" ::"x"(var));\n';

const LOAD_ACCESS = `wasm_rt_memcpy(&result, MEM_ADDR_MEMOP(mem, addr, sizeof(t1)),     \\
                   sizeof(t1));                                        \\
`;
const STORE_ACCESS = `wasm_rt_memcpy(MEM_ADDR_MEMOP(mem, addr, sizeof(t1)), &wrapped,    \\
                   sizeof(t1));                                        \\
`;

/**
 * Floating point never traps in Wasm. The flag -fno-trapping-math would have no effect beside -fsignaling-nans, which
 * turns -ftrapping-math on again after all flags; a pragma comes later.
 */
const PRAGMA = '#pragma GCC optimize ("no-trapping-math")\n';

/** Ends of the macros that convert a float to an integer, in which `ut`, `st` are C types and x the float. */
const CONVERSIONS = /(: )((?:\(ut\))?(?:\(st\)|\(ut\)))\(x\)\)$/gm;
const CONVERSION_COUNT = 4;

const LOAD_DATA = 'static inline void load_data(';
const RANGE_CHECK = '#define RANGE_CHECK(mem, offset, len) ';
const CHOOSE = `static inline s32 choose_s32(u32 first, s32 a, s32 b) {
  return first ? a : b;
}

static inline s64 choose_s64(u32 first, s64 a, s64 b) {
  return first ? a : b;
}

`;
const ADD_SATURATING = `static inline u64 add_saturating(u64 a, u64 b) {
  u64 sum;
  return __builtin_add_overflow(a, b, &sum) ? -1ul : sum;
}

`;

/** The patched text of the file that holds wasm2c's macros. */
export function patchMacros(text: string, options: PatchOptions): string {
  const address = options.base === EACH_BASE ? MEM_ADDR : `#define MEM_ADDR(mem, addr, n) ((u8*)(${options.base}(uintptr_t)(addr)))\n`;
  let patched = replaceOnce(text, MEM_ADDR, address);
  patched = replaceOnce(patched, RANGE_CHECK, CHOOSE + ADD_SATURATING + RANGE_CHECK);
  patched = replaceOnce(patched, FORCE_READ_INT, forceRead('FORCE_READ_INT', 'r', options.fast));
  // An SSE register: through "r" every float load would take a detour by an integer register.
  patched = replaceOnce(patched, FORCE_READ_FLOAT, forceRead('FORCE_READ_FLOAT', 'x', options.fast));
  if (patched.includes('DEFINE_SIMD_')) patched = replaceOnce(patched, SIMD_FORCE_READ, forceRead('SIMD_FORCE_READ', 'x', options.fast));
  // An access of the value's own type: through memcpy gcc loads a float as an integer first, and keeps that load too.
  patched = replaceOnce(patched, LOAD_ACCESS, 'typedef t1 any __attribute__((aligned(1))); result = *(const any*)(MEM_ADDR_MEMOP(mem, addr, sizeof(t1))); \\\n');
  patched = replaceOnce(patched, STORE_ACCESS, 'typedef t1 any __attribute__((aligned(1))); *(any*)(MEM_ADDR_MEMOP(mem, addr, sizeof(t1))) = wrapped; \\\n');
  // One function for all data segments: inlined into each it would be a fifth of the kernel.
  patched = replaceOnce(patched, LOAD_DATA, 'static __attribute__((noinline)) void load_data(');
  return keepConversions(patched);
}

/**
 * gcc 12 with -fno-trapping-math makes one instruction of float -> integer -> float, which turns -0.5 into -0 instead of 0
 * (its match.pd forgets signed zeros). An empty asm keeps the two conversions apart; both have branches around them anyway.
 */
function keepConversions(text: string): string {
  const found = [...text.matchAll(CONVERSIONS)].length;
  if (found !== CONVERSION_COUNT) throw new AsoloError('generated-code', `wasm2c's output is not as expected: ${found} macros that convert floats instead of ${CONVERSION_COUNT}`);
  return text.replaceAll(CONVERSIONS, '$1({ ut cut = $2(x); __asm__("" : "+r"(cut)); cut; }))');
}

/**
 * A load whose value nobody uses must trap all the same. gcc is told so by flags (KEEP_LOADS in scripts/flags.ts), and
 * the loaded value stays free to be folded, hoisted and vectorised; other compilers get wabt's empty asm, which pins it.
 */
function forceRead(macro: string, constraint: string, fast: boolean): string {
  if (fast) return `#define ${macro}(var)\n`;
  return `#ifdef ASOLO_KEEP_LOADS\n#define ${macro}(var)\n#else\n#define ${macro}(var) __asm__("" ::"${constraint}"(var));\n#endif\n`;
}

/** An address in a 64-bit memory: only those add an offset to a 64-bit variable. */
const ADDRESS_64 = /\(u64\)\((var_j\d+)\) \+ (\d+)u?(?=[,)])/g;

/** wasm2c 1.0.39 lets address + offset wrap around in a 64-bit memory, past its own check: a sum that stays at the top. */
export function checkAddresses64(text: string): string {
  return text.replaceAll(ADDRESS_64, 'add_saturating($1, $2ul)');
}

/** The delta is a 64-bit variable: the table is indexed by 64 bits. */
const TABLE_GROW_64 = /(var_j\d+) = (wasm_rt_grow_\w+_table)\(([^,;]+), (var_j\d+), ([^;]+)\);/g;

/** wasm2c 1.0.39 cuts the delta of a 64-bit table to 32 bits, and answers 2^32 - 1 for -1. */
export function repairTableGrow64(text: string): string {
  return text.replaceAll(TABLE_GROW_64, '$1 = $4 >> 32 ? -1ul : (u64)(s32)$2($3, $4, $5);');
}

/** Declarations of the operand stack that wasm2c wrote into the middle of the first declaration of locals. */
const MISPLACED_STACK = /^ {2}(\w+) ((?: {2}\w+(?: volatile)? var_[a-z]\d[^;]*;\n)+)((?:volatile )?var_l\d)/gm;
const NO_INSTANCE = 'void *instance_ptr_storage;\n';

/**
 * Two defects of wasm2c 1.0.39: in functions that are called by tail calls the declarations of stack and locals are
 * shuffled into each other (`u32   u32 var_i0;`), and a tail call within the module passes no instance.
 */
export function repairTailCalls(text: string): string {
  return text.replaceAll(MISPLACED_STACK, '$2  $1 $3').replaceAll(NO_INSTANCE, 'void *instance_ptr_storage = instance;\n');
}

/** `select` right after the signed comparison that it is for: minimum, maximum, clamp. */
const SIGNED_CHOICE = /( = \(u32\)\(\((s32|s64)\)var_\w+ [<>]=? \(\2\)var_\w+\);\n *)(var_[ij]\d+) = (var_\w+) \? (var_\w+) : (var_\w+);/g;

/**
 * Compared as signed but chosen as unsigned, a minimum is not recognised by gcc and becomes a branch; chosen by a
 * function of the signed type it is an instruction, also in vectors.
 */
export function typeChoices(text: string): string {
  return text.replaceAll(SIGNED_CHOICE, (whole, before: string, type: string, result: string, condition: string, first: string, second: string) => {
    const sameType = result.startsWith('var_i') === (type === 's32');
    return sameType ? `${before}${result} = choose_${type}(${condition}, ${first}, ${second});` : whole;
  });
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

const RUNTIME = '#include "wasm-rt.h"\n';

/** The header names v128 in the types of functions and of their several results, and does not say what it is. */
export function declareVectors(header: string): string {
  if (!/\bv128\b/.test(header)) return header;
  return replaceOnce(header, RUNTIME, `${RUNTIME}#include <simde/wasm/simd128.h>\ntypedef simde_v128_t v128;\n`);
}

/** Patches wasm2c's output in place. With several outputs the macros are in NAME-impl.h. */
export function patchFiles(directory: string, name: string, pieces: number, options: PatchOptions): void {
  const macros = pieces === 1 ? `${name}.c` : `${name}-impl.h`;
  const header = join(directory, `${name}.h`);
  writeFileSync(header, declareVectors(readFileSync(header, 'latin1')), 'latin1');
  for (const file of readdirSync(directory).filter((entry) => entry === macros || entry.endsWith('.c'))) {
    const path = join(directory, file);
    let text = readFileSync(path, 'latin1');
    if (file === macros) text = patchMacros(text, options);
    const repaired = typeChoices(repairTailCalls(repairTableGrow64(checkAddresses64(text))));
    // With several outputs the first has all that instantiates.
    const tabulated = pieces === 1 || file === `${name}_0.c` ? tabulateData(repaired) : repaired;
    writeFileSync(path, file.endsWith('.c') ? PRAGMA + tabulated : tabulated, 'latin1');
  }
}

function replaceOnce(text: string, pattern: string, replacement: string): string {
  const at = text.indexOf(pattern);
  if (at < 0 || text.indexOf(pattern, at + 1) >= 0) {
    throw new AsoloError('generated-code', `wasm2c's output is not as expected: '${pattern.trim()}' must be there exactly once`);
  }
  return text.slice(0, at) + replacement + text.slice(at + pattern.length);
}

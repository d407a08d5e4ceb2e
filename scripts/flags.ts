// Every compiler and linker flag of a build, as data, each with why it is there. docs/build.md shows these tables.
import type { Compiler } from './toolchain.ts';

export interface Flag {
  flag: string;
  why: string;
}

export type Cpu = 'x86-64-v2' | 'x86-64-v3';
export const CPUS: readonly Cpu[] = ['x86-64-v2', 'x86-64-v3'];

const list = (...flags: [string, string][]): Flag[] => flags.map(([flag, why]) => ({ flag, why }));

/** All C: what the generated code and the shim share. */
export const COMMON: readonly Flag[] = list(
  ['-std=gnu99', 'C11 would bring pthread.h into wasm2c output'],
  ['-fno-strict-aliasing', 'the Wasm memory is read as any type'],
  ['-fno-delete-null-pointer-checks', 'the application memory begins at address 0'],
  ['-mcmodel=kernel', 'the image lies in the top 2 GiB'],
  ['-fno-pic', 'the image lies where it was linked'],
  ['-fno-pie', 'the same'],
  ['-fno-stack-protector', 'there is no thread-local canary'],
  ['-fcf-protection=none', 'no CET here; endbr64 would only cost bytes'],
  ['-fomit-frame-pointer', 'one register more for the code'],
  ['-fasynchronous-unwind-tables', 'says how large frames are; the build makes the backtraces\' table of it (scripts/elf/unwind.ts)'],
  ['-maccumulate-outgoing-args', 'a function\'s frame keeps one size, so that the table has one row for it'],
  ['-ffunction-sections', 'the linker drops what nobody calls'],
  ['-fno-ident', 'no compiler name in the image; the manifest has it'],
);

/** Everything that came from wasm2c: kernel and application. */
export const GENERATED: readonly Flag[] = list(
  ['-fno-math-errno', 'sqrt is one instruction'],
  ['-ffp-contract=off', 'a fused multiply-add would change results'],
  ['-fstack-clash-protection', 'a large frame touches every page, so it cannot step over the guard page'],
  ['-fno-optimize-sibling-calls', 'endless recursion must exhaust the stack, not loop'],
  ['-DNDEBUG', 'no assert'],
  ['-DWASM_RT_MEMCHECK_GUARD_PAGES=1', 'an access outside faults: no check in the code'],
  ['-DWASM_RT_USE_MMAP=1', 'the memory never moves'],
  ['-DWASM_RT_NONCONFORMING_UNCHECKED_STACK_EXHAUSTION=1', 'a guard page finds it: no counter in the code'],
  ['-w', 'generated code has unused values and labels'],
);

/** gcc only: keeps every access that must happen, without asm statements that would pin values to registers. */
export const KEEP_LOADS: readonly Flag[] = list(
  ['-DASOLO_KEEP_LOADS', 'scripts/steps/patch-c.ts leaves the asm statements out'],
  ['-fnon-call-exceptions', 'a memory access may throw, that is: trap'],
  ['-fno-delete-dead-exceptions', 'and is therefore not dead when its value is'],
  ['-fno-tree-sink', 'nor is it moved to the one branch that uses the value'],
  ['-fno-tree-pta', 'the outcome of a comparison may be an address; this analysis takes it for none, and drops what is stored there'],
  ['-fsignaling-nans', 'x * 1 quietens a signalling NaN; that this flag brings -ftrapping-math is undone by a pragma (patch-c.ts)'],
);

/** gcc only: what makes the same code faster. */
export const FASTER: readonly Flag[] = list(
  ['-fsplit-paths', 'a loop that ends in one of two ways gets both ends whole: json runs a third faster, 0.3 % more code'],
  ['--param=max-predicted-iterations=8', 'gcc 12 multiplies guesses of nested loops until they overflow (docs/performance.md), and then spills in the innermost'],
  ['-fno-tree-reassoc', 'the compiler that made the Wasm has put sums in order; the other order makes the chain of sha256 longer'],
);

/** The kernel's C on top of the above: what an application is guaranteed, it does not need. */
export const KERNEL: readonly Flag[] = list(
  ['-Os', 'a fifth less code than -O2'],
  ['-mstringop-strategy=libcall', '-Os would copy and clear by rep movsb and rep stosb, which an emulated processor does byte by byte'],
  ['-march=x86-64-v2', 'one object serves every application'],
  ['-DASOLO_KEEP_LOADS', 'no asm statement for a load whose value is not used: here it may vanish'],
);

/** Our own C, in ring 3. */
export const SHIM_C: readonly Flag[] = list(
  ['-O2', 'small and on hot paths'],
  ['-Wall', 'ours must be clean'],
  ['-Wextra', 'the same'],
  ['-Wno-unused-parameter', 'the wasm2c interface passes instances that are not needed'],
  ['-ffreestanding', 'there is no libc behind it'],
  ['-fno-builtin', 'memcpy here must not become a call of memcpy'],
  ['-fno-tree-loop-distribute-patterns', 'the same, for loops that gcc recognises'],
  ['-march=x86-64', 'runs before anybody looked at the CPU'],
);

/** Assembly, through the C preprocessor. */
export const ASSEMBLY: readonly Flag[] = list(
  ['-fno-pic', 'as the C'],
  ['-fno-pie', 'as the C'],
  ['-Wa,--noexecstack', 'no executable stack is asked for'],
);

/** Flags of single files in boot/ and shim/ on top of the above. */
export const PER_FILE: Readonly<Record<string, readonly Flag[]>> = {
  'shim/fault.c': list(['-fno-omit-frame-pointer', 'finds its caller by its own frame']),
  'shim/exceptions.c': list(['-fno-omit-frame-pointer', 'the same']),
  'shim/main.c': list(['-mgeneral-regs-only', 'looks at the CPU before anything else of it is used']),
};

/** Flags that only gcc has; clang would warn or stop. */
const GCC_ONLY = new Set(['-mstringop-strategy=libcall', '-maccumulate-outgoing-args', '-fno-tree-loop-distribute-patterns', '-Wa,--noexecstack']);

export const LINK: readonly Flag[] = list(
  ['-m', 'x86-64 ELF, whatever the linker defaults to'],
  ['elf_x86_64', ''],
  ['-nostdlib', 'only what is named'],
  ['-z', 'pages of 4 KiB'],
  ['max-page-size=4096', ''],
  ['-z', 'no executable stack'],
  ['noexecstack', ''],
  ['--gc-sections', 'drops functions that nobody calls'],
  ['--build-id=none', 'a second note would hide the PVH note'],
  ['--orphan-handling=place', 'a section the script does not name still lands in the image, visibly'],
);

export interface GeneratedOptions {
  optimize: number;
  cpu: Cpu;
}

export function only(flags: readonly Flag[], compiler: Compiler): string[] {
  return flags.map(({ flag }) => flag).filter((flag) => compiler.kind === 'gcc' || !GCC_ONLY.has(flag));
}

/** Flags of an application's C. */
export function applicationFlags(options: GeneratedOptions, compiler: Compiler): string[] {
  const gcc = compiler.kind === 'gcc' ? [...KEEP_LOADS, ...FASTER].map(({ flag }) => flag) : [];
  return [...only(COMMON, compiler), ...only(GENERATED, compiler), ...gcc, `-O${options.optimize}`, `-march=${options.cpu}`];
}

/** Flags of the kernel's C. */
export function kernelFlags(compiler: Compiler): string[] {
  return [...only(COMMON, compiler), ...only(GENERATED, compiler), ...only(KERNEL, compiler)];
}

/** Flags of a file in boot/ or shim/. The CPU level lets shim/main.c refuse a CPU that is too old. */
export function sourceFlags(relativePath: string, cpu: Cpu, compiler: Compiler): string[] {
  const own = only(PER_FILE[relativePath] ?? [], compiler);
  if (relativePath.endsWith('.S')) return [...only(ASSEMBLY, compiler), ...own];
  const level = relativePath === 'shim/main.c' ? [`-DASOLO_CPU_LEVEL=${cpu.slice(-1)}`] : [];
  // Only called after shim/main.c looked at the CPU.
  const vectors = relativePath === 'shim/string.c' ? [`-march=${cpu}`] : [];
  return [...only(COMMON, compiler), ...only(SHIM_C, compiler), ...own, ...level, ...vectors];
}

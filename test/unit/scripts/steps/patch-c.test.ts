import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { APPLICATION_BASE, EACH_BASE, KERNEL_BASE, checkAddresses64, declareVectors, patchFiles, patchMacros, repairTableGrow64, repairTailCalls, tabulateData, typeChoices } from '../../../../scripts/steps/patch-c.ts';

const TEXT = `#if WABT_BIG_ENDIAN
#define MEM_ADDR(mem, addr, n) ((mem)->data_end - (addr) - (n))
#else
#define MEM_ADDR(mem, addr, n) &((mem)->data[addr])
#endif
#define FORCE_READ_INT(var) __asm__("" ::"r"(var));
#if mips
#define FORCE_READ_FLOAT(var) __asm__("" ::"f"(var));
#else
#define FORCE_READ_FLOAT(var) __asm__("" ::"r"(var));
#endif
#define RANGE_CHECK(mem, offset, len) do {} while (0)
#define TRUNC_S(ut, st, ft, min, minop, max, x) (f(x) ? 0
   : (ut)(st)(x))
#define TRUNC_U(ut, ft, max, x) (f(x) ? 0
   : (ut)(x))
#define TRUNC_SAT_S(ut, st, ft, min, smin, minop, max, smax, x) (f(x) ? 0
   : (ut)(st)(x))
#define TRUNC_SAT_U(ut, ft, max, smax, x) (f(x) ? 0
   : (ut)(x))
    wasm_rt_memcpy(&result, MEM_ADDR_MEMOP(mem, addr, sizeof(t1)),     \\
                   sizeof(t1));                                        \\
    wasm_rt_memcpy(MEM_ADDR_MEMOP(mem, addr, sizeof(t1)), &wrapped,    \\
                   sizeof(t1));                                        \\
static inline void load_data(u8* dest, const u8* src, size_t n) {}
`;

describe('patch-c', () => {
  it('the application lies at address 0, floats stay in SSE registers', () => {
    const patched = patchMacros(TEXT, { base: APPLICATION_BASE, fast: false });
    expect(patched).toContain('#define MEM_ADDR(mem, addr, n) ((u8*)((uintptr_t)(addr)))\n');
    expect(patched).toContain('#define FORCE_READ_FLOAT(var) __asm__("" ::"x"(var));\n');
    expect(patched).toContain('#define FORCE_READ_INT(var) __asm__("" ::"r"(var));\n');
  });

  it('the kernel lies at 16 GiB', () => {
    expect(patchMacros(TEXT, { base: KERNEL_BASE, fast: false })).toContain('((u8*)((16ul<<30)+(uintptr_t)(addr)))');
  });

  it('several memories keep the base that each says', () => {
    expect(patchMacros(TEXT, { base: EACH_BASE, fast: false })).toContain('#define MEM_ADDR(mem, addr, n) &((mem)->data[addr])\n');
  });

  it('address + offset in a 64-bit memory stays at the top instead of wrapping around', () => {
    expect(checkAddresses64('var_i0 = i32_load(&instance->w2c_M1, (u64)(var_j0) + 5u);')).toBe('var_i0 = i32_load(&instance->w2c_M1, add_saturating(var_j0, 5ul));');
    expect(checkAddresses64('i64_store(&instance->w2c_M1, (u64)(var_j0) + 18446744073709551615, var_j1);'))
      .toBe('i64_store(&instance->w2c_M1, add_saturating(var_j0, 18446744073709551615ul), var_j1);');
    const narrow = 'var_i0 = i32_load_default32(&instance->w2c_M0, (u64)(var_i0) + 5u);';
    expect(checkAddresses64(narrow)).toBe(narrow);
  });

  it('float -> integer -> float stays two conversions', () => {
    const patched = patchMacros(TEXT, { base: APPLICATION_BASE, fast: false });
    expect(patched).toContain('   : ({ ut cut = (ut)(st)(x); __asm__("" : "+r"(cut)); cut; }))\n');
    expect(patched).toContain('   : ({ ut cut = (ut)(x); __asm__("" : "+r"(cut)); cut; }))\n');
    expect(() => patchMacros(TEXT.replace(': (ut)(x))', ': (ut)x)'), { base: '', fast: false })).toThrow(/3 macros/);
  });

  it('table.grow of a 64-bit table looks at all of its delta and answers -1', () => {
    expect(repairTableGrow64('  var_j0 = wasm_rt_grow_funcref_table(&instance->w2c_T0, var_j1, var_r0);'))
      .toBe('  var_j0 = var_j1 >> 32 ? -1ul : (u64)(s32)wasm_rt_grow_funcref_table(&instance->w2c_T0, var_j1, var_r0);');
    const narrow = '  var_i0 = wasm_rt_grow_funcref_table(&instance->w2c_T0, var_i1, var_r0);';
    expect(repairTableGrow64(narrow)).toBe(narrow);
  });

  it('what a signed comparison chooses is chosen in the signed type', () => {
    const lines = (type: string, result: string): string => `  var_i3 = (u32)((${type})var_l8 > (${type})var_l9);\n      ${result} = `;
    expect(typeChoices(`${lines('s32', 'var_i1')}var_i3 ? var_i1 : var_i2;`)).toBe(`${lines('s32', 'var_i1')}choose_s32(var_i3, var_i1, var_i2);`);
    expect(typeChoices(`${lines('s64', 'var_j1')}var_i3 ? var_j1 : var_j2;`)).toBe(`${lines('s64', 'var_j1')}choose_s64(var_i3, var_j1, var_j2);`);
    for (const other of [`${lines('s32', 'var_j1')}var_i3 ? var_j1 : var_j2;`, `${lines('s32', 'var_d1')}var_i3 ? var_d1 : var_d2;`]) {
      expect(typeChoices(other)).toBe(other);
    }
  });

  it('locals and operand stack of a function called by tail calls are declared one after the other', () => {
    expect(repairTailCalls('  u32   u32 var_i0, var_i1;\n  f64 var_d0;\nvar_l1 = 0, var_l2 = 0;\n  u64 var_l3 = 0;\n'))
      .toBe('  u32 var_i0, var_i1;\n  f64 var_d0;\n  u32 var_l1 = 0, var_l2 = 0;\n  u64 var_l3 = 0;\n');
    expect(repairTailCalls('  u32   u32 var_i0;\nvolatile var_l1 = 0;\n')).toBe('  u32 var_i0;\n  u32 volatile var_l1 = 0;\n');
    // wasm2c breaks long declarations; found by fuzzing.
    expect(repairTailCalls('  u32   u32 var_i0, var_i1, \n      var_i2;\n  f32 var_f0, \n      var_f1;\nvar_l0 = 0;\n'))
      .toBe('  u32 var_i0, var_i1, \n      var_i2;\n  f32 var_f0, \n      var_f1;\n  u32 var_l0 = 0;\n');
    const whole = '  u32 var_l1 = 0;\n  FUNC_PROLOGUE;\n  u32 var_i0;\n';
    expect(repairTailCalls(whole)).toBe(whole);
  });

  it('a tail call within the module passes the instance', () => {
    expect(repairTailCalls('    void *instance_ptr_storage;\n')).toBe('    void *instance_ptr_storage = instance;\n');
  });

  it('--fast lets dead loads go', () => {
    const patched = patchMacros(TEXT, { base: APPLICATION_BASE, fast: true });
    expect(patched).toContain('#define FORCE_READ_INT(var)\n');
    expect(patched).toContain('#define FORCE_READ_FLOAT(var)\n');
    const simd = patchMacros(`${TEXT}#define SIMD_FORCE_READ(var) __asm__("" ::"x"(var));\n#define DEFINE_SIMD_STORE(name, t)\n`, { base: APPLICATION_BASE, fast: true });
    expect(simd).toContain('#define SIMD_FORCE_READ(var)\n');
  });

  it('data segments become a table, values and order kept', () => {
    const text = 'void f() {\n  LOAD_DATA(instance->w2c_memory, 8u, a, 3);\n  LOAD_DATA(instance->w2c_memory, 4294967280u, b, 16);\n}\n';
    const table = tabulateData(text);
    expect(table).toContain('{{8u, 3u, a}, {4294967280u, 16u, b}}');
    expect(table).toContain('i < 2;');
    expect(tabulateData('  LOAD_DATA(instance->w2c_memory, 8u, a, 3);\n')).not.toContain('segments');
  });

  it('a pattern that is missing or there twice stops the build', () => {
    expect(() => patchMacros(TEXT.replace('data[addr]', 'bytes[addr]'), { base: '', fast: false })).toThrow(/exactly once/);
    expect(() => patchMacros(TEXT + TEXT, { base: '', fast: false })).toThrow(/exactly once/);
  });
});

it('patchFiles makes every one of these changes', () => {
  const directory = mkdtempSync(join(tmpdir(), 'asolo-patch-'));
  const body = `void f(void) {
  var_i1 = (u32)((s32)var_l8 > (s32)var_l9);
  var_i0 = var_i1 ? var_i0 : var_i2;
  var_i0 = i32_load(&instance->w2c_M1, (u64)(var_j0) + 5u);
  void *instance_ptr_storage;
}
`;
  writeFileSync(join(directory, 'app.h'), '#include "wasm-rt.h"\n');
  writeFileSync(join(directory, 'app.c'), TEXT + body);
  patchFiles(directory, 'app', 1, { base: APPLICATION_BASE, fast: false });
  const patched = readFileSync(join(directory, 'app.c'), 'latin1');
  rmSync(directory, { recursive: true });
  for (const change of ['#pragma GCC optimize', '= choose_s32(var_i1, ', '((u8*)((uintptr_t)(addr)))', 'add_saturating(var_j0, 5ul)', 'instance_ptr_storage = instance;']) {
    expect(patched).toContain(change);
  }
});

describe('the header', () => {
  const HEADER = '#include "wasm-rt.h"\n\nstruct wasm_multi_io {\n  u32 i0;\n  v128 o1;\n};\n';

  it('says what a vector is where a function has one among its results (fuzzing, seed ci-12)', () => {
    expect(declareVectors(HEADER)).toMatch(/#include "wasm-rt.h"\n#include <simde\/wasm\/simd128.h>\ntypedef simde_v128_t v128;\n/);
  });

  it('stays as it is without vectors', () => {
    const plain = HEADER.replace('v128', 'u64');
    expect(declareVectors(plain)).toBe(plain);
  });
});

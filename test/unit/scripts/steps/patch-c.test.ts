import { describe, expect, it } from 'vitest';
import { APPLICATION_BASE, KERNEL_BASE, patchMacros, tabulateData } from '../../../../scripts/steps/patch-c.ts';

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

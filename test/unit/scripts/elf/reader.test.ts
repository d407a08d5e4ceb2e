import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PT_LOAD, STT_FUNC, isElf, readElf, sectionBytes, sectionNamed } from '../../../../scripts/elf/reader.ts';
import { findCompiler } from '../../../../scripts/toolchain.ts';

let bytes: Buffer;
beforeAll(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'asolo-elf-'));
  const { program, prefix } = await findCompiler();
  writeFileSync(join(directory, 'a.c'), 'const char text[] __attribute__((section(".mine"))) = "hello"; static int zero[100]; int f(int i) { return zero[i]; }');
  execFileSync(program, [...prefix, '-c', '-fno-pic', '-mcmodel=kernel', '-o', join(directory, 'a.o'), join(directory, 'a.c')]);
  execFileSync('ld', ['-m', 'elf_x86_64', '-Ttext=0xffffffff80000000', '-e', 'f', '-o', join(directory, 'a.elf'), join(directory, 'a.o')]);
  bytes = readFileSync(join(directory, 'a.elf'));
  rmSync(directory, { recursive: true });
});

describe('reader', () => {
  it('reads sections, segments and symbols of a linked file', () => {
    const elf = readElf(bytes);
    expect(Buffer.from(sectionBytes(elf, sectionNamed(elf, '.mine')!)).toString()).toBe('hello\0');
    expect(sectionBytes(elf, sectionNamed(elf, '.bss')!)).toHaveLength(0);
    expect(elf.segments.some(({ type }) => type === PT_LOAD)).toBe(true);
    expect(elf.symbols.find(({ name }) => name === 'f')).toMatchObject({ type: STT_FUNC, global: true, section: '.text', value: 0xffffffff80000000n });
    expect(elf.symbols.find(({ name }) => name === 'zero')).toMatchObject({ global: false, section: '.bss', size: 400 });
  });

  it('refuses other files and files cut short', () => {
    expect(isElf(Buffer.from('text'))).toBe(false);
    expect(() => readElf(Buffer.from('text'))).toThrow(/not a 64-bit/);
    expect(() => readElf(bytes.subarray(0, 100))).toThrow(/cut short/);
  });
});

import { describe, expect, it } from 'vitest';
import { displayName, symbolTableSource, unescapeName, wordsSource } from '../../../../scripts/steps/symbols.ts';

const known = new Set(['_start', 'main', 'f_1', 'naïve', 'assembly/base/log/say']);

describe('symbols', () => {
  it.each([
    ['w2c_app_main', 'main'],
    ['w2c_app_main.constprop.0', 'main'],
    ['w2c_app_main.part.0.isra.0', 'main'],
    ['w2c_app_main.cold', 'main'],
    ['w2c_app_0x5Fstart', '_start'],
    ['w2c_app_0x5Fstart_0', '_start'],
    ['w2c_app_f_1', 'f_1'],
    ['wrap_w2c_app_main', 'main'],
    ['w2c_kernel_assembly0x2Fbase0x2Flog0x2Fsay', 'log/say'],
    ['w2c_wasi__snapshot__preview1_fd_write', 'wasi_snapshot_preview1.fd_write'],
    ['wasm_rt_trap', 'wasm_rt_trap'],
    ['memcpy', 'memcpy'],
  ])('%s is %s', (symbol, name) => {
    expect(displayName(symbol, known)).toBe(name);
  });

  it('puts escaped bytes back together', () => {
    expect(unescapeName('na0xC30xAFve')).toBe('naïve');
  });

  it('cuts names of a C++ kind', () => {
    expect(displayName(`w2c_app_${'x'.repeat(500)}`, known)).toHaveLength(120);
  });

  it('the table has the count, the pairs, and each name once', () => {
    const functions = [{ offset: 16, name: 'a"\\' }, { offset: 32, name: 'b' }, { offset: 48, name: 'a"\\' }];
    const [names] = symbolTableSource({ functions, frames: [] }).split('.globl asolo_frames');
    expect(names!.split('\n').map((line) => line.trim()).filter((line) => /^\.(long|asciz)/.test(line))).toEqual([
      '.long 3', '.long 16, 28', '.long 32, 32', '.long 48, 28', '.asciz "a\\042\\134"', '.asciz "b"',
    ]);
  });

  it('frame sizes follow: all addresses, then all sizes in words', () => {
    const [, frames] = symbolTableSource({ functions: [], frames: [{ offset: 16, bytes: 8 }, { offset: 20, bytes: 64 }] }).split('asolo_frames:\n');
    expect(frames!.trim().split('\n').map((line) => line.trim())).toEqual(['.long 2', '.long 16', '.long 20', '.short 1', '.short 8']);
  });

  it('words are counted in bytes', () => {
    expect(wordsSource('é')).toContain('.long 2\n  .ascii "\\303\\251"');
  });
});

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { AsoloError } from '../../../../scripts/errors.ts';
import { readModule } from '../../../../scripts/wasm/module.ts';
import { compileWat } from '../../../support/wat.ts';

const TEXT = `(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "env" "g" (global i64))
  (import "env" "t" (table 1 2 externref))
  (memory (export "memory") 2 5)
  (table 3 funcref) (elem (i32.const 0) $two)
  (global $g (mut i32) (i32.const 7))
  (data (i32.const 8) "some data")
  (func $two (param f64) (result i32 i64) (i32.const 1) (i64.const 2))
  (func $named (export "_start")))`;

let bytes: Uint8Array;
beforeAll(async () => {
  bytes = await compileWat(TEXT);
});

const failure = (work: () => unknown): AsoloError => {
  try {
    work();
  } catch (error) {
    if (error instanceof AsoloError) return error;
    throw error;
  }
  throw new Error('did not throw');
};

describe('module', () => {
  it('reads imports, exports with their types, memory, tables, names', () => {
    const module = readModule(bytes);
    expect(module.imports).toEqual([
      { module: 'wasi_snapshot_preview1', name: 'fd_write', kind: 'function', signature: { params: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] } },
      { module: 'env', name: 'g', kind: 'global' },
      { module: 'env', name: 't', kind: 'table' },
    ]);
    expect(module.exports).toEqual([
      { name: 'memory', kind: 'memory', index: 0 },
      { name: '_start', kind: 'function', index: 2, signature: { params: [], results: [] } },
    ]);
    expect(module.memories).toEqual([{ initial: 2, maximum: 5, shared: false, is64: false, pageSize: 65536 }]);
    expect(module.tables).toEqual([{ element: 'funcref', initial: 3 }]);
    expect([...module.functionNames.values()]).toEqual(['write', 'two', 'named']);
  });

  it('a byte order mark is a name', async () => {
    const { exports } = readModule(await compileWat('(module (func (export "\\u{feff}") (export "")))'));
    expect(exports.map(({ name }) => name)).toEqual(['\u{feff}', '']);
  });

  it('any file cut short is refused with one of our errors, or was whole enough to read', () => {
    for (let length = 0; length < bytes.length; length++) {
      try {
        readModule(bytes.subarray(0, length));
      } catch (error) {
        expect(error).toBeInstanceOf(AsoloError);
      }
    }
  });

  it('any changed byte gives a module or one of our errors', () => {
    fc.assert(fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }), (at, value) => {
      const changed = bytes.slice();
      changed[at] = value;
      try {
        readModule(changed);
      } catch (error) {
        expect(error).toBeInstanceOf(AsoloError);
      }
    }), { numRuns: 2000 });
  });

  it.each([
    ['an empty file', [], 'not-wasm', /is empty/],
    ['text', [...Buffer.from('(module)')], 'not-wasm', /wat2wasm/],
    ['an ELF file', [0x7f, 0x45, 0x4c, 0x46], 'not-wasm', /ELF/],
    ['a magic number alone', [0, 0x61, 0x73, 0x6d], 'truncated', /first 8 bytes/],
    ['a component', [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0], 'component', /wasm32-wasip1/],
    ['another version', [0, 0x61, 0x73, 0x6d, 2, 0, 0, 0], 'malformed', /version 2/],
    ['a section longer than the file', [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 100], 'truncated', /100 bytes too early/],
    ['a struct type', [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 3, 1, 0x5f, 0], 'feature', /garbage collection/],
    ['an unknown section', [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 99, 0], 'malformed', /section 99/],
  ])('%s', (_, file, code, message) => {
    const error = failure(() => readModule(Uint8Array.from(file)));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });
});

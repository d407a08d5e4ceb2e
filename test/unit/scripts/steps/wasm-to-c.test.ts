import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cache } from '../../../../scripts/cache.ts';
import { explain, piecesOf, wasmToC } from '../../../../scripts/steps/wasm-to-c.ts';
import { unsignedLeb } from '../../../../scripts/wasm/leb.ts';
import { compileWat } from '../../../support/wat.ts';

let directory: string;
let cache: Cache;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-wasm2c-'));
  cache = new Cache(directory);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const translateBytes = (bytes: Uint8Array, codeBytes = 0) => {
  const path = join(directory, 'in.wasm');
  writeFileSync(path, bytes);
  return wasmToC(cache, path, 'app', codeBytes, { base: '', fast: false });
};
const translate = async (text: string, codeBytes = 0) => translateBytes(await compileWat(text), codeBytes);

/** A module whose one function, _start, is so many blocks deep. wabt's own text parser cannot nest so far. */
function nested(depth: number): Uint8Array {
  const section = (id: number, bytes: number[]): number[] => [id, ...unsignedLeb(bytes.length), ...bytes];
  const body = [0, ...Array<number[]>(depth).fill([0x02, 0x40]).flat(), ...Array<number>(depth).fill(0x0b), 0x0b];
  return Uint8Array.from([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...section(1, [1, 0x60, 0, 0]), ...section(3, [1, 0]), ...section(5, [1, 0, 1]),
    ...section(7, [1, 6, ...Buffer.from('_start'), 0, 0]), ...section(10, [1, ...unsignedLeb(body.length), ...body]),
  ]);
}

describe('wasm-to-c', () => {
  it('survives nesting that crashes wasm2c as shipped', async () => {
    const { directory: made } = await translateBytes(nested(5000));
    expect(readFileSync(join(made, 'app.c'), 'utf8')).toContain('w2c_app_0x5Fstart');
  });

  it('splits large code, and patches where the macros are then', async () => {
    const functions = Array.from({ length: 40 }, (_, i) => `(func $f${i} (export "f${i}") (result i32) (i32.load (i32.const ${i})))`).join('');
    const { directory: made, sources } = await translate(`(module (memory 1) ${functions} (func (export "_start")))`, 1024 * 1024);
    expect(sources).toEqual(['app_0.c', 'app_1.c', 'app_2.c', 'app_3.c']);
    expect(readFileSync(join(made, 'app-impl.h'), 'utf8')).toContain('((u8*)((uintptr_t)(addr)))');
  });

  it('small code stays whole; pieces come in fours and have a limit', () => {
    expect([0, 700_000, 1_000_000, 5_000_000, 1e9].map((bytes) => piecesOf(bytes, 4))).toEqual([1, 1, 4, 20, 64]);
  });

  it.each([
    ['\x1b[1m000002a: \x1b[31merror: \x1b[0munexpected opcode: 0xfd 0x85 0x2', 'feature', /relaxed SIMD/],
    ['000002c: error: unexpected opcode: 0xfe 0x10', 'feature', /threads/],
    ['000000c: error: unexpected type form (got 0x5f)', 'feature', /garbage collection/],
    ['in.wasm:0000032: error: type mismatch in i32.add, expected [i32, i32] but got [i32]', 'malformed', /at byte 0x0000032: type mismatch/],
    ['0000010: error: unable to read u32 leb128: size', 'truncated', /unable to read/],
  ] as const)('%s', (stderr, code, message) => {
    const error = explain({ stderr });
    expect(error?.code).toBe(code);
    expect(error?.message).toMatch(message);
  });

  it('a crash is no fault of the module', () => {
    expect(explain({ stderr: 'Aborted()' })).toBeUndefined();
  });
});

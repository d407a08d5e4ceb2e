// A module of about 1 MiB of code and 300 KiB of data takes the path of large modules, several C files and the data as
// an object, and does in the guest what it does in Node. ruby.wasm, which is larger, is in test/big.
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { piecesOf } from '../../scripts/steps/wasm-to-c.ts';
import { readModule } from '../../scripts/wasm/module.ts';
import { asolo } from '../support/asolo.ts';
import { bigModule } from '../support/big-module.ts';
import { compileWat } from '../support/wat.ts';

const SHAPE = { functions: 90, steps: 400, dataBytes: 300_001 };
let directory: string;
let bytes: Uint8Array;
const path = (...names: string[]): string => join(directory, ...names);

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-big-'));
  bytes = await compileWat(bigModule(SHAPE));
  writeFileSync(path('big.wasm'), bytes);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What the module prints, by V8. */
function expected(): string {
  let text = '';
  const memory = (): Buffer => Buffer.from((instance.exports['memory'] as WebAssembly.Memory).buffer);
  const fd_write = (_fd: number, vectors: number): number => {
    const [at, length] = [memory().readUInt32LE(vectors), memory().readUInt32LE(vectors + 4)];
    text += memory().toString('latin1', at, at + length);
    return 0;
  };
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>), { wasi_snapshot_preview1: { fd_write } });
  (instance.exports['_start'] as () => void)();
  return text;
}

test('a big module is split, its data becomes an object, and it computes what it should', async () => {
  const pieces = piecesOf(readModule(bytes).codeBytes, 4);
  expect(pieces).toBeGreaterThan(1);
  const built = await asolo(['build', path('big.wasm'), '-O', '0', '--keep', path('kept')]);
  expect(built).toMatchObject({ status: 0, stderr: '' });
  const kept = readdirSync(path('kept'));
  expect(kept.filter((name) => /^app_\d+\.c$/.test(name)).length).toBe(pieces);
  expect(existsSync(path('kept', 'app_data.S'))).toBe(true);
  expect(readFileSync(path('kept', 'app_data.bin')).length).toBe(8 + 8 + SHAPE.dataBytes);
  expect(readFileSync(path('kept', 'app_0.c'), 'latin1')).not.toContain('data_segment_data_w2c_app_d0[] = {');
  const ran = await asolo(['run', path('big.elf')]);
  expect(ran).toMatchObject({ status: 0, stdout: expected() });
  expect(ran.stdout).toMatch(/^[0-9a-f]{8}\n$/);
});

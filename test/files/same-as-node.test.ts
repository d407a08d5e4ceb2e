// Random file operations in three places: a C program in the guest (in /tmp, below which memory is), the same Wasm under
// node:wasi in a real directory, and the model. Read first: operations.ts, driver.c.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { compileC } from '../../examples/build.ts';
import { nodeWasi } from '../examples/node-wasi.ts';
import { asolo } from '../support/asolo.ts';
import { Model } from './model.ts';
import { operations } from './operations.ts';

const root = join(import.meta.dirname, '../..');
const seeds = process.env['ASOLO_LONG'] === '1' ? Array.from({ length: 20 }, (_, i) => 1000 + i) : [1000];
const count = process.env['ASOLO_LONG'] === '1' ? 5000 : 1900;
let wasm: string;

beforeAll(async () => {
  wasm = await compileC({ 'driver.c': readFileSync(join(import.meta.dirname, 'driver.c'), 'utf8') }, join(root, 'build/test/file-driver.wasm'));
}, 120_000);

test.each(seeds)(`seed %i: ${count} operations have the same answers in the guest, under node:wasi and by the model`, async (seed) => {
  const lines = operations(seed, count);
  const input = lines.map((line) => `${line}\n`).join('');
  const directory = mkdtempSync(join(tmpdir(), 'asolo-operations-'));
  try {
    const [guest, node] = await Promise.all([
      asolo(['run', '--accel', 'tcg', '--timeout', '300', wasm], { input }),
      nodeWasi(wasm, { input, directories: [`${directory}::/tmp`] }),
    ]);
    const model = new Model();
    const expected = lines.map((line) => model.answer(line));
    const beside = (answers: string): string[] => answers.trimEnd().split('\n').map((answer, i) => `${i} ${lines[i]}: ${answer}`);
    const differences = (answers: string): string[] => beside(answers).filter((text, i) => text !== `${i} ${lines[i]}: ${expected[i]}`).slice(0, 5);
    expect(guest.stderr).toBe('');
    expect(differences(guest.stdout), 'the guest').toEqual([]);
    expect(differences(node.stdout), 'node:wasi').toEqual([]);
    expect(beside(guest.stdout)).toHaveLength(lines.length);
  } finally {
    rmSync(directory, { recursive: true });
  }
}, 400_000);

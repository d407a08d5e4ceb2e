// The memory begins at virtual 0, so that a machine address is a Wasm address, and an outcome of a comparison, 0 or 1, is
// one, too. gcc's points-to analysis took that for no address at all and left out what was stored there (found by
// fuzzing: seed long-2026-11-c-135).
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { asolo } from '../support/asolo.ts';
import { compileWat } from '../support/wat.ts';

const directory = mkdtempSync(join(tmpdir(), 'asolo-low-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Stores 3 at address 1 and 5 at address 0, each computed by a comparison of arguments; ends with 53. */
const PROGRAM = `(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (table 2 funcref) (elem (i32.const 0) $fill $store) (type $t (func (param i64 i64 i32)))
  (func $fill (param i64 i64 i32) (memory.fill (i64.lt_s (local.get 0) (local.get 1)) (local.get 2) (local.get 2)))
  (func $store (param i64 i64 i32) (i32.store8 (i64.lt_s (local.get 0) (local.get 1)) (local.get 2)))
  (func (export "_start")
    (drop (call $args (i32.const 64) (i32.const 68)))
    ;; One argument, the name: a number that no compiler knows.
    (call_indirect (type $t) (i64.const 1) (i64.const 2) (i32.const 3) (i32.sub (i32.load (i32.const 64)) (i32.const 1)))
    (call_indirect (type $t) (i64.const 2) (i64.const 1) (i32.const 5) (i32.load (i32.const 64)))
    (call $exit (i32.add (i32.mul (i32.load8_u (i32.const 0)) (i32.const 10)) (i32.load8_u (i32.const 1))))))`;

test.each(['0', '1', '2', '3'])('what is stored at an address that a comparison gave is there, at -O%s', async (level) => {
  const wasm = join(directory, 'program.wasm');
  writeFileSync(wasm, await compileWat(PROGRAM));
  expect(await asolo(['run', wasm, '-O', level, '--accel', 'tcg', '--timeout', '60'])).toMatchObject({ status: 53, stderr: '' });
}, 120_000);

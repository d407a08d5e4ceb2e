// Features beyond the first edition of WebAssembly, as a user meets them: through build and run, with WASI.
// The specification's tests of the same features are test/spec.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile } from '../cli/modules.ts';
import { asolo } from '../support/asolo.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-features-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const IMPORTS = `
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))`;

/** Writes `bytes` bytes from `at` of the exported memory; its addresses are of this type. */
const say = (at: number, bytes: number, type = 'i32'): string => `
  (i32.store (${type}.const 0) (i32.const ${at})) (i32.store (${type}.const 4) (i32.const ${bytes}))
  (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))`;

async function runWat(name: string, text: string): ReturnType<typeof asolo> {
  const path = join(directory, `${name}.wasm`);
  writeFileSync(path, await compile(text));
  return asolo(['run', path, '--accel', 'tcg', '--timeout', '60']);
}

const MEMORIES = `(memory $main (export "memory") 1) (memory $second 1 40) (memory $third 0)
  (func $fill (i64.store $second offset=65520 (i32.const 8) (i64.const 0x0a6f6c6c6568)))`;

describe('several memories', () => {
  test('each has its own bytes and grows by itself', async () => {
    const { stdout, status } = await runWat('several', `(module ${IMPORTS} ${MEMORIES}
      (func (export "_start")
        (call $fill)
        (if (i32.ne (memory.grow $second (i32.const 33)) (i32.const 1)) (then (call $exit (i32.const 2))))
        (if (i32.ne (memory.grow $third (i32.const 3)) (i32.const 0)) (then (call $exit (i32.const 3))))
        (if (i32.ne (memory.grow $second (i32.const 7)) (i32.const -1)) (then (call $exit (i32.const 4))))
        (i64.store $second (i32.const 2228216) (i64.const -1))
        (if (i64.ne (i64.load $third (i32.const 65528)) (i64.const 0)) (then (call $exit (i32.const 5))))
        (if (i32.ne (memory.size $main) (i32.const 1)) (then (call $exit (i32.const 6))))
        (memory.copy $third $second (i32.const 100) (i32.const 65528) (i32.const 8))
        (memory.copy $main $third (i32.const 16) (i32.const 100) (i32.const 8))
        ${say(16, 6)} (call $exit (i32.const 7))))`);
    expect(stdout).toBe('hello\n');
    expect(status).toBe(7);
  });

  test.each([
    ['behind its end', '(i32.store8 $second (i32.const 65536) (i32.const 1))'],
    ['at the largest address and offset', '(drop (i64.load $second offset=4294967295 (i32.const -1)))'],
    ['in an empty one', '(drop (i32.load8_u $third (i32.const 0)))'],
    ['behind what it grew to', '(drop (memory.grow $second (i32.const 1))) (drop (i32.load $second (i32.const 131069)))'],
  ])('an access %s traps', async (name, access) => {
    const { stderr, status } = await runWat(name, `(module ${IMPORTS} ${MEMORIES} (func (export "_start") ${access}))`);
    expect(stderr).toContain('out of bounds memory access');
    expect(status).toBe(134);
  });
});

describe('64-bit memory', () => {
  test('works with WASI, which has 32-bit addresses', async () => {
    const { stdout, status } = await runWat('memory64', `(module ${IMPORTS} (memory (export "memory") i64 1)
      (func (export "_start")
        (if (i64.ne (memory.grow (i64.const 0x100000000)) (i64.const -1)) (then (call $exit (i32.const 2))))
        (if (i64.ne (memory.grow (i64.const 1)) (i64.const 1)) (then (call $exit (i32.const 3))))
        (i64.store offset=65536 (i64.const 16) (i64.const 0x0a6f6c6c6568))
        ${say(65552, 6, 'i64')} (call $exit (i32.const 7))))`);
    expect(stdout).toBe('hello\n');
    expect(status).toBe(7);
  });

  test.each([
    ['2^32', '(i32.load (i64.const 0x100000000))'],
    ['an offset that leads around to 0', '(i32.load offset=0xffffffffffffffff (i64.const 1))'],
    ['its end', '(i32.load (i64.const 65533))'],
  ])('an access at %s traps', async (name, access) => {
    const { stderr, status } = await runWat(`64 ${name}`, `(module ${IMPORTS} (memory (export "memory") i64 1) (func (export "_start") (drop ${access})))`);
    expect(stderr).toContain('out of bounds memory access');
    expect(status).toBe(134);
  });
});

test('ten million tail calls take no stack, and reach globals and WASI functions', async () => {
  const { stdout, status } = await runWat('tail', `(module ${IMPORTS} (memory (export "memory") 1) (global $count (mut i32) (i32.const 0))
    (data (i32.const 16) "hello\\n")
    (func $loop (param i32) (local i32 i64)
      (global.set $count (i32.add (global.get $count) (i32.const 1)))
      (if (i32.eqz (local.get 0)) (then ${say(16, 6)} (return_call $exit (i32.sub (global.get $count) (i32.const 9999994)))))
      (local.set 1 (i32.sub (local.get 0) (i32.const 1)))
      (return_call $loop (local.get 1)))
    (func (export "_start") (return_call $loop (i32.const 10000000))))`);
  expect(stdout).toBe('hello\n');
  expect(status).toBe(7);
});

test('an exception is caught by its tag, with its values, several calls further out', async () => {
  const { stdout, status } = await runWat('exceptions', `(module ${IMPORTS} (memory (export "memory") 1) (tag $e (param i32 i32)) (tag $other)
    (data (i32.const 16) "hello\\n")
    (func $deep (param i32) (if (local.get 0) (then (call $deep (i32.sub (local.get 0) (i32.const 1)))) (else (throw $e (i32.const 16) (i32.const 6)))))
    (func $try (try (do (call $deep (i32.const 50))) (catch $other (call $exit (i32.const 2)))))
    (func (export "_start") (local $at i32) (local $bytes i32)
      (try (do (call $try)) (catch $e (local.set $bytes) (local.set $at)))
      (i32.store (i32.const 0) (local.get $at)) (i32.store (i32.const 4) (local.get $bytes))
      (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
      (call $exit (i32.const 7))))`);
  expect(stdout).toBe('hello\n');
  expect(status).toBe(7);
});

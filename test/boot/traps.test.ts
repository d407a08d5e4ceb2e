// Each way for a Wasm program to trap, in QEMU: the reason, the functions that were running, exit status 134.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asolo } from '../support/asolo.ts';
import { compileWat } from '../support/wat.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-traps-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Calls go through a table: the C compiler can neither decide anything early nor inline a function out of the backtrace. */
const program = (culprit: string, rest = ''): string => `(module
  (type $function (func (param i32) (result i32)))
  (memory (export "memory") 1) (global $zero (mut i32) (i32.const 0))
  (table $calls (export "calls") 2 2 funcref) (elem (table $calls) (i32.const 0) func $caller $culprit) ${rest}
  (func $culprit (param $n i32) (result i32) ${culprit})
  (func $caller (param $n i32) (result i32)
    (i32.add (call_indirect $calls (type $function) (local.get $n) (i32.add (local.get $n) (i32.const 1))) (i32.const 1)))
  (func (export "_start") (global.set $zero (call_indirect $calls (type $function) (global.get $zero) (global.get $zero)))))`;

const TABLE = '(table $others 3 funcref) (elem (table $others) (i32.const 0) func $other) (type $none (func)) (func $other (result i64) (i64.const 1))';

const TRAPS: [string, string, string][] = [
  ['a load beyond the memory', 'out of bounds memory access', program('(i32.load offset=65536 (local.get $n))')],
  ['a load whose last byte is beyond the memory', 'out of bounds memory access', program('(i32.load offset=65533 (local.get $n))')],
  ['a load at the largest address and offset', 'out of bounds memory access', program('(i32.load offset=4294967295 (i32.sub (local.get $n) (i32.const 1)))')],
  ['a load whose value nobody uses', 'out of bounds memory access', program('(drop (i64.load offset=65536 (local.get $n))) (i32.const 0)')],
  ['a float load whose value nobody uses', 'out of bounds memory access', program('(drop (f64.load offset=65536 (local.get $n))) (i32.const 0)')],
  ['a load whose value is wanted in one branch, not taken', 'out of bounds memory access', program('(local $value i32) (local.set $value (i32.load offset=65536 (local.get $n))) (if (result i32) (local.get $n) (then (local.get $value)) (else (i32.const 1)))')],
  ['a load whose value is multiplied by zero', 'out of bounds memory access', program('(i32.mul (i32.load offset=65536 (local.get $n)) (i32.const 0))')],
  ['a load beyond the memory in a loop that uses it once', 'out of bounds memory access', program('(local $at i32) (local $value i32) (loop $next (local.set $value (i32.load (local.get $at))) (local.set $at (i32.add (local.get $at) (i32.const 4))) (br_if $next (i32.lt_u (local.get $at) (i32.const 70000)))) (local.get $value)')],
  ['a store beyond the memory', 'out of bounds memory access', program('(i32.store8 offset=65536 (local.get $n) (i32.const 1)) (i32.const 0)')],
  ['a fill beyond the memory', 'out of bounds memory access', program('(memory.fill (i32.const 65535) (i32.const 0) (i32.add (local.get $n) (i32.const 2))) (i32.const 0)')],
  ['unreachable', 'unreachable', program('(unreachable)')],
  ['a division by zero', 'integer divide by zero', program('(i32.div_u (i32.const 1) (local.get $n))')],
  ['a remainder by zero', 'integer divide by zero', program('(i32.rem_s (i32.const 1) (local.get $n))')],
  ['a quotient that does not fit', 'integer overflow', program('(i32.div_s (i32.const 0x80000000) (i32.sub (local.get $n) (i32.const 1)))')],
  ['a conversion that does not fit', 'integer overflow', program('(i32.trunc_f64_s (f64.add (f64.const 1e10) (f64.convert_i32_s (local.get $n))))')],
  ['a conversion of not-a-number', 'invalid conversion to integer', program('(i32.trunc_f32_s (f32.div (f32.convert_i32_s (local.get $n)) (f32.convert_i32_s (local.get $n))))')],
  ['an indirect call of another type', 'indirect call', program('(call_indirect $others (type $none) (local.get $n)) (i32.const 0)', TABLE)],
  ['an indirect call of an empty entry', 'indirect call', program('(call_indirect $others (type $none) (i32.add (local.get $n) (i32.const 1))) (i32.const 0)', TABLE)],
  ['an indirect call beyond the table', 'indirect call', program('(call_indirect $others (type $none) (i32.add (local.get $n) (i32.const 3))) (i32.const 0)', TABLE)],
  ['endless recursion', 'call stack exhausted', program('(i32.add (call $culprit (i32.add (local.get $n) (i32.const 1))) (i32.load (local.get $n)))')],
  ['endless recursion in a tail position', 'call stack exhausted', program('(call $culprit (i32.load (local.get $n)))')],
  ['an exception that nobody catches', 'uncaught exception', program('(throw $tag (local.get $n))', '(tag $tag (param i32))')],
];

async function runWat(name: string, text: string, ...args: string[]): ReturnType<typeof asolo> {
  const path = join(directory, `${name}.wasm`);
  writeFileSync(path, await compileWat(text));
  return asolo(['run', path, '--accel', 'tcg', '--timeout', '60', ...args]);
}

describe('a program ends with its trap and status 134:', () => {
  test.each(TRAPS)('%s: %s', async (what, reason, text) => {
    const { status, stdout, stderr } = await runWat(what.replaceAll(/\W/g, '-'), text);
    expect(stderr).toContain(`wasm trap: ${reason}`);
    expect(status).toBe(134);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/\bculprit\b/);
  });
});

test('the backtrace names the functions by their Wasm names, innermost first', async () => {
  const { stderr } = await runWat('names', program('(unreachable)'));
  const names = [...stderr.matchAll(/at ([^\s+]+)/g)].map((match) => match[1]);
  expect(names.slice(0, 3)).toEqual(['culprit', 'caller', '_start']);
});

test('a caught exception is no trap', async () => {
  const { status, stderr } = await runWat('caught', program(
    '(try (result i32) (do (call $thrower) (i32.const 1)) (catch $tag))',
    '(tag $tag (param i32)) (func $thrower (throw $tag (i32.const 7)))',
  ));
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

test('memory.grow beyond the machine answers -1 and the program goes on', async () => {
  const { status } = await runWat('grow', `(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (func (export "_start") (call $exit (i32.add (i32.const 8) (memory.grow (i32.const 60000))))))`);
  expect(status).toBe(7);
});

test('memory is zero after memory.grow and keeps what was there', async () => {
  const { status, stderr } = await runWat('zero', `(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (func $sum (result i32) (local $at i32) (local $sum i32)
      (loop $next
        (local.set $sum (i32.or (local.get $sum) (i32.load (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br_if $next (i32.lt_u (local.get $at) (i32.mul (memory.size) (i32.const 65536)))))
      (local.get $sum))
    (func (export "_start") (local $turn i32)
      (i32.store (i32.const 65532) (i32.const 5))
      (loop $grow
        (drop (memory.grow (i32.const 7)))
        (local.set $turn (i32.add (local.get $turn) (i32.const 1)))
        (br_if $grow (i32.lt_u (local.get $turn) (i32.const 20))))
      (call $exit (call $sum))))`);
  expect(stderr).toBe('');
  expect(status).toBe(5);
});

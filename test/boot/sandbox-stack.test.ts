// Exhausts the stack in every way that generated code has: recursion direct, mutual, through tables, inside a try, with
// many parameters and results, and with frames so large that they could step over the guard below the stack. A function
// with a large frame is called from every depth near the stack's end, so that its frame meets the guard at every distance.
// Each attempt must end in the trap or in its result, and leave what lies beyond the guard alone. docs/sandbox.md
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asolo } from '../support/asolo.ts';
import { buildDriverImage, runDriverImage } from '../support/driver-image.ts';
import { compileWat } from '../support/wat.ts';

const EXHAUSTION = 10;
/** Locals that live across a call: 8 bytes each in the frame. The guard has 16 KiB, the fault stack below it 32 KiB. */
const LOCALS = [500, 2100, 5000];
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/**
 * Calls a function that nobody can see through, which writes below the frame before anything is written into it; loads so
 * many values, calls again, adds the values up.
 */
function largeFrame(locals: number): string {
  const declared = range(locals).map((i) => `(local $l${i} i64)`).join(' ');
  const loads = range(locals).map((i) => `(local.set $l${i} (i64.load offset=${i * 8} (local.get $at)))`).join('\n');
  const sum = range(locals).map((i) => `(local.set $sum (i64.add (local.get $sum) (local.get $l${i})))`).join('\n');
  return `(func $large${locals} (export "large${locals}") (param $at i32) (result i64) (local $sum i64) ${declared}
    (call_indirect (type $leaf) (i32.const 0)) ${loads} (call_indirect (type $leaf) (i32.const 0)) ${sum} (local.get $sum))`;
}

const WIDE = 200;
const wideType = `(param ${'i64 '.repeat(WIDE)}) (result ${'i64 '.repeat(WIDE)})`;

const TEXT = `(module (memory (export "memory") 2)
  (type $leaf (func)) (type $down (func (param i32 i32) (result i64))) (type $wide (func ${wideType}))
  (table funcref (elem $leaf $indirect ${LOCALS.map((locals) => `$large${locals}`).join(' ')} $wide))
  (tag $tag (param i32))
  (func $leaf (type $leaf))
  ${LOCALS.map(largeFrame).join('\n')}
  (func $down (export "down") (param $depth i32) (param $which i32) (result i64)
    (if (result i64) (local.get $depth)
      (then (i64.add (call $down (i32.sub (local.get $depth) (i32.const 1)) (local.get $which)) (i64.load (i32.const 0))))
      (else (call_indirect (param i32) (result i64) (i32.const 0) (local.get $which)))))
  (func (export "direct") (param i32 i32) (result i64) (call $direct (local.get 0)))
  (func $direct (param i32) (result i64) (i64.add (call $direct (i32.add (local.get 0) (i32.const 1))) (i64.load (i32.const 0))))
  (func (export "indirect") (param i32 i32) (result i64) (call $indirect (local.get 0) (local.get 1)))
  (func $indirect (type $down) (i64.add (call_indirect (type $down) (local.get 0) (local.get 1) (i32.const 1)) (i64.load (i32.const 8))))
  (func (export "mutual") (param i32 i32) (result i64) (call $one (local.get 0) (f64.const 1)))
  (func $one (param i32 f64) (result i64) (i64.add (call $two (local.get 0) (i64.load (i32.const 0)) (local.get 1)) (i64.load (i32.const 8))))
  (func $two (param i32 i64 f64) (result i64) (local i64 i64)
    (local.set 3 (i64.load (i32.const 16))) (local.set 4 (i64.load (i32.const 24)))
    (i64.add (i64.xor (local.get 3) (local.get 4)) (call $three (f64.add (local.get 2) (f64.load (i32.const 32))) (local.get 0))))
  (func $three (param f64 i32) (result i64) (i64.add (call $one (local.get 1) (local.get 0)) (i64.trunc_sat_f64_s (local.get 0))))
  (func (export "trying") (param i32 i32) (result i64) (call $trying (local.get 0)))
  (func $trying (param i32) (result i64)
    (try (result i64) (do (i64.add (call $trying (i32.add (local.get 0) (i32.const 1))) (i64.load (i32.const 0)))) (catch_all (i64.const 5))))
  (func (export "caught") (param i32 i32) (result i64)
    (try (result i64) (do (call $direct (local.get 0))) (catch $tag (drop) (i64.const 1)) (catch_all (i64.const 2))))
  (func (export "many") (param i32 i32) (result i64) (call $wide ${'(i64.load (i32.const 0)) '.repeat(WIDE)}) ${'drop '.repeat(WIDE - 1)})
  (func $wide (type $wide)
    (call_indirect (type $wide) ${range(WIDE).map((i) => `(local.get ${(i + 1) % WIDE})`).join(' ')} (i32.const ${2 + LOCALS.length}))
    ${range(WIDE).map((i) => `(local.set ${i})`).join(' ')} ${range(WIDE).map((i) => `(i64.add (local.get ${i}) (i64.const 1))`).join(' ')})
  (func (export "grows") (param i32 i32) (result i64) (call $grows (local.get 0)))
  (func $grows (param i32) (result i64)
    (drop (memory.grow (i32.const 0))) (memory.fill (i32.const 64) (i32.const 0) (i32.const 40))
    (i64.add (call $grows (local.get 0)) (i64.load (i32.const 0)))))`;

const ENDLESS = ['direct', 'indirect', 'mutual', 'trying', 'caught', 'many', 'grows'];

/** How deep `down` can go is found first; then each large frame is tried from every depth that may matter to it. */
const DRIVER = `
#include "m.h"
static w2c_m m;
extern char fault_stack_bottom[];
static void (*const endless[])(void) = {${ENDLESS.map((name) => `(void(*)(void))w2c_m_${name}`).join(',')}};
static volatile u64 result;
static u32 go(u32 depth, u32 which) { return ATTEMPT(result = w2c_m_down(&m, depth, which)); }
static u32 beyond(void) { return digest_memory(fault_stack_bottom, 16384); }
void drive(void) {
  wasm2c_m_instantiate(&m);
  for (u64 at = 0; at < 131072; at += 8) *(u64*)at = at + 1;
  memset(fault_stack_bottom, 0x5a, 16384);
  u32 before = beyond();
  for (u32 turn = 0; turn < 3; turn++)
    for (u32 i = 0; i < sizeof endless / sizeof *endless; i++) {
      int code = ATTEMPT(((u64(*)(w2c_m*, u32, u32))endless[i])(&m, 1, 2));
      say_text("endless "), say_hex(i, 2), say_text(" "), say_hex(code, 2), say_text("\\n");
    }
  for (u32 which = 0; which < ${LOCALS.length}; which++) {
    u32 low = 0, high = 1 << 20;
    while (low + 1 < high) {
      u32 middle = (low + high) / 2;
      if (go(middle, 2 + which) == 0) low = middle; else high = middle;
    }
    u32 from = low > 20 ? low - 20 : 0, to = high + 1500, codes[16] = {0}, wrong = 0;
    for (u32 depth = from; depth < to; depth++) {
      u32 code = go(depth, 2 + which);
      codes[code]++;
      if ((code == 0) != (depth <= low)) wrong++;
      if (code == 0 && result != depth + w2c_m_down(&m, 0, 2 + which)) wrong++;
    }
    say_text("large "), say_hex(which, 2), say_text(" "), say_hex(low, 8), say_text(" "), say_hex(codes[0], 8);
    say_text(" "), say_hex(codes[${EXHAUSTION}], 8), say_text(" "), say_hex(to - from, 8), say_text(" "), say_hex(wrong, 8), say_text("\\n");
  }
  say_text(beyond() == before ? "untouched\\n" : "touched\\n");
}`;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-sandbox-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe.each([[2, 128 * 1024], [1, 64 * 1024]])('at -O%i with a stack of %i bytes', (optimize, stackBytes) => {
  let lines: string[][];
  beforeAll(async () => {
    const work = mkdtempSync(join(directory, 'image-'));
    const image = await buildDriverImage(work, { modules: [{ name: 'm', wasm: await compileWat(TEXT) }], driver: DRIVER, optimize, stackBytes });
    const { output, status } = await runDriverImage(image);
    expect(status, output.slice(-2000)).toBe(0);
    lines = output.trimEnd().split('\n').map((line) => line.split(' '));
  });

  test('endless recursion of every kind ends in the trap, again and again', () => {
    const codes = lines.filter(([what]) => what === 'endless').map(([, , code]) => parseInt(code!, 16));
    expect(codes).toEqual(new Array(3 * ENDLESS.length).fill(EXHAUSTION));
  });

  test('a frame larger than the guard meets it from every depth', () => {
    const rows = lines.filter(([what]) => what === 'large').map((line) => line.slice(1).map((field) => parseInt(field, 16)));
    expect(rows.length).toBe(LOCALS.length);
    for (const [which, , passed, exhausted, attempts, wrong] of rows) {
      const what = `a frame of ${LOCALS[which!]! * 8} bytes`;
      expect(passed! + exhausted!, what).toBe(attempts);
      expect(wrong, what).toBe(0);
      expect(exhausted, what).toBeGreaterThan(1000);
    }
  });

  test('nothing beyond the guard was written', () => {
    expect(lines.at(-1)).toEqual(['untouched']);
  });
});

test('the kernel running out of the application\'s stack is the application\'s trap, not a fault', async () => {
  const path = join(directory, 'yields.wasm');
  writeFileSync(path, await compileWat(`(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1) (data (i32.const 0) "\\10\\00\\00\\00\\01\\00\\00\\00") (data (i32.const 16) ".")
    (func $deeper (param i32) (result i32)
      (i32.add (call $write (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 8)) (call $deeper (i32.add (local.get 0) (i32.const 1)))))
    (func (export "_start") (drop (call $deeper (i32.const 0)))))`));
  const { status, stderr } = await asolo(['run', path, '--accel', 'tcg', '--timeout', '60', '--stack', '64K']);
  expect(stderr).toContain('wasm trap: call stack exhausted');
  expect(status).toBe(134);
});

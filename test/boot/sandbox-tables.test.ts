// Tables: every access and call_indirect with entries that are out of range, empty, of another type, before and after
// table.grow, table.set, table.fill, table.copy and table.init. A model of the table in TypeScript says what must happen,
// attempt by attempt. docs/sandbox.md
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildDriverImage, runDriverImage } from '../support/driver-image.ts';
import { compileWat } from '../support/wat.ts';

const OUT_OF_BOUNDS = 1;
const CALL_INDIRECT = 6;
const MAXIMUM = 40;
/** Functions by number: what they are of type, what they answer. The last two types differ in their results alone. */
const TYPES = ['(func (result i32))', '(func (param i32) (result i32))', '(func (result i64))', '(func (result f32))'];
const FUNCTIONS = [0, 1, 2, 3, 0, 1] as const;
const SEGMENT = [5, 4, 3, -1, 0] as const;
const OPERATIONS = ['call0', 'call1', 'call2', 'call3', 'is_null', 'set', 'clear', 'grow', 'fill', 'copy', 'init', 'init_dropped'] as const;
type Operation = (typeof OPERATIONS)[number];

const operands = ['', '(i32.const 7)', '', ''];
const converts = ['', '', 'i32.wrap_i64', 'i32.trunc_sat_f32_s'];
const call = (type: number): string => {
  const text = `(call_indirect $t (type $type${type}) ${operands[type]} (local.get 0))`;
  return `(func (export "call${type}") (param i32 i32 i32) (result i32) ${converts[type] === '' ? text : `(${converts[type]} ${text})`})`;
};
const reference = (f: number): string => (f < 0 ? '(ref.null func)' : `(ref.func $f${f})`);
/** A reference chosen by a number: table.get of a table that never changes. */
const chosen = (local: number): string => `(table.get $choice (local.get ${local}))`;

const TEXT = `(module
  ${TYPES.map((type, i) => `(type $type${i} ${type})`).join('\n')}
  (table $t 10 ${MAXIMUM} funcref)
  (table $choice ${FUNCTIONS.length + 1} funcref)
  (elem (table $choice) (i32.const 0) funcref ${FUNCTIONS.map((_, f) => `(item ${reference(f)})`).join(' ')})
  (elem $segment funcref ${SEGMENT.map((f) => `(item ${reference(f)})`).join(' ')})
  (elem $dropped funcref (item (ref.func $f0)))
  ${FUNCTIONS.map((type, f) => `(func $f${f} (type $type${type}) (${['i32', 'i32', 'i64', 'f32'][type]}.const ${100 + f}))`).join('\n')}
  ${TYPES.map((_, type) => call(type)).join('\n')}
  (func (export "is_null") (param i32 i32 i32) (result i32) (ref.is_null (table.get $t (local.get 0))))
  (func (export "set") (param i32 i32 i32) (result i32) (table.set $t (local.get 0) ${chosen(1)}) (i32.const 0))
  (func (export "clear") (param i32 i32 i32) (result i32) (table.set $t (local.get 0) (ref.null func)) (i32.const 0))
  (func (export "grow") (param i32 i32 i32) (result i32) (table.grow $t ${chosen(1)} (local.get 0)))
  (func (export "fill") (param i32 i32 i32) (result i32) (table.fill $t (local.get 0) ${chosen(1)} (local.get 2)) (table.size $t))
  (func (export "copy") (param i32 i32 i32) (result i32) (table.copy $t $t (local.get 0) (local.get 1) (local.get 2)) (i32.const 0))
  (func (export "init") (param i32 i32 i32) (result i32) (table.init $t $segment (local.get 0) (local.get 1) (local.get 2)) (i32.const 0))
  (func (export "init_dropped") (param i32 i32 i32) (result i32) (table.init $t $dropped (local.get 0) (local.get 1) (local.get 2)) (i32.const 0))
  (func (export "drop") (elem.drop $dropped)))`;

interface Attempt {
  operation: Operation;
  values: [number, number, number];
}

/** Calls every entry and what lies around the table's end with every type. */
const probeAll = (size: number): Attempt[] =>
  [...Array.from({ length: size + 3 }, (_, i) => i), 2 ** 27, 2 ** 31 - 1, 2 ** 31, -size, -1].flatMap((i) =>
    (['call0', 'call1', 'call2', 'call3', 'is_null'] as const).map((operation) => ({ operation, values: [i, 0, 0] as [number, number, number] })));

const borders = (size: number): number[] => [0, 1, size - 1, size, size + 1, 2 ** 31, -1, -size];
const combinations = (operation: Operation, first: number[], second: number[], third: number[]): Attempt[] =>
  first.flatMap((a) => second.flatMap((b) => third.map((c): Attempt => ({ operation, values: [a, b, c] }))));

function attemptsFor(size: number): Attempt[] {
  const every = borders(size);
  const functions = FUNCTIONS.map((_, f) => f);
  return [
    ...probeAll(size),
    ...functions.flatMap((f): Attempt[] => [{ operation: 'set', values: [(f * 3) % size, f, 0] }]), ...probeAll(size),
    ...combinations('set', every, [1], [0]), ...combinations('clear', every, [0], [0]), ...probeAll(size),
    ...combinations('init', every, [0, 1, 4, 5, 6, -1], [0, 1, 5, 6, -1]), ...combinations('init_dropped', every, [0, 1, -1], [0, 1, -1]), ...probeAll(size),
    ...combinations('copy', every, every, every), ...probeAll(size),
    ...combinations('fill', every, [3, 6], every), ...probeAll(size),
  ];
}
const GROWS: readonly [number, number][] = [[0, 2], [1, 3], [-1, 0], [2 ** 31, 0], [MAXIMUM, 0], [9, 6], [MAXIMUM - 20 + 1, 1], [MAXIMUM - 20, 1]];
const attempts: Attempt[] = [
  ...attemptsFor(10),
  ...GROWS.slice(0, 6).map(([delta, f]): Attempt => ({ operation: 'grow', values: [delta, f, 0] })), ...attemptsFor(20),
  ...GROWS.slice(6).map(([delta, f]): Attempt => ({ operation: 'grow', values: [delta, f, 0] })), ...attemptsFor(MAXIMUM),
];

const DRIVER = `
#include "m.h"
static w2c_m m;
static u32 (*const operations[])(w2c_m*, u32, u32, u32) = {${OPERATIONS.map((name) => `w2c_m_${name}`).join(',')}};
static const u32 attempts[][4] = {${attempts.map(({ operation, values }) => `{${[OPERATIONS.indexOf(operation), ...values].map((value) => `${value >>> 0}u`).join(',')}}`).join(',')}};
void drive(void) {
  wasm2c_m_instantiate(&m);
  w2c_m_drop(&m);
  for (u32 i = 0; i < sizeof attempts / sizeof *attempts; i++) {
    const u32* a = attempts[i];
    volatile u32 result = 0;
    u32 code = ATTEMPT(result = operations[a[0]](&m, a[1], a[2], a[3]));
    say_hex((u64)code << 32 | result, 9), say_text("\\n");
  }
}`;

/** The specification's table: function numbers, -1 for null (core 2.0, §4.4.6, §4.4.8). */
class Model {
  private entries: number[] = new Array<number>(10).fill(-1);

  /** Trap code and result. */
  perform({ operation, values }: Attempt): [number, number] {
    const [a, b, c] = values.map((value) => value >>> 0) as [number, number, number];
    const f = b < FUNCTIONS.length ? b : -1;
    const size = this.entries.length;
    if (operation.startsWith('call')) return this.call(Number(operation.slice(4)), a);
    switch (operation) {
      case 'is_null':
        return a < size ? [0, Number(this.entries[a] === -1)] : [OUT_OF_BOUNDS, 0];
      case 'set': case 'clear':
        return this.write(a, [operation === 'set' ? f : -1], 0);
      case 'grow':
        if (size + a > MAXIMUM) return [0, 0xffff_ffff];
        this.entries.push(...new Array<number>(a).fill(f));
        return [0, size];
      case 'fill':
        return a + c > size ? [OUT_OF_BOUNDS, 0] : this.write(a, new Array<number>(c).fill(f), size);
      case 'copy':
        return a + c > size || b + c > size ? [OUT_OF_BOUNDS, 0] : this.write(a, this.entries.slice(b, b + c), 0);
      default: {
        const segment = operation === 'init' ? SEGMENT : [];
        return a + c > size || b + c > segment.length ? [OUT_OF_BOUNDS, 0] : this.write(a, segment.slice(b, b + c), 0);
      }
    }
  }

  private call(type: number, index: number): [number, number] {
    const f = this.entries[index] ?? -1;
    return f >= 0 && FUNCTIONS[f] === type ? [0, 100 + f] : [CALL_INDIRECT, 0];
  }

  private write(at: number, functions: readonly number[], result: number): [number, number] {
    if (at + functions.length > this.entries.length) return [OUT_OF_BOUNDS, 0];
    this.entries.splice(at, functions.length, ...functions);
    return [0, result];
  }
}

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'asolo-sandbox-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('no table access and no indirect call leaves its table', async () => {
  const image = await buildDriverImage(directory, { modules: [{ name: 'm', wasm: await compileWat(TEXT) }], driver: DRIVER });
  const { output, status } = await runDriverImage(image);
  expect(status, output.slice(-2000)).toBe(0);
  const lines = output.trimEnd().split('\n');
  expect(lines.length).toBe(attempts.length);
  expect(attempts.length).toBeGreaterThan(5000);
  const model = new Model();
  for (const [i, attempt] of attempts.entries()) {
    const expected = model.perform(attempt);
    const actual = [parseInt(lines[i]!.slice(0, 1), 16), parseInt(lines[i]!.slice(1), 16)];
    expect(actual, `attempt ${i}: ${attempt.operation} ${attempt.values.join(' ')}`).toEqual(expected);
  }
});
